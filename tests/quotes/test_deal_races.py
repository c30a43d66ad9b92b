"""Whoever is second is told so in words: real transactions, at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from app.catalog.errors import OutOfStock
from app.checkout.errors import CartHasProblems
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.orders.actions.expire_group import expire_group
from app.orders.models import OrderGroup
from app.quotes.actions import make_offer
from app.quotes.actions.answer_offer import accept_offer, withdraw_offer
from app.quotes.actions.end_deal import cancel_deal, lapse_deal
from app.quotes.errors import DealIsBeingPaid, DealIsOver, GoodsGone, OfferIsOver, OfferRunning
from app.quotes.models import Deal, Offer
from app.quotes.queries import running_offer
from app.quotes.rules.deals import DealState
from tests.quotes.bargain import WITHIN, Bargain, takes_offers


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, begun at the same moment; what each gave or was refused with."""
    ready = Barrier(len(work))

    def attempt(one: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return one()
        except DomainError as refusal:
            return refusal

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(attempt, work))


def test_accepted_twice_at_once_is_one_deal(bargain: Bargain) -> None:
    offer, now = bargain.offer(), bargain.trade.now()
    found = at_once(*[lambda: bargain.accept(offer, now=now)] * 4)
    assert len({deal.id for deal in found}) == 1
    assert bargain.trade.stock(bargain.goods) == (3, 1)


def test_an_offer_made_twice_at_once_is_one_and_a_second_one_is_told_of_it(bargain: Bargain) -> None:
    now = bargain.trade.now()
    for form, of_others in ((uuid4(), Offer), (None, OfferRunning)):
        buyer = bargain.trade.person()
        found = at_once(*[lambda b=buyer, f=form: bargain.offer(buyer=b, form_token=f or uuid4(), now=now)] * 4)
        assert sorted(type(one).__name__ for one in found) == sorted(["Offer", *[of_others.__name__] * 3])
        assert len({one.id for one in found if isinstance(one, Offer)}) == 1


def test_an_offer_whose_twin_is_kept_between_two_looks_is_the_twin(
    bargain: Bargain, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer, form, now = bargain.trade.person(), uuid4(), bargain.trade.now()
    twins: list[Offer] = []

    def after_the_twin(*asked: Any) -> Offer | None:
        if not twins:
            monkeypatch.setattr(make_offer, "running_offer", running_offer)
            twins.append(bargain.offer(buyer=buyer, form_token=form, now=now))
        return running_offer(*asked)

    monkeypatch.setattr(make_offer, "running_offer", after_the_twin)
    assert bargain.offer(buyer=buyer, form_token=form, now=now).id == twins[0].id


def test_accepted_while_it_is_taken_back_is_one_or_the_other(bargain: Bargain) -> None:
    for _ in range(4):
        offer, now = bargain.offer(), bargain.trade.now()
        deal, withdrawn = at_once(
            lambda o=offer, n=now: bargain.accept(o, now=n),
            lambda o=offer, n=now: in_transaction(lambda s: withdraw_offer(s, bargain.buyer, o.id, now=n)),
        )
        assert isinstance(deal, Deal) != isinstance(deal, OfferIsOver)
        assert isinstance(withdrawn, OfferIsOver) == isinstance(deal, Deal)
        if isinstance(deal, Deal):
            in_transaction(lambda session, d=deal: cancel_deal(session, bargain.buyer, d.id, bargain.trade.now()))


def test_the_last_one_goes_to_the_offer_or_to_the_ordinary_cart_and_the_other_is_told(bargain: Bargain) -> None:
    trade = bargain.trade
    for _ in range(4):
        goods = trade.goods(bargain.shop, stock=1, title="The last bicycle")
        takes_offers(goods)
        offer = replace(bargain, goods=goods).offer()
        cart = trade.cart({goods: 1})
        request, now = trade.request(cart), trade.now()
        deal, group = at_once(
            lambda o=offer, n=now: bargain.accept(o, now=n), lambda c=cart, r=request, n=now: trade.place_at(n, c, r)
        )
        assert trade.stock(goods) == (1, 1)
        if isinstance(deal, Deal):
            assert isinstance(group, OutOfStock | CartHasProblems)
        else:
            assert isinstance(deal, GoodsGone)
            assert "only 0 can be had just now" in str(deal)
            assert isinstance(group, OrderGroup)


def test_an_offer_accepted_while_another_buyer_is_paying_for_the_last_one_is_refused_and_free_again_later(
    bargain: Bargain,
) -> None:
    trade = bargain.trade
    goods = trade.goods(bargain.shop, stock=1, title="The last bicycle")
    takes_offers(goods)
    offer = replace(bargain, goods=goods).offer()
    group = trade.place(trade.cart({goods: 1}))
    (refused,) = at_once(lambda: bargain.accept(offer))
    assert isinstance(refused, GoodsGone)
    in_transaction(lambda session: expire_group(session, group.id, group.hold_until))
    assert bargain.accept(offer).state == DealState.AGREED
    assert trade.stock(goods) == (1, 1)


def test_a_deal_ordered_from_two_tabs_at_once_is_one_order(bargain: Bargain) -> None:
    deal = bargain.deal()
    cart, now = bargain.cart(deal), bargain.trade.now()
    first = bargain.trade.request(cart.id)
    second = replace(first, form_token=uuid4(), address={**first.address, "city": "Kampot"})
    at_once(*[lambda r=request: bargain.trade.place_at(now, cart.id, r) for request in (first, second)])
    with reading() as session:
        pending = session.query(OrderGroup).filter_by(state="pending_payment").all()
    assert [group.id for group in pending] == [bargain.now_of(deal).order_group_id]
    assert bargain.trade.stock(bargain.goods) == (3, 1)


def test_two_charges_for_one_deal_are_one_sale_and_one_refund(bargain: Bargain) -> None:
    trade, deal = bargain.trade, bargain.deal()
    cart = bargain.cart(deal)
    groups = []
    for city in ("Phnom Penh", "Kampot"):
        request = trade.request(cart.id)
        group = trade.place(cart.id, replace(request, address={**request.address, "city": city}))
        groups.append((group, trade.open_card_page(group)))
    now = trade.now()
    trade.now = lambda: now  # type: ignore[method-assign] # threads ask nothing of the chain
    at_once(*[lambda g=group, p=payment: trade.charge(p, g.total_cents) for group, payment in groups])
    with reading() as session:
        assert session.query(OrderGroup).filter_by(state="paid").count() == 1
    assert trade.send_card_refunds() == groups[0][0].total_cents
    assert (bargain.now_of(deal).state, trade.stock(bargain.goods)) == (DealState.ORDERED, (2, 0))


def test_ordered_at_the_moment_it_ends_is_ordered_or_over(bargain: Bargain) -> None:
    for _ in range(4):
        deal = bargain.deal()
        cart = bargain.cart(deal)
        request, end = bargain.trade.request(cart.id), deal.valid_until
        just_before = end - timedelta(seconds=1)
        placed, ended, taken = at_once(
            lambda c=cart, r=request, n=just_before: bargain.trade.place_at(n, c.id, r),
            lambda d=deal, e=end: in_transaction(lambda session: lapse_deal(session, d.id, e)),
            lambda d=deal, n=just_before: in_transaction(lambda s: cancel_deal(s, bargain.shop.owner, d.id, n)),
        )
        state = bargain.now_of(deal).state
        if isinstance(placed, OrderGroup):
            assert (state, ended) == (DealState.AGREED, False)
            assert isinstance(taken, DealIsBeingPaid)
            in_transaction(lambda session, g=placed: expire_group(session, g.id, g.hold_until + timedelta(days=9)))
        else:
            assert isinstance(placed, DealIsOver)
            assert state in (DealState.LAPSED, DealState.CANCELED)
        assert bargain.trade.stock(bargain.goods) == (3, 0)


def test_unpaid_checkouts_ending_while_ordinary_buyers_grab_never_lose_the_deals_goods(bargain: Bargain) -> None:
    trade = bargain.trade
    goods = trade.goods(bargain.shop, stock=2, title="Two chairs")
    takes_offers(goods)
    one = replace(bargain, goods=goods)
    deal = one.deal()
    group = one.place(deal)
    carts = [trade.cart({goods: 1}) for _ in range(3)]
    wants = [(cart, trade.request(cart)) for cart in carts]
    now = trade.now()
    at_once(
        lambda: in_transaction(lambda session: expire_group(session, group.id, group.hold_until)),
        *[lambda c=cart, r=request: trade.place_at(now, c, r) for cart, request in wants],
    )
    assert trade.stock(goods) == (2, 2)
    assert one.now_of(deal).order_group_id is None
    assert one.place(deal).state == "pending_payment"


def test_accepting_uses_its_own_time(bargain: Bargain) -> None:
    offer = bargain.offer()
    late = offer.expires_at
    (refused,) = at_once(
        lambda: in_transaction(
            lambda s: accept_offer(s, bargain.shop.owner, offer.id, 1, order_within=WITHIN, now=late)
        )
    )
    assert isinstance(refused, OfferIsOver)
