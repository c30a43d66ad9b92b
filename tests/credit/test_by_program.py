"""Programs order on terms, read what is owed and pay it; a shop's programs give, change and withdraw terms."""

from datetime import timedelta
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from sqlalchemy import select

from app.chain.typed_data import sign
from app.checkout.api.owed import ToSignSchema
from app.checkout.schemas import PlacedSchema
from app.config.days import market_day
from app.credit.schemas import CreditSchema, DebtSchema, GrantRowSchema, GrantSchema
from app.db.session import reading, transaction
from app.identity.models import User
from app.onramp.models import CardPayment
from app.orders.schemas import OrderGroupSchema, OrderSchema
from tests.support.front import ADDRESS_KH, Front
from tests.support.on_terms import OnTerms
from tests.support.outcome import requires_tie_out
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade
from tests.support.wallet import address_of, wallet_with

CONTACT = {"email": "buyer@mekong.example", "name": "Dara", "phone": "091 234 567"}


@pytest.fixture
def terms(trade: Trade, front: Front) -> OnTerms:
    return OnTerms(trade)


def buying(front: Front, terms: OnTerms) -> Program:
    return Program(front.app, a_token(terms.buyer, "buy", "companies"))


def selling(front: Front, terms: OnTerms) -> Program:
    return Program(front.app, a_token(terms.shop.owner, "terms", shop=terms.shop.id))


def ordered(buyer: Program, terms: OnTerms, quantity: int = 1, *, status: int = 201) -> Any:
    """On terms, or why not."""
    content = {
        "lines": [{"variant_id": str(terms.goods), "quantity": quantity}], "contact": CONTACT, "address": ADDRESS_KH
    }  # fmt: skip
    cart = buyer.ask("PATCH", "/account/cart", content)
    wish = {"amounts": cart["amounts"], "company_id": str(terms.company), "paid_by": "terms"}
    return buyer.ask("POST", "/account/cart/order", wish, status=status)


def card_pages() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(CardPayment.state)))


def test_a_program_orders_on_terms_reads_what_is_owed_and_pays_by_card(front: Front, terms: OnTerms) -> None:
    buyer = buying(front, terms)
    placed = ordered(buyer, terms)
    as_documented(PlacedSchema, placed)
    number = placed["orders"][0]["number"]
    assert (placed["state"], placed["pay_url"]) == ("on_terms", None)
    assert placed["orders"][0]["payment_status"] == "on_terms"
    (debt,) = buyer.ask("GET", f"/companies/{terms.company}/owed")["rows"]
    as_documented(DebtSchema, debt)
    assert (debt["number"], debt["amount_usd"]["minor"], debt["age"]) == (number, 5_000, "not_due")
    (credit,) = buyer.ask("GET", f"/companies/{terms.company}/terms")["rows"]
    as_documented(CreditSchema, credit)
    assert (credit["limit_usd"]["minor"], credit["left_usd"]["minor"]) == (10_000, 5_000)
    assert ordered(buyer, terms, 2, status=409)["code"] == "over-credit-limit"
    page = buyer.ask("POST", f"/orders/{number}/card-page")
    as_documented(PlacedSchema, page)
    assert buyer.ask("POST", f"/orders/{number}/card-page")["pay_url"] == page["pay_url"]
    back = front.pay_at_card_service(page["pay_url"])
    assert back is not None
    place = back.removeprefix(front.settings.public_url)
    front.visitor().browser.get(place, follow_redirects=True)  # a browser that has never been here
    front.work()
    terms.trade.settle()
    assert buyer.ask("POST", f"/orders/{number}/card-page")["pay_url"] is None
    assert buyer.ask("GET", f"/companies/{terms.company}/owed")["rows"] == []
    assert terms.trade.order(front.group().orders[0].id).settlement_status == "in_escrow"
    front.work()
    requires_tie_out()


def test_a_program_is_given_what_its_wallet_signs_and_pays_with_it(front: Front, terms: OnTerms) -> None:
    wallet: LocalAccount = wallet_with(terms.trade, 20_000)
    buyer = buying(front, terms)
    number = ordered(buyer, terms)["orders"][0]["number"]
    path = f"/orders/{number}/wallet-payment"
    assert buyer.ask("POST", path, status=409)["code"] == "wallet-needed"
    with transaction() as session:
        session.get_one(User, terms.buyer.user_id).wallet_address = address_of(wallet)
    assert buyer.ask("POST", f"/orders/{number}/card-page")["pay_url"]
    assert card_pages() == ["open"]
    begun = buyer.ask("POST", path)
    as_documented(ToSignSchema, begun)
    assert begun == buyer.ask("POST", path)
    assert buyer.ask("POST", f"/orders/{number}/card-page", status=409)["code"] == "payment-under-way"
    assert card_pages() == ["expired"]
    seller = selling(front, terms)
    assert seller.ask("POST", f"/shop/owed/{number}/cancellation", status=409)["code"] == "payment-under-way"
    message = begun["document"]["message"]
    sent = {
        "signature": "0x" + sign(wallet, begun["document"]).hex(),
        "valid_after": message["validAfter"],
        "valid_before": message["validBefore"],
    }
    path = f"/orders/{number}/wallet-signature"
    for odd in ("", "0x12", "zz" * 65, "0x" + "00" * 66):
        assert buyer.ask("POST", path, {**sent, "signature": odd}, status=422)
    forged = {**sent, "signature": "0x" + "11" * 65}
    assert buyer.ask("POST", path, forged, status=422)["code"] == "signature-rejected"
    for _twice in range(2):
        as_documented(OrderGroupSchema, buyer.ask("POST", path, sent))
    terms.trade.settle()
    assert terms.trade.order(front.group().orders[0].id).settlement_status == "in_escrow"
    requires_tie_out()


def test_a_shops_program_gives_changes_and_withdraws_terms_and_sees_the_ages(front: Front, terms: OnTerms) -> None:
    seller, buyer = selling(front, terms), buying(front, terms)
    number = ordered(buyer, terms)["orders"][0]["number"]
    terms.overdue(front.group().orders[0])
    (row,) = seller.ask("GET", "/shop/terms")["rows"]
    as_documented(GrantRowSchema, row)
    assert (row["company"], row["owed_usd"]["minor"], row["ages"]["up_to_30"]["minor"]) == (
        "Mekong Foods",
        5_000,
        5_000,
    )
    (debt,) = seller.ask("GET", "/shop/owed")["rows"]
    as_documented(DebtSchema, debt)
    assert (debt["number"], debt["days_overdue"], debt["age"]) == (number, 1, "up_to_30")
    path = f"/shop/terms/{row['id']}"
    changed = seller.twice("PUT", path, {"limit_cents": 50_000, "days": 60})
    as_documented(GrantSchema, changed)
    assert (changed["limit_usd"]["minor"], changed["days"], changed["state"]) == (50_000, 60, "active")
    for _again in range(2):
        assert seller.twice("DELETE", path)["state"] == "paused"
    assert ordered(buyer, terms, status=409)["code"] == "no-terms"
    assert seller.ask("PUT", path, {"limit_cents": 50_000, "days": 60})["state"] == "active"
    assert seller.ask("GET", "/shop/terms/companies")["rows"] == []
    given = {"company_id": str(terms.company), "limit_cents": 50_000, "days": 30}
    assert seller.ask("POST", "/shop/terms", given, status=409)["code"] == "terms-granted-already"
    unknown = {**given, "company_id": str(terms.shop.id)}
    assert seller.ask("POST", "/shop/terms", unknown, status=404)["code"] == "company-unknown-to-shop"


def test_a_shops_program_gives_terms_to_a_company_it_knows(front: Front, terms: OnTerms) -> None:
    with transaction() as session:
        from app.credit.models import CreditGrant

        session.query(CreditGrant).delete()
    seller = selling(front, terms)
    (known,) = seller.ask("GET", "/shop/terms/companies")["rows"]
    assert known == {"id": str(terms.company), "name": "Mekong Foods"}
    made = seller.twice(
        "POST", "/shop/terms", {"company_id": known["id"], "limit_cents": 10_000, "days": 7}, status=201
    )
    as_documented(GrantSchema, made)
    assert ordered(buying(front, terms), terms)["state"] == "on_terms"
    for wrong in ({"limit_cents": 99}, {"limit_cents": 10**12}, {"days": 8}, {"days": -1}, {"limit_cents": "5"}):
        seller.ask("PUT", f"/shop/terms/{made['id']}", {"limit_cents": 10_000, "days": 7, **wrong}, status=422)


def test_a_shops_program_gives_more_time_ends_a_debt_and_cancels_what_has_not_left(
    front: Front, terms: OnTerms
) -> None:
    terms.change(limit=100_000)
    seller, buyer = selling(front, terms), buying(front, terms)
    first, second = (ordered(buyer, terms)["orders"][0]["number"] for _ in range(2))
    day = (market_day(terms.trade.now()) + timedelta(days=40)).isoformat()
    later = seller.twice("POST", f"/shop/owed/{first}/more-time", {"due_on": day})
    as_documented(OrderSchema, later)
    assert day in {row["due_on"] for row in buyer.ask("GET", f"/companies/{terms.company}/owed")["rows"]}
    refused = seller.ask("POST", f"/shop/owed/{first}/more-time", {"due_on": "2020-01-01"}, status=422)
    assert refused["code"] == "unusable-due-day"
    ended = seller.twice("POST", f"/shop/owed/{first}/settlement-outside", {"reason": "=Paid in cash."})
    assert ended["payment_status"] == "settled_outside"
    assert seller.twice("POST", f"/shop/owed/{second}/cancellation")["fulfillment_status"] == "canceled"
    assert seller.ask("GET", "/shop/owed")["rows"] == []
    refused = seller.ask("POST", f"/shop/owed/{first}/more-time", {"due_on": day}, status=409)
    assert refused["code"] == "nothing-owed"


def test_strangers_colleagues_and_tokens_without_the_scope_find_nothing(
    front: Front, trade: Trade, terms: OnTerms
) -> None:
    number = ordered(buying(front, terms), terms)["orders"][0]["number"]
    stranger = Program(front.app, a_token(trade.person(), "buy", "companies"))
    other = trade.shop_of(name="Mekong Silk")
    rival = Program(front.app, a_token(other.owner, "terms", shop=other.id))
    for verb in ("card-page", "wallet-payment"):
        assert stranger.ask("POST", f"/orders/{number}/{verb}", status=404)["code"] == "order-not-found"
    for path in ("owed", "terms"):
        assert stranger.ask("GET", f"/companies/{terms.company}/{path}", status=404)["code"] == "company-not-found"
    assert rival.ask("GET", "/shop/terms")["rows"] == rival.ask("GET", "/shop/owed")["rows"] == []
    assert rival.ask("POST", f"/shop/owed/{number}/cancellation", status=404)["code"] == "order-not-found"
    assert rival.ask("DELETE", f"/shop/terms/{terms.grant}", status=404)["code"] == "terms-not-found"
    for_self = Program(front.app, a_token(terms.buyer, "buy"))
    assert for_self.ask("POST", f"/orders/{number}/card-page", status=403)["values"] == {"scope": "companies"}
    boss = Program(front.app, a_token(terms.boss, "buy", "companies"))
    assert boss.ask("POST", f"/orders/{number}/card-page")["pay_url"]


def test_what_was_approved_is_ordered_on_terms_by_program(front: Front, terms: OnTerms) -> None:
    terms.spending_limit(100)
    buyer, boss = buying(front, terms), Program(front.app, a_token(terms.boss, "buy", "companies"))
    content = {"lines": [{"variant_id": str(terms.goods), "quantity": 1}], "contact": CONTACT, "address": ADDRESS_KH}
    cart = buyer.ask("PATCH", "/account/cart", content)
    wish = {"amounts": cart["amounts"], "company_id": str(terms.company), "note": "For the kitchen."}
    asked = buyer.ask("POST", "/account/cart/approval", wish, status=201)
    path = f"/approvals/{asked['id']}"
    boss.ask("POST", f"{path}/approval", {"amounts": boss.ask("GET", path)["amounts"]})
    placed = buyer.ask("POST", f"{path}/order", {"paid_by": "terms"}, status=201)
    assert (placed["state"], placed["pay_url"]) == ("on_terms", None)
    assert terms.used() == 5_000
