"""Carts that nobody comes back to are deleted in time, and none that somebody still waits for."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text

from app.checkout.actions.change_cart import add_to_cart, open_cart, set_quantity
from app.checkout.actions.forget_carts import ACCOUNTS, GUESTS, forget_left_carts
from app.checkout.actions.keep_draft import keep_draft
from app.checkout.models import Cart, CartLine
from app.db.session import in_transaction, reading, transaction
from app.orders.actions.expire_group import expire_group
from app.wiring import JOBS, PERIODIC
from tests.quotes.bargain import Bargain, takes_offers
from tests.states.test_companies import Approvals
from tests.support.trade import Trade

SECOND = timedelta(seconds=1)


def later(trade: Trade, span: timedelta) -> datetime:
    return trade.now() + span + timedelta(hours=1)


def forget(now: datetime) -> int:
    return in_transaction(lambda session: forget_left_carts(session, now))


def carts() -> set[UUID]:
    with reading() as session:
        return set(session.scalars(select(Cart.id)))


def grows_old(cart_id: UUID, days: int) -> None:
    """As if it had been left so many days ago."""
    with transaction() as session:
        ago = {"ago": timedelta(days=days), "id": cart_id}
        session.execute(text("UPDATE carts SET updated_at = updated_at - :ago WHERE id = :id"), ago)
        session.execute(text("UPDATE cart_lines SET added_at = added_at - :ago WHERE cart_id = :id"), ago)


def test_a_guests_cart_goes_after_ninety_days_with_what_was_typed(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    cart_id = trade.cart({goods: 2})
    in_transaction(lambda session: keep_draft(session, cart_id, "contact", {"email": "dara@people.example"}))
    assert forget(later(trade, GUESTS - timedelta(days=1))) == 0
    assert forget(later(trade, GUESTS)) == 1
    assert forget(later(trade, GUESTS)) == 0
    with reading() as session:
        assert (session.query(Cart).count(), session.query(CartLine).count()) == (0, 0)


def test_whoever_comes_back_keeps_the_cart(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    changed, typed, left = (trade.cart({goods: 2}) for _ in range(3))
    for cart_id in (changed, typed, left):
        grows_old(cart_id, 100)
    in_transaction(lambda session: set_quantity(session, changed, goods, 3, now=trade.now()))
    in_transaction(lambda session: keep_draft(session, typed, "contact", {"name": "Dara"}))
    assert forget(trade.now()) == 1
    assert carts() == {changed, typed}


def test_the_cart_of_an_account_waits_for_two_years(trade: Trade) -> None:
    buyer, goods = trade.person(), trade.goods(trade.shop_of())
    with transaction() as session:
        cart = open_cart(session, token=None, user_id=buyer.user_id)
        add_to_cart(session, cart.id, goods, 1, now=trade.now())
    assert forget(later(trade, ACCOUNTS - timedelta(days=2))) == 0
    assert forget(later(trade, ACCOUNTS)) == 1


def test_a_cart_whose_payment_is_awaited_stays_until_that_is_over(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    cart_id = trade.cart({goods: 1})
    group = trade.place(cart_id)
    assert forget(later(trade, GUESTS)) == 0
    in_transaction(lambda session: expire_group(session, group.id, group.hold_until + SECOND))
    payment = trade.open_card_page(group)
    assert forget(later(trade, GUESTS)) == 1
    trade.charge(payment, group.total_cents)  # late, and the cart is gone: the order is paid all the same
    assert trade.order(group.orders[0].id).payment_status == "paid"


def test_a_cart_before_an_approver_and_one_of_a_deal_stay_until_they_are_decided(trade: Trade) -> None:
    asked = Approvals(trade)
    request = asked.asked()
    shop = trade.shop_of(name="Mekong Silk")
    bargain = Bargain(trade, shop, trade.goods(shop), trade.person())
    takes_offers(bargain.goods)
    agreed = bargain.cart(bargain.deal()).id
    forget(later(trade, ACCOUNTS))
    assert carts() == {request.cart_id, agreed}
    asked.decline(request, asked.company.approver)
    forget(later(trade, ACCOUNTS))
    assert carts() == {agreed}


def test_the_job_runs_once_a_night(trade: Trade) -> None:
    cart_id = trade.cart({trade.goods(trade.shop_of()): 1})
    grows_old(cart_id, 100)
    assert PERIODIC["checkout.drop_left_carts"].split()[:2] == ["41", "3"]
    JOBS["checkout.drop_left_carts"]()
    assert carts() == set()
