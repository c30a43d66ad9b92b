"""Orders that were agreed on otherwise, and then nobody says a word any more: paid in parts, paid later, handed over in person.

What is paid at once and sent is in test_nobody_stranded.py. A request for quotes, an offer and a deal that was not
ordered hold no money.
"""

from datetime import timedelta

import pytest

from app.credit.jobs import remind_at
from tests.credit.test_paying_later import pay
from tests.orders.test_handover import MEET
from tests.orders.test_milestones import bought_in_parts, ship
from tests.support.deals import CARD, HELD, WALLET, Deal, everybody_is_silent, pay_group_of
from tests.support.on_terms import OnTerms
from tests.support.trade import Trade


def ends(deal: Deal) -> tuple[int, int]:
    """(with the buyer, with the seller) in cents once everybody was silent for ever; nothing is left in escrow."""
    everybody_is_silent(deal.trade, [deal])
    assert deal.leg().remaining == 0
    deal.trade.books_equal_chain()
    return deal.with_buyer(), deal.with_seller()


@pytest.mark.parametrize("payer", [CARD, WALLET])
def test_paid_in_parts_and_never_sent_the_buyer_has_all_but_what_was_released(trade: Trade, payer: str) -> None:
    """A wallet signs each part; who stays silent has released none."""
    deal = bought_in_parts(trade, payer)
    deposit = 3_045 if payer == CARD else 0
    assert ends(deal) == (10_150 - deposit, deposit)


@pytest.mark.parametrize("payer", [CARD, WALLET])
def test_paid_in_parts_and_sent_the_seller_has_all(trade: Trade, payer: str) -> None:
    deal = bought_in_parts(trade, payer)
    ship(deal)
    assert ends(deal) == (0, 10_150)


@pytest.mark.parametrize("is_handed_over", [False, True])
def test_a_meeting_that_nobody_speaks_of_again(trade: Trade, *, is_handed_over: bool) -> None:
    """Without the code the seller's word counts as it does for a parcel: the buyer has the time to contradict it."""
    shop = trade.shop_of(rates=[MEET])
    deal = Deal(trade, CARD, HELD, shop, trade.goods(shop, price=4_000))
    deal.group = trade.place(trade.cart({deal.goods: 1}))
    pay_group_of(deal)
    trade.settle()
    if is_handed_over:
        ship(deal)
    assert ends(deal) == ((0, 4_000) if is_handed_over else (4_000, 0))


@pytest.mark.parametrize("is_sent", [False, True])
def test_an_order_on_terms_once_it_is_paid_is_as_safe_as_any(trade: Trade, *, is_sent: bool) -> None:
    terms = OnTerms(trade)
    deal = Deal(trade, CARD, HELD, terms.shop, terms.goods)
    deal.group = terms.order()
    if is_sent:
        ship(deal)
    pay(terms, deal.group)
    assert ends(deal) == ((0, 5_000) if is_sent else (5_000, 0))


def test_an_order_on_terms_that_nobody_pays_moves_no_money_and_stays_owed(trade: Trade) -> None:
    terms = OnTerms(trade)
    (order,) = terms.order().orders
    for days in (-3, 1, 30, 400):
        remind_at(terms.age(order, days))
    trade.wait_until(trade.now() + timedelta(days=400))
    assert (trade.supply(), terms.debt(order).state, terms.used()) == (0, "unpaid", 5_000)
    trade.books_equal_chain()
