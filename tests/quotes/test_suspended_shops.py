"""A shop is suspended while people bargain with it: nothing new is agreed, and what was agreed is not ordered until it is back."""

import pytest

from app.checkout.errors import CartHasProblems
from app.db.session import transaction
from app.identity.actions.approve_shop import approve_shop, suspend_shop
from app.quotes.errors import NoOffersHere
from app.quotes.rules.offers import OfferState
from tests.quotes.bargain import Bargain


def suspend(bargain: Bargain) -> None:
    with transaction() as session:
        suspend_shop(session, bargain.trade.operator, bargain.shop.id, reason="Fakes.")


def lift(bargain: Bargain) -> None:
    with transaction() as session:
        approve_shop(session, bargain.trade.operator, bargain.shop.id)


def test_no_offer_is_made_answered_or_accepted_by_either_side(bargain: Bargain) -> None:
    to_seller = bargain.offer(1000)
    suspend(bargain)
    with pytest.raises(NoOffersHere):
        bargain.accept(to_seller)
    with pytest.raises(NoOffersHere):
        bargain.counter(to_seller, 1100, by=bargain.shop.owner, seen=1)
    with pytest.raises(NoOffersHere):
        bargain.offer(1200, buyer=bargain.trade.person())
    assert bargain.trade.stock(bargain.goods) == (3, 0)
    lift(bargain)
    to_buyer = bargain.counter(to_seller, 1100, by=bargain.shop.owner, seen=1)
    suspend(bargain)
    with pytest.raises(NoOffersHere):
        bargain.accept(to_buyer, by=bargain.buyer, seen=2)
    assert to_buyer.state == OfferState.TO_BUYER  # it waits, and ends by its own time
    lift(bargain)
    assert bargain.accept(to_buyer, by=bargain.buyer, seen=2).buyer_id == bargain.buyer.user_id


def test_what_was_agreed_is_held_but_not_ordered_until_the_shop_is_back(bargain: Bargain) -> None:
    deal = bargain.deal(1000)
    suspend(bargain)
    with pytest.raises(CartHasProblems):
        bargain.place(deal)
    assert bargain.trade.stock(bargain.goods) == (3, 1)
    lift(bargain)
    assert bargain.place(deal).total_cents >= 1000
