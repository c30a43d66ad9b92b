"""One order in several parcels: never more than was bought, and what is missing is never paid for by silence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.notify.models import OutgoingMail
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.follow_parcel import correct_tracking, mark_delivered
from app.orders.actions.give_up_rest import give_up_rest
from app.orders.actions.ship_order import ship_order
from app.orders.errors import (
    AlreadyShipped,
    MoreThanIsLeft,
    NoSuchParcel,
    NothingChosen,
    OrderNotFound,
    OrderNotShipped,
    TrackingUsed,
)
from app.orders.jobs import give_back_unsent, remind_of_late
from app.orders.models import Order, OrderGroup, OrderLine
from app.orders.rules.next_event import next_event
from app.orders.rules.parcels import LineLeft, part_cents
from app.orders.rules.timeline import timeline
from app.orders.rules.upcoming import MainAction
from tests.support.deals import CARD, OWN, paid_deals
from tests.support.trade import Shop, Trade, buyer_of


def bought(trade: Trade, shop: Shop, *quantities: int) -> tuple[OrderGroup, Order]:
    """One order with a line of 10 dollars a piece for each quantity."""
    group = trade.paid_group({trade.goods(shop, price=1_000): quantity for quantity in quantities})
    return group, group.orders[0]


def send(
    shop: Shop,
    order: Order,
    counts: dict[UUID, int] | None,
    *,
    tracking: str = "",
    token: UUID | None = None,
) -> Order:
    return in_transaction(
        lambda session: ship_order(
            session,
            shop.owner,
            order.id,
            carrier="VET",
            tracking=tracking,
            counts=counts,
            form_token=token or uuid4(),
            now=datetime.now(UTC),
        )
    )


def status(trade: Trade, order: Order) -> str:
    return trade.order(order.id).fulfillment_status


def mails(word: str) -> list[str]:
    with reading() as session:
        rows = session.query(OutgoingMail).filter(OutgoingMail.key.contains(word)).order_by(OutgoingMail.id)
        return [row.body for row in rows]


def test_an_order_leaves_in_two_parcels_and_is_delivered_when_both_have_arrived(trade: Trade) -> None:
    shop = trade.shop_of()
    group, order = bought(trade, shop, 3, 2)
    first, second = (line.id for line in order.lines)
    token = uuid4()
    for _ in range(2):
        send(shop, order, {first: 2}, tracking="A1", token=token)
    assert status(trade, order) == "partial"
    told = trade.story(order.id)
    assert "the rest by this day" in timeline(told, trade.now())[2].note.message  # type: ignore[union-attr]
    assert next_event(told, trade.now(), for_seller=True).action is MainAction.SHIP
    assert "A part of it has left" in next_event(told, trade.now()).headline.message
    with pytest.raises(TrackingUsed):
        send(shop, order, {second: 1}, tracking="A1")
    with pytest.raises(OrderNotShipped), transaction() as session:
        confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
    send(shop, order, None, tracking="A2")
    assert status(trade, order) == "fulfilled"
    found = trade.order(order.id)
    inside = [{line.order_line_id: line.quantity for line in parcel.lines} for parcel in found.fulfillments]
    assert inside == [{first: 2}, {first: 1, second: 2}]
    assert "2 kg" in mails("shipped:")[0]
    assert "The rest follows" in mails("shipped:")[0]
    assert "all of it" in mails("shipped:")[1]
    parcels = [parcel.id for parcel in found.fulfillments]
    for expected, parcel in zip(("fulfilled", "delivered"), parcels, strict=True):
        with transaction() as session:
            mark_delivered(session, shop.owner, order.id, now=trade.now(), parcel_id=parcel)
        assert status(trade, order) == expected
    with pytest.raises(NoSuchParcel), transaction() as session:
        correct_tracking(session, shop.owner, order.id, carrier="EMS", tracking="1", parcel_id=uuid4())
    with transaction() as session:
        correct_tracking(session, shop.owner, order.id, carrier="EMS", tracking="B9", parcel_id=parcels[0])
    assert [parcel.tracking for parcel in trade.order(order.id).fulfillments] == ["B9", "A2"]


def test_no_parcel_holds_more_than_is_left_or_nothing(trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Another shop")
    _, order = bought(trade, shop, 3)
    (line,) = (line.id for line in order.lines)
    with pytest.raises(MoreThanIsLeft) as refused:
        send(shop, order, {line: 4})
    assert refused.value.field == f"quantity_{order.lines[0].position}"
    for nothing in ({}, {line: 0}, {uuid4(): 1}):
        with pytest.raises(NothingChosen):
            send(shop, order, nothing)
    with pytest.raises(OrderNotFound):
        send(other, order, {line: 1})
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(OrderLine, line).shipped_count = 4


def test_two_who_pack_the_last_piece_at_once_send_it_once(trade: Trade) -> None:
    shop = trade.shop_of()
    _, order = bought(trade, shop, 3)
    (line,) = (line.id for line in order.lines)
    send(shop, order, {line: 2}, tracking="A1")

    def pack(tracking: str) -> str:
        try:
            send(shop, order, {line: 1}, tracking=tracking)
        except DomainError as refused:
            return refused.code
        return "sent"

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(pack, ("B1", "B2")))
    assert answers == [AlreadyShipped.code, "sent"]
    found = trade.order(order.id)
    assert len(found.fulfillments) == 2
    assert [one.shipped_count for one in found.lines] == [3]


def test_the_seller_gives_back_what_the_rest_cost_and_is_paid_for_what_left(trade: Trade) -> None:
    shop = trade.shop_of()
    group, order = bought(trade, shop, 3)
    (line,) = (line.id for line in order.lines)
    send(shop, order, {line: 2})
    for _ in range(2):
        with transaction() as session:
            give_up_rest(session, shop.owner, order.id, now=trade.now())
    trade.settle()
    assert trade.send_card_refunds() == 1_000
    assert status(trade, order) == "fulfilled"
    with pytest.raises(AlreadyShipped):
        send(shop, order, None)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
    trade.settle()
    assert trade.order(order.id).settlement_status == "split"
    assert trade.books("2200", owner=shop.id) == (order.total_cents - 1_000) * 9_500
    trade.books_equal_chain()


def test_what_never_follows_goes_back_by_itself_and_the_rest_of_the_money_to_the_seller(trade: Trade) -> None:
    shop = trade.shop_of()
    _, order = bought(trade, shop, 3)
    (line,) = (line.id for line in order.lines)
    send(shop, order, {line: 1})
    trade.wait_until(order.ship_by)
    remind_of_late()
    assert "a part is still missing" in mails("late:")[0]
    back_at = trade.story(order.id).given_back_at
    assert back_at is not None
    trade.wait_until(back_at)
    give_back_unsent()
    give_back_unsent()
    trade.settle()
    assert trade.send_card_refunds() == 2_000
    assert status(trade, order) == "fulfilled"
    trade.wait_until(order.auto_release_at + timedelta(hours=1))
    assert trade.order(order.id).settlement_status == "split"
    trade.books_equal_chain()


def test_where_the_market_cannot_refund_for_the_seller_the_arbiter_looks_at_what_is_missing(trade: Trade) -> None:
    (deal,) = paid_deals(trade, [(CARD, OWN)])
    group = trade.paid_group({trade.goods(deal.shop, price=1_000): 2})
    order = group.orders[0]
    send(deal.shop, order, {order.lines[0].id: 1})
    back_at = trade.story(order.id).given_back_at
    assert back_at is not None
    trade.wait_until(back_at)
    give_back_unsent()
    trade.settle()
    assert trade.order(order.id).settlement_status == "disputed"
    assert ["has not left in time" in body for body in mails("at_arbiter")] == [True, True]


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(1, 50), min_size=1, max_size=20),
)
def test_the_parts_of_a_line_are_the_whole_line_to_the_cent(cents: int, parts: list[int]) -> None:
    quantity, gone, total = sum(parts), 0, 0
    for count in parts:
        line = LineLeft(uuid4(), 0, quantity, left=quantity - gone, gone=gone, cents=cents)
        part = part_cents(line, count)
        assert abs(part - cents * count / quantity) < 1
        gone, total = gone + count, total + part
    assert total == cents
