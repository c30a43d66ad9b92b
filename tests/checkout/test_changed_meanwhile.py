"""Amount, currency or order changed between page and payment: the buyer pays what was seen, or nothing."""

from datetime import UTC, datetime
from uuid import UUID

import requests

from app.catalog.actions.set_variant import set_price, set_tiers
from app.db.session import reading, transaction
from app.fx.actions.load_rates import NewRate, load_rates
from app.onramp.models import CardPayment
from app.orders.models import OrderGroup
from app.pricing.rules.tiers import Tier
from app.shipping.rules import RateTerms
from tests.support.front import Front, Visitor
from tests.support.outcome import Outcome, outcome_of, requires_tie_out
from tests.support.trade import Trade

NOTHING = Outcome(charged=[], given_back=[], deposited=[], booked=0, orders=0, paid_orders=0)
TOTAL = 2 * 1450 + 150


def reviewed(front: Front, goods: UUID) -> tuple[Visitor, str]:
    visitor = front.visitor()
    visitor.add(goods, 2)
    return visitor, visitor.check_out()


def test_an_exchange_rate_that_moved_is_shown_before_anything_is_charged(front: Front, trade: Trade) -> None:
    post = [RateTerms("region", "Post", "EMS", 4, 9, 12_000)]
    visitor, review = reviewed(
        front, trade.goods(trade.shop_of(country="TH", currency="THB", rates=post), price=100_000)
    )
    with transaction() as session:
        load_rates(session, [NewRate("THB", datetime.now(UTC).date(), 30_000_000, "test")])
    answer = visitor.pay(review)
    assert answer.status_code == 409
    assert "Nothing was charged. The total was" in answer.text
    assert "was $60.37" in answer.text  # 2,120 baht at 35.12
    assert "$70.67" in answer.text
    assert outcome_of(front) == NOTHING


def test_a_cart_changed_in_another_tab_is_shown_before_anything_is_charged(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    visitor, review = reviewed(front, goods)
    visitor.send(visitor.look("/cart"), "/cart/quantity", variant_id=str(goods), quantity="3")
    answer = visitor.pay(review)
    assert (answer.status_code, "$45.00" in answer.text) == (409, True)
    assert outcome_of(front) == NOTHING
    assert trade.stock(goods) == (100, 0)


def test_tiers_taken_away_between_page_and_payment_are_shown_before_anything_is_charged(
    front: Front, trade: Trade
) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    with transaction() as session:
        set_tiers(session, shop.owner, goods, tiers=[Tier(10, 1300)])
    visitor = front.visitor()
    visitor.add(goods, 10)
    review = visitor.check_out()
    assert "$131.50" in review  # 10 at 13.00, and 1.50 to send
    with transaction() as session:
        set_tiers(session, shop.owner, goods, tiers=[])
    answer = visitor.pay(review)
    assert (answer.status_code, "$146.50" in answer.text) == (409, True)
    assert outcome_of(front) == NOTHING


TAMPERED = (
    '{"total": 1}', "{}", "[]", "5", "null", "not json", '{"total": "3050"}', '{"total": true}', '{"total": -1e400}',
    '{"total": 99999999999999999999999999999}', "[" * 9999, '{"total": null, "line:<b>": 3}',
)  # fmt: skip


def test_amounts_changed_in_the_form_are_compared_and_never_believed(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade.goods(trade.shop_of()))
    for changed in TAMPERED:
        answer = visitor.send(review, "/checkout/pay", seen=changed)
        assert (answer.status_code, "$30.50" in answer.text) == (409, True), changed
    assert outcome_of(front) == NOTHING


def test_a_price_raised_while_the_card_page_is_open_is_not_paid(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    visitor, review = reviewed(front, goods)
    card_page = visitor.pay(review).headers["Location"]
    with transaction() as session:
        set_price(session, shop.owner, goods, price_minor=9_900)
    assert "$30.50" in requests.get(card_page, timeout=30).text
    front.come_back(visitor, front.pay_at_card_service(card_page))
    trade.settle()
    found = outcome_of(front)
    assert (found.charged, found.deposited, found.paid_orders) == ([TOTAL], [TOTAL], 1)
    assert "$30.50" in visitor.look(f"/orders/group/{front.group().id}")


def test_an_order_changed_while_the_card_page_is_open_makes_a_new_one_and_closes_the_old(
    front: Front, trade: Trade
) -> None:
    goods = trade.goods(trade.shop_of(), stock=3)
    visitor, review = reviewed(front, goods)
    old_page = visitor.pay(review).headers["Location"]
    visitor.send(visitor.look("/cart"), "/cart/quantity", variant_id=str(goods), quantity="3")
    new_page = visitor.pay(visitor.look("/checkout/review")).headers["Location"]
    assert new_page != old_page
    front.work()
    assert requests.get(old_page, timeout=30).status_code == 410
    front.come_back(visitor, front.pay_at_card_service(new_page))
    front.work()
    trade.settle()
    found = outcome_of(front)
    assert (found.charged, found.given_back, found.deposited) == ([TOTAL + 1450], [], [TOTAL + 1450])
    assert (found.orders, found.paid_orders, trade.stock(goods)) == (2, 1, (0, 0))
    requires_tie_out()


def test_a_charge_of_more_or_of_another_currency_waits_for_a_person_and_is_not_lost(front: Front, trade: Trade) -> None:
    visitor, review = reviewed(front, trade.goods(trade.shop_of()))
    back = front.pay_at_card_service(visitor.pay(review).headers["Location"])
    for currency, cents in (("USD", 2_900), ("EUR", TOTAL), ("XXX", TOTAL)):
        change_payment({"currency": currency, "amount_minor": cents})
        answer = front.come_back(visitor, back)
        assert (answer.status_code, "The card service reports $30.50, but" in answer.text) == (409, True)
    with front.listening():
        (completed,) = front.stripe.client().v1.events.list({"type": "checkout.session.completed"}).data
        front.stripe.call("POST", f"events/{completed.id}/resend", copies=2)
        front.hear_all()
        front.work()
    found = outcome_of(front)
    assert (found.charged, found.booked, found.paid_orders, found.deposited) == ([TOTAL], 0, 0, [])
    operator = front.member(trade.operator)
    page = operator.look("/console/messages")
    assert "The card service reports" in page
    change_payment({"amount_minor": TOTAL, "currency": "USD"})
    operator.send(page, f"/console/messages/{completed.id}/replay")
    front.work()
    trade.settle()
    found = outcome_of(front)
    assert (found.charged, found.booked, found.paid_orders, found.deposited) == ([TOTAL], 1, 1, [TOTAL])
    requires_tie_out()


def change_payment(values: dict[str, object]) -> None:
    """Behind everybody's back: no action of the product changes what was asked for."""
    with transaction() as session:
        session.query(CardPayment).update(values)  # type: ignore[arg-type]
    with reading() as session:
        assert session.query(OrderGroup).count() == 1
