"""A payment through the API, from the wish to pay to the money."""

import pytest
import requests
import stripe

from tests.embedded.stripe.conftest import ON_THIS_PAGE_ONLY, Shop


def test_a_confirmed_payment_succeeds_and_says_so_in_order(shop: Shop) -> None:
    intent = shop.pay(amount=1099, metadata={"order_id": "7F3K"})
    assert (intent.status, intent.amount_received, intent.metadata["order_id"]) == ("succeeded", 1099, "7F3K")
    types = [event.type for event in shop.api.v1.events.list().data if intent.id in str(event.data.object)]
    assert types[::-1] == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_a_payment_waits_for_a_card_and_then_for_confirmation(shop: Shop) -> None:
    intent = shop.api.v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "automatic_payment_methods": ON_THIS_PAGE_ONLY}
    )
    assert intent.status == "requires_payment_method"
    intent = shop.api.v1.payment_intents.update(intent.id, {"payment_method": "pm_card_mastercard", "amount": 700})
    assert intent.status == "requires_confirmation"
    intent = shop.api.v1.payment_intents.confirm(intent.id)
    assert (intent.status, intent.amount_received) == ("succeeded", 700)


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ],
)
def test_a_declined_card_leaves_the_intent_open_with_the_reason(
    shop: Shop, card: str, code: str | None, decline_code: str
) -> None:
    with pytest.raises(stripe.CardError) as refused:
        shop.pay(card)
    assert (refused.value.http_status, refused.value.code) == (402, code)
    assert refused.value.error.decline_code == decline_code
    intent = shop.api.v1.payment_intents.retrieve(refused.value.error.payment_intent.id, {"expand": ["latest_charge"]})
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.decline_code == decline_code
    assert (intent.latest_charge.status, intent.latest_charge.failure_code) == ("failed", code)


def test_after_a_decline_another_card_pays_the_same_intent(shop: Shop) -> None:
    with pytest.raises(stripe.CardError) as refused:
        shop.pay("pm_card_chargeDeclined", 900)
    intent_id = refused.value.error.payment_intent.id
    intent = shop.api.v1.payment_intents.confirm(intent_id, {"payment_method": "pm_card_visa"})
    assert (intent.status, intent.last_payment_error) == ("succeeded", None)
    charges = shop.api.v1.charges.list({"payment_intent": intent_id}).data
    assert [charge.status for charge in charges] == ["succeeded", "failed"]


def challenged(shop: Shop, card: str = "pm_card_authenticationRequired") -> tuple[stripe.PaymentIntent, str]:
    """An intent waiting for the bank's challenge, and the challenge's address."""
    intent = shop.api.v1.payment_intents.create({
        "amount": 2500, "currency": "usd", "payment_method": card, "confirm": True,
        "return_url": "http://shop.example/back?order=1",
    })  # fmt: skip
    assert intent.status == "requires_action"
    return intent, intent.next_action.redirect_to_url.url


def test_a_completed_challenge_pays_and_returns_the_buyer(shop: Shop) -> None:
    intent, page = challenged(shop)
    answer = requests.post(page, data={"result": "complete"}, allow_redirects=False, timeout=10)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("http://shop.example/back?order=1&payment_intent=" + intent.id)
    assert answer.headers["Location"].endswith("redirect_status=succeeded")
    charge = shop.api.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}).latest_charge
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"


def test_a_failed_challenge_charges_nothing_and_asks_for_another_card(shop: Shop) -> None:
    intent, page = challenged(shop)
    answer = requests.post(page, data={"result": "fail"}, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].endswith("redirect_status=failed")
    intent = shop.api.v1.payment_intents.retrieve(intent.id)
    assert (intent.status, intent.latest_charge, intent.payment_method) == ("requires_payment_method", None, None)
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"


def test_an_abandoned_challenge_leaves_the_intent_waiting(shop: Shop) -> None:
    intent, page = challenged(shop)
    assert requests.get(page, timeout=10).status_code == 200
    assert shop.api.v1.payment_intents.retrieve(intent.id).status == "requires_action"


def test_a_challenge_needs_the_key_of_its_intent(shop: Shop) -> None:
    intent, page = challenged(shop)
    answer = requests.post(page.partition("?")[0], data={"key": "guess", "result": "complete"}, timeout=10)
    assert answer.status_code == 404
    assert shop.api.v1.payment_intents.retrieve(intent.id).status == "requires_action"


def test_a_card_can_pass_the_challenge_and_still_be_declined(shop: Shop) -> None:
    intent, page = challenged(shop, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    requests.post(page, data={"result": "complete"}, allow_redirects=False, timeout=10)
    error = shop.api.v1.payment_intents.retrieve(intent.id).last_payment_error
    assert error.decline_code == "insufficient_funds"


def test_authorized_money_is_taken_in_part_and_the_rest_let_go(shop: Shop) -> None:
    intent = shop.pay(capture_method="manual")
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 10_000)
    intent = shop.api.v1.payment_intents.capture(intent.id, {"amount_to_capture": 6_000})
    assert (intent.status, intent.amount_received, intent.amount_capturable) == ("succeeded", 6_000, 0)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.v1.payment_intents.capture(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_an_authorization_nobody_captures_ends_after_seven_days(fresh_shop: Shop) -> None:
    intent = fresh_shop.pay(capture_method="manual")
    fresh_shop.server.advance_clock(7 * 86_400 + 1)
    intent = fresh_shop.api.v1.payment_intents.retrieve(intent.id)
    assert (intent.status, intent.cancellation_reason) == ("canceled", "automatic")


def test_a_paid_intent_can_be_neither_canceled_nor_confirmed_nor_changed(shop: Shop) -> None:
    intent = shop.pay()
    intents = shop.api.v1.payment_intents
    attempts = (
        lambda: intents.cancel(intent.id),
        lambda: intents.confirm(intent.id),
        lambda: intents.update(intent.id, {"amount": 1}),
    )
    for attempt in attempts:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            attempt()
        assert refused.value.code in ("payment_intent_unexpected_state", "amount_too_small")
    assert intents.retrieve(intent.id).status == "succeeded"


def test_canceling_twice_is_refused_with_the_state_it_is_in(shop: Shop) -> None:
    intent = shop.api.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    assert shop.api.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"}).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        shop.api.v1.payment_intents.cancel(intent.id)


def test_confirming_without_a_way_back_is_refused_when_redirects_are_allowed(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.pay(automatic_payment_methods={"enabled": True})
    assert refused.value.param == "return_url"
