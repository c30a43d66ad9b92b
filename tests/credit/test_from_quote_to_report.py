"""A company asks, a shop quotes, the quote is accepted and ordered on terms, paid, released, and in the settlement report."""

import pytest
from eth_account.signers.local import LocalAccount

from app.credit.errors import OverCreditLimit
from app.db.session import reading
from app.orders.models import OrderGroup
from app.orders.queries import parts_of, stories_of
from app.orders.rules.milestones import PartState, part_states
from app.orders.rules.purchase import TERMS
from app.quotes.rules.parts import AT_ONCE, PaymentParts
from tests.credit.test_other_ways_to_pay import release_from
from tests.credit.test_paying_later import accept, axes, pay, ship
from tests.reports.test_settlement_report import report
from tests.rfqs.asking import Asking
from tests.support.front import Front
from tests.support.on_terms import OnTerms
from tests.support.outcome import requires_tie_out
from tests.support.trade import Trade
from tests.support.wallet import wallet_with

UNIT, TOTAL = 10_000, 50 * 1_300 + 12_000
THIRDS = PaymentParts(deposit_bps=3_000, shipment_bps=4_000)


@pytest.fixture
def terms(trade: Trade) -> OnTerms:
    return OnTerms(trade, limit=100_000)


@pytest.fixture
def asking(trade: Trade, terms: OnTerms) -> Asking:
    """The company's purchaser asks the shop that lets it pay later, and another one."""
    rival = trade.shop_of(name="Mekong Silk")
    return Asking(trade, terms.shop, rival, terms.goods, trade.goods(rival, stock=500), terms.buyer)


def agreed_and_ordered(asking: Asking, terms: OnTerms, parts: PaymentParts = AT_ONCE) -> OrderGroup:
    rfq = asking.sent()
    asking.quote(rfq, shop=asking.rival, price=1_400)
    quote = asking.quote(rfq, parts=parts)
    deal = asking.accept(quote)
    assert deal.company_id == terms.company
    return asking.place(deal, paid_by=TERMS, company_id=terms.company)


def stands_in_the_report(trade: Trade, terms: OnTerms, group: OrderGroup) -> None:
    lines, _opening, closing = report(trade, terms.shop.owner)
    of_order = [line for line in lines if line.order_number == group.orders[0].number and line.gross]
    assert sum(line.gross for line in of_order) == TOTAL * UNIT
    assert sum(line.net for line in of_order) == TOTAL * UNIT * 95 // 100 == closing


def test_a_quote_is_ordered_on_terms_paid_by_card_released_and_reported(
    trade: Trade, asking: Asking, terms: OnTerms, front: Front
) -> None:
    group = agreed_and_ordered(asking, terms)
    (order,) = group.orders
    assert (group.state, group.total_cents, terms.used()) == ("on_terms", TOTAL, TOTAL)
    page = front.member(terms.buyer).look(f"/orders/{order.number}")
    assert "nothing is held in escrow" in page
    assert "Inspected before loading." in page
    ship(terms, order)
    accept(terms, group)
    pay(terms, group)
    trade.settle()
    trade.settle()
    assert axes(terms, order) == ("paid", "delivered", "released")
    assert terms.used() == 0
    stands_in_the_report(trade, terms, group)
    requires_tie_out()


def test_a_quote_in_parts_is_ordered_on_terms_paid_from_a_wallet_and_reported(
    trade: Trade, asking: Asking, terms: OnTerms, front: Front
) -> None:
    """The wallet signs each part; what the buyer has said about the goods is signed last, for all that is left."""
    wallet: LocalAccount = wallet_with(trade, 100_000)
    group = agreed_and_ordered(asking, terms, THIRDS)
    (order,) = group.orders
    ship(terms, order)
    terms.pay_from(group, wallet)
    with reading() as session:
        story = stories_of(session, [trade.order(order.id)])[order.id]
        states = part_states(parts_of(session, order.id), story.facts, story.leg)
    assert states == [PartState.DUE, PartState.DUE, PartState.WAITING]
    assert "Sign it" in front.member(terms.buyer).look(f"/orders/{order.number}")
    release_from(terms, group, wallet)
    trade.settle()
    assert axes(terms, order) == ("paid", "delivered", "released")
    stands_in_the_report(trade, terms, group)
    requires_tie_out()


def test_a_quote_above_the_credit_limit_is_not_ordered_on_terms_and_its_goods_stay_held(
    asking: Asking, terms: OnTerms
) -> None:
    terms.change(limit=TOTAL - 1)
    with pytest.raises(OverCreditLimit):
        agreed_and_ordered(asking, terms)
    assert terms.used() == 0
    assert terms.trade.stock(terms.goods) == (50, 50)  # held for the deal
