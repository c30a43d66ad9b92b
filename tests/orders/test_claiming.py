"""What was bought as a guest comes into an account: by a confirmed address, or by the link. Never by guessing."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from app.db.session import reading, transaction
from app.identity.actions.confirm_email import confirm_email
from app.orders.actions.claim_orders import claim_by_email, claim_by_link
from app.orders.errors import OrderNotFound, OrderOfAnotherAccount
from app.orders.models import OrderGroup
from app.orders.queries import Viewer
from tests.support.front import Front
from tests.support.trade import Trade

EMAIL = "dara@people.example"  # the one that `trade.request` orders with


def buyer_id(group: OrderGroup) -> UUID | None:
    with reading() as session:
        return session.get_one(OrderGroup, group.id).buyer_id


def ordered(trade: Trade) -> OrderGroup:
    return trade.place(trade.cart({trade.goods(trade.shop_of(name=f"Shop {uuid4().hex[:6]}")): 1}))


def test_confirming_an_address_brings_what_was_ordered_with_it(front: Front, trade: Trade) -> None:
    group = ordered(trade)
    account = trade.person(EMAIL)
    assert buyer_id(group) is None
    with transaction() as session:
        confirm_email(session, account.user_id, now=datetime.now(UTC))
    assert buyer_id(group) == account.user_id
    assert group.orders[0].number in front.member(account).look("/orders")
    by_link = front.visitor()
    by_link.look(f"/orders/key/{group.access_token}", status=303)
    assert group.orders[0].number in by_link.look(f"/orders/group/{group.id}"), "the link of the mail still works"


def test_a_later_order_as_a_guest_is_offered(front: Front, trade: Trade) -> None:
    account = trade.person(EMAIL)
    with transaction() as session:
        confirm_email(session, account.user_id, now=datetime.now(UTC))
    group = ordered(trade)
    me = front.member(account)
    page = me.look("/orders")
    assert "1 more order is yours" in page
    assert group.orders[0].number not in page, "offered, not shown"
    assert me.send(page, "/orders/claim").status_code == 303
    page = me.look("/orders")
    assert group.orders[0].number in page
    assert "is yours" not in page


def test_an_address_that_was_not_confirmed_finds_nothing(front: Front, trade: Trade) -> None:
    group = ordered(trade)
    account = trade.person(EMAIL)
    assert "more order" not in front.member(account).look("/orders")
    with transaction() as session:
        assert claim_by_email(session, account.user_id) == []
    assert buyer_id(group) is None


def test_the_link_brings_it_into_any_account_once(front: Front, trade: Trade) -> None:
    group = ordered(trade)
    me, path = front.member(trade.person()), f"/orders/group/{group.id}"
    me.look(f"/orders/key/{group.access_token}", status=303)
    page = me.look(path)
    for _ in range(2):
        assert me.send(page, f"{path}/claim").status_code == 303
    assert f"{path}/claim" not in me.look(path)
    mine = buyer_id(group)
    assert mine is not None
    other = Viewer(trade.person().user_id, (group.access_token,))
    with pytest.raises(OrderOfAnotherAccount), transaction() as session:
        claim_by_link(session, other, group.id)
    assert buyer_id(group) == mine


def test_knowing_the_id_without_the_link_is_not_enough(front: Front, trade: Trade) -> None:
    group = ordered(trade)
    stranger = trade.person()
    for viewer in (
        Viewer(stranger.user_id),
        Viewer(stranger.user_id, ("guessed",)),
        Viewer(None, (group.access_token,)),
    ):
        with pytest.raises(OrderNotFound), transaction() as session:
            claim_by_link(session, viewer, group.id)
    assert buyer_id(group) is None
