"""The hosted card page as a browser without JavaScript meets it."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import stripe

from tests.embedded.stripe.conftest import Shop


def page_of(session: stripe.checkout.Session) -> str:
    return requests.get(session.url, timeout=10).text


def attempt_of(html: str) -> str:
    return re.search(r'name="attempt" value="(\w+)"', html)[1]


def test_a_paid_session_is_complete_and_returns_to_the_shop(shop: Shop) -> None:
    session = shop.session(
        client_reference_id="group-1",
        metadata={"order_group_id": "g1"},
        payment_intent_data={"metadata": {"order_group_id": "g1"}, "description": "2 sellers"},
    )
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    answer = shop.submit(session.url)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://shop.example/paid?session={session.id}"
    session = shop.api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.customer_details.email == "buyer@example.com"
    intent = session.payment_intent
    assert (intent.amount_received, intent.metadata["order_group_id"], intent.description) == (
        11_690,
        "g1",
        "2 sellers",
    )
    assert intent.latest_charge.metadata["order_group_id"] == "g1"
    assert intent.latest_charge.billing_details.name == "Sok Dara"
    completed = shop.receiver.wait_for("checkout.session.completed")[-1]["data"]["object"]
    assert (completed["id"], completed["payment_intent"]) == (session.id, intent.id)


def test_a_declined_card_keeps_what_was_typed_and_another_card_pays(shop: Shop) -> None:
    session = shop.session()
    answer = shop.submit(session.url, "4000000000009995", attempt="a1")
    assert answer.status_code == 402
    assert "too little money" in answer.text
    assert "Sok Dara" in answer.text
    assert 'value="123"' not in answer.text
    assert shop.submit(session.url, attempt="a2").status_code == 303
    session = shop.api.v1.checkout.sessions.retrieve(session.id)
    statuses = [charge.status for charge in shop.api.v1.charges.list({"payment_intent": session.payment_intent}).data]
    assert statuses == ["succeeded", "failed"]


def test_a_page_sent_eight_times_at_once_charges_once(shop: Shop) -> None:
    session = shop.session()
    attempt = attempt_of(page_of(session))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: shop.submit(session.url, attempt=attempt), range(8)))
    assert {answer.status_code for answer in answers} == {303}
    session = shop.api.v1.checkout.sessions.retrieve(session.id)
    assert len(shop.api.v1.charges.list({"payment_intent": session.payment_intent}).data) == 1


def test_a_declined_page_sent_twice_is_one_attempt(shop: Shop) -> None:
    session = shop.session()
    attempt = attempt_of(page_of(session))
    for _ in range(2):
        assert shop.submit(session.url, "4000000000000002", attempt=attempt).status_code == 402
    session = shop.api.v1.checkout.sessions.retrieve(session.id)
    assert len(shop.api.v1.charges.list({"payment_intent": session.payment_intent}).data) == 1


def test_going_back_to_a_paid_page_leads_to_the_shop(shop: Shop) -> None:
    session = shop.session()
    shop.submit(session.url)
    answer = requests.get(session.url, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].endswith(session.id)


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184"])
def test_the_banks_challenge_stands_between_card_and_payment(shop: Shop, number: str) -> None:
    session = shop.session()
    challenge = shop.submit(session.url, number).headers["Location"]
    assert shop.api.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert "TEST MODE" in requests.get(challenge, timeout=10).text
    answer = requests.post(challenge, data={"result": "complete"}, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].endswith(session.id)
    assert shop.api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_failed_challenge_returns_to_the_card_page_with_the_reason(shop: Shop) -> None:
    session = shop.session()
    challenge = shop.submit(session.url, "4000002500003155").headers["Location"]
    answer = requests.post(challenge, data={"result": "fail"}, timeout=10)
    assert answer.url.startswith(session.url)
    assert "did not confirm it was you" in answer.text
    assert shop.submit(session.url).status_code == 303


def test_an_abandoned_challenge_leaves_the_page_open_for_another_card(shop: Shop) -> None:
    session = shop.session()
    shop.submit(session.url, "4000002500003155")
    assert shop.submit(session.url, "5555555555554444").status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"number": "4242424242424241"}, "Check the card number"),
        ({"number": "4111111111111111"}, "Use a test card"),
        ({"number": "'; DROP TABLE cards"}, "Check the card number"),
        ({"cardExpiry": "13 / 34"}, "Enter the expiry date"),
        ({"cardExpiry": "01 / 20"}, "This card has expired"),
        ({"cardCvc": "12"}, "Enter the security code"),
        ({"number": "378282246310005"}, "4 for American Express"),
        ({"billingName": " "}, "Enter the name"),
        ({"email": "nobody"}, "Enter an email address"),
    ],
)
def test_what_was_typed_wrong_is_said_beside_the_field_and_charges_nothing(
    shop: Shop, fields: dict[str, str], sentence: str
) -> None:
    session = shop.session()
    answer = shop.submit(session.url, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert shop.api.v1.checkout.sessions.retrieve(session.id).payment_intent is None


def test_text_from_outside_cannot_become_markup(shop: Shop) -> None:
    session = shop.session()
    answer = shop.submit(session.url, billingName='"><script>alert(1)</script>', cardCvc="")
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_an_expired_page_takes_no_money_and_cancels_its_intent(shop: Shop) -> None:
    session = shop.session()
    challenge = shop.submit(session.url, "4000002500003155").headers["Location"]
    expired = shop.api.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert shop.submit(session.url).status_code == 410
    assert requests.post(challenge, data={"result": "complete"}, timeout=10).status_code == 410
    assert shop.api.v1.payment_intents.retrieve(expired.payment_intent).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        shop.api.v1.checkout.sessions.expire(session.id)


def test_a_session_expires_by_itself(fresh_shop: Shop) -> None:
    session = fresh_shop.session(expires_at=fresh_shop.server.now() + 1_800)
    fresh_shop.server.advance_clock(1_801)
    assert fresh_shop.api.v1.checkout.sessions.retrieve(session.id).status == "expired"
    fresh_shop.receiver.wait_for("checkout.session.expired")


def test_a_paid_session_cannot_be_expired(shop: Shop) -> None:
    session = shop.session()
    shop.submit(session.url)
    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        shop.api.v1.checkout.sessions.expire(session.id)


def line(amount: int = 500, currency: str = "usd", **more: Any) -> dict[str, Any]:
    return {"price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": "Rice"}}} | more


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"mode": "subscription"}, "Invalid mode"),
        ({"line_items": []}, "line_items"),
        ({"line_items": [line(10)]}, r"must add up to at least \$0.50"),
        ({"line_items": [line(), line(currency="thb")]}, "same currency"),
        ({"line_items": [line(quantity=0)]}, "greater than or equal to 1"),
        ({"line_items": [{"price": "price_1"}]}, "price_data"),
        ({"expires_at": 1}, "at least 30 minutes"),
        ({"expires_at": 99_999_999_999}, "less than 24 hours"),
        ({"locale": "km"}, "Invalid locale"),
    ],
)
def test_a_session_that_could_not_be_paid_is_refused(shop: Shop, params: dict[str, Any], complaint: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=complaint):
        shop.session(**params)


def test_lines_are_listed_in_their_order_and_add_up(shop: Shop) -> None:
    session = shop.session(line_items=[line(1_450, quantity=5), line(640)], expand=["line_items"])
    assert [row.amount_total for row in session.line_items.data] == [7_250, 640]
    assert session.amount_total == 7_890
    paged = shop.api.v1.checkout.sessions.line_items.list(session.id, {"limit": 1}).auto_paging_iter()
    assert [row.amount_total for row in paged] == [7_250, 640]


def test_currencies_without_decimals_are_shown_without(shop: Shop) -> None:
    session = shop.session(line_items=[line(250_000, "vnd")])
    assert "VND 250,000" in page_of(session)


def test_the_page_speaks_khmer_by_session_by_browser_and_by_choice(shop: Shop) -> None:
    by_session = page_of(shop.session(locale="auto", metadata={"locale": "km"}))
    khmer_browser = {"Accept-Language": "km-KH,km;q=0.9,en;q=0.5"}
    by_browser = requests.get(shop.session().url, headers=khmer_browser, timeout=10).text
    by_choice = requests.get(shop.session(locale="en").url + "?lang=km", timeout=10).text
    for html in (by_session, by_browser, by_choice):
        assert '<html lang="km">' in html
        assert "លេខកាត" in html
        assert "TEST MODE" in html
    english = requests.get(shop.session(locale="en").url, headers=khmer_browser, timeout=10).text
    assert '<html lang="en">' in english


def test_the_page_asks_nothing_of_other_hosts(shop: Shop) -> None:
    answer = requests.get(shop.session().url, timeout=10)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert set(re.findall(r'(?:src|href)="(http[^"]+)"', answer.text)) == {"http://shop.example/cart"}


def test_an_address_that_leads_nowhere_says_so(shop: Shop) -> None:
    assert requests.get(f"{shop.server.url}/c/pay/cs_test_missing", timeout=10).status_code == 404
