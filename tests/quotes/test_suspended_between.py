"""The operator takes a shop off the market between two steps of a bargain: nothing more is agreed with it or paid to it."""

import pytest

from app.checkout.errors import CartHasProblems
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actions.approve_shop import approve_shop, suspend_shop
from app.orders.models import OrderGroup
from app.quotes.errors import NoOffersHere
from app.quotes.models import Deal
from tests.quotes.bargain import Bargain
from tests.quotes.test_deal_races import at_once


def suspend(bargain: Bargain) -> None:
    operator, shop = bargain.trade.operator, bargain.shop.id
    in_transaction(lambda session: suspend_shop(session, operator, shop, reason="counterfeit"))


def refused(bargain: Bargain, deal: Deal) -> DomainError | OrderGroup:
    cart, now = bargain.cart(deal), bargain.trade.now()
    sent = bargain.trade.request(cart.id, buyer_id=deal.buyer_id)
    return at_once(lambda: bargain.trade.place_at(now, cart.id, sent))[0]  # type: ignore[no-any-return]


def test_an_offer_to_a_shop_suspended_meanwhile_is_not_accepted_by_either_side(bargain: Bargain) -> None:
    first = bargain.offer()
    now = bargain.trade.now()
    bargain.counter(first, 1_100, by=bargain.shop.owner, seen=1)
    suspend(bargain)
    (said,) = at_once(lambda: bargain.accept(first, by=bargain.buyer, seen=2, now=now))
    assert isinstance(said, NoOffersHere)
    with reading() as session:
        assert session.query(Deal).count() == 0
    assert bargain.trade.stock(bargain.goods) == (3, 0)


def test_a_deal_with_a_shop_suspended_meanwhile_is_not_paid(bargain: Bargain) -> None:
    deal = bargain.deal()
    suspend(bargain)
    assert isinstance(refused(bargain, deal), CartHasProblems)
    with reading() as session:
        assert session.query(OrderGroup).count() == 0


def test_a_deal_agreed_at_the_moment_of_the_suspension_is_not_paid_either(bargain: Bargain) -> None:
    offer, now = bargain.offer(), bargain.trade.now()
    agreed, _done = at_once(lambda: bargain.accept(offer, now=now), lambda: suspend(bargain))
    if isinstance(agreed, Deal):
        assert isinstance(refused(bargain, agreed), CartHasProblems)
    else:
        assert isinstance(agreed, NoOffersHere)


def test_nobody_makes_or_answers_an_offer_meanwhile_and_both_go_on_once_the_shop_is_back(bargain: Bargain) -> None:
    to_seller = bargain.offer(1_000)
    suspend(bargain)
    for act in (
        lambda: bargain.accept(to_seller),
        lambda: bargain.counter(to_seller, 1_100, by=bargain.shop.owner, seen=1),
        lambda: bargain.offer(1_200, buyer=bargain.trade.person()),
    ):
        with pytest.raises(NoOffersHere):
            act()
    in_transaction(lambda session: approve_shop(session, bargain.trade.operator, bargain.shop.id))
    assert bargain.place(bargain.accept(to_seller)).buyer_id == bargain.buyer.user_id
