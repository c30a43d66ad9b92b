"""Orders that were agreed on otherwise, and then nobody says a word any more: paid in parts, paid later, handed over in person.

What is paid at once and sent is in test_nobody_stranded.py. A request for quotes, an offer and a deal that was not
ordered hold no money.
"""

from datetime import timedelta

import pytest

from app.credit.jobs import remind_at
from app.db.session import transaction
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.show_handover import show_handover
from tests.credit.test_paying_later import accept, pay
from tests.orders.test_handover import MEET
from tests.orders.test_milestones import bought_in_parts, ship
from tests.support.deals import CARD, HELD, WALLET, Deal, everybody_is_silent, pay_group_of
from tests.support.on_terms import OnTerms
from tests.support.trade import Trade
from tests.support.wallet import address_of, book_receipt, top_up


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


def dispute(deal: Deal) -> None:
    signed = deal.signed_by_buyer("dispute")
    with transaction() as session:
        open_dispute(
            session, deal.viewer, deal.id, reason="damaged", text="Broken.", now=deal.trade.now(), signed=signed
        )
    deal.trade.settle()


@pytest.mark.parametrize(("payer", "released"), [(CARD, 3_045 + 4_060), (WALLET, 0)])
def test_paid_in_parts_and_disputed_without_an_arbiter_the_buyer_has_what_is_still_held(
    trade: Trade, payer: str, released: int
) -> None:
    deal = bought_in_parts(trade, payer)
    ship(deal)
    trade.settle()
    dispute(deal)
    assert ends(deal) == (10_150 - released, released)


@pytest.mark.parametrize("is_handed_over", [False, True])
@pytest.mark.parametrize("payer", [CARD, WALLET])
def test_a_meeting_that_nobody_speaks_of_again(trade: Trade, payer: str, *, is_handed_over: bool) -> None:
    """Without the code the seller's word counts as it does for a parcel: the buyer has the time to contradict it."""
    deal = to_be_met(trade, payer)
    if is_handed_over:
        ship(deal)
    assert ends(deal) == ((0, 4_000) if is_handed_over else (4_000, 0))


def to_be_met(trade: Trade, payer: str) -> Deal:
    """Paid; the buyer has the code on the telephone, and nobody ever scans it."""
    shop = trade.shop_of(rates=[MEET])
    deal = Deal(trade, payer, HELD, shop, trade.goods(shop, price=4_000))
    if payer == WALLET:
        book_receipt(trade, deal.wallet, 4_000)
        trade.settle()
    cart = trade.cart({deal.goods: 1})
    address = address_of(deal.wallet) if payer == WALLET else None
    deal.group = trade.place(cart, trade.request(cart, paid_by=payer, buyer_address=address))
    pay_group_of(deal)
    trade.settle()
    with transaction() as session:
        show_handover(session, deal.viewer, deal.id, now=trade.now())
    return deal


@pytest.mark.parametrize("before", ["nothing", "sent", "received"])
@pytest.mark.parametrize("payer", [CARD, WALLET])
def test_an_order_on_terms_once_it_is_paid_is_as_safe_as_any(trade: Trade, payer: str, before: str) -> None:
    """Who has said before paying that the goods came pays the seller at once with a card; a wallet would have to sign."""
    terms = OnTerms(trade)
    deal = Deal(trade, payer, HELD, terms.shop, terms.goods)
    deal.group = terms.order()
    if before != "nothing":
        ship(deal)
    if before == "received":
        accept(terms, deal.group)
    if payer == CARD:
        pay(terms, deal.group)
    else:
        top_up(trade, deal.wallet, 5_000)
        terms.pay_from(deal.group, deal.wallet)
    assert ends(deal) == ((5_000, 0) if before == "nothing" else (0, 5_000))


def test_an_order_on_terms_that_nobody_pays_moves_no_money_and_stays_owed(trade: Trade) -> None:
    terms = OnTerms(trade)
    (order,) = terms.order().orders
    for days in (-3, 1, 30, 400):
        remind_at(terms.age(order, days))
    trade.wait_until(trade.now() + timedelta(days=400))
    assert (trade.supply(), terms.debt(order).state, terms.used()) == (0, "unpaid", 5_000)
    trade.books_equal_chain()
