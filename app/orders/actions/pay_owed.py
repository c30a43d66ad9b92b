"""What was ordered on terms is paid by card: from here on it is in escrow, like any other order."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.bus import publish
from app.orders.actions.confirm_receipt import release_received
from app.orders.actions.put_in_escrow import put_in_escrow
from app.orders.actions.record_fact import record_fact
from app.orders.actions.release_part import make_part_due
from app.orders.actions.tell_terms import tell_owed_again, tell_owed_paid
from app.orders.events import GroupPaid
from app.orders.models import Order, OrderGroup
from app.orders.queries import stories_of
from app.orders.rules.milestones import Trigger
from app.orders.rules.purchase import CARD
from app.orders.rules.status import FactKind, FulfillmentStatus
from app.orders.rules.story import Story
from app.settlement.actions.fund_escrow import fund_by_card
from app.settlement.models import Escrow
from app.withholding.queries import orders_withheld

FUND_WITHIN = timedelta(hours=24)
LEFT = (FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED)


def pay_owed(session: Session, group: OrderGroup, *, card: str, at: datetime) -> None:
    """The locked group's card was charged."""
    escrow = terms_anew(session, group, fund_by=at + FUND_WITHIN, at=at)
    note_paid(session, group, escrow, card=card, at=at)
    fund_by_card(session, group.id)


def terms_anew(
    session: Session, group: OrderGroup, *, fund_by: datetime, at: datetime, wallet: bytes | None = None
) -> Escrow:
    """Escrow terms whose dates begin anew, as if the locked group had been ordered now; the orders keep theirs until paid.

    What the contract promises the buyer is time to look at the goods while the money is held, and there was none held.
    """
    stories = stories_of(session, group.orders)
    return put_in_escrow(
        session,
        group,
        group.orders,
        fund_by=fund_by,
        through_market=orders_withheld(session, [order.id for order in group.orders]),
        is_again=True,
        later={order.id: _time_since(order, stories[order.id], at) for order in group.orders},
        wallet=wallet,
    )


def note_paid(session: Session, group: OrderGroup, escrow: Escrow, *, card: str, at: datetime) -> None:
    """The locked group is paid into these terms: its orders have their dates from now on."""
    stories = stories_of(session, group.orders)
    before = [story.last(FactKind.PAID) for story in stories.values()]
    _take_dates(group, escrow, stories)
    group.state, group.paid_at = "paid", at
    session.flush()
    key = f"paid:{escrow.attempt}" if any(before) else FactKind.PAID.value
    for order in group.orders:
        record_fact(session, order, FactKind.PAID, key=key, at=at, cents=order.due_cents, card=card)
    tell_owed_paid(session, group, key=str(escrow.attempt))
    publish(session, GroupPaid(group.id, None, at))  # its cart was emptied when it was ordered


def catch_up(session: Session, order: Order, *, now: datetime) -> None:
    """What had come about before the locked order on terms was paid, once its money is held: nobody asks twice.

    The part that is due when the goods leave; and a card buyer had said that they are there, so the seller is paid.
    """
    story = stories_of(session, [order])[order.id]
    if story.due_on is None:
        return
    if story.axes.fulfillment in LEFT:
        make_part_due(session, order, Trigger.SHIPPED, now=now)
    if not story.happened(FactKind.ACCEPTED) or story.happened(FactKind.RECEIVED) or story.running_return:
        return
    if story.may_report and order.group.payment_method == CARD:
        release_received(session, order, actor_id=order.group.buyer_id, now=now)


def owe_again(session: Session, order: Order, *, at: datetime) -> bool:
    """The chain was away for too long and the card gets its money back, but the goods have left: the debt stands.

    False for an order that was not on terms, or has not left.
    """
    story = stories_of(session, [order])[order.id]
    has_left = story.axes.fulfillment not in (FulfillmentStatus.UNFULFILLED, FulfillmentStatus.CANCELED)
    if story.due_on is None or not has_left:
        return False
    paid = sum(fact.kind is FactKind.PAID for fact in story.facts)
    if record_fact(session, order, FactKind.OWED_AGAIN, key=f"owed_again:{paid}", at=at):
        group = session.scalars(select(OrderGroup).where(OrderGroup.id == order.group_id)).one()
        group.state, group.paid_at = "on_terms", None
        tell_owed_again(session, order, key=str(paid))
    return True


def _take_dates(group: OrderGroup, escrow: Escrow, stories: Mapping[UUID, Story]) -> None:
    """Those of the terms. What has left unpaid is not given back by the clock."""
    legs = {leg.order_id: leg for leg in escrow.legs}
    for order in group.orders:
        later = legs[order.id].ship_by - order.ship_by
        order.ship_by += later
        order.promised_by += later
        order.auto_release_at += later
        if stories[order.id].axes.fulfillment in LEFT:
            legs[order.id].give_back_at = None


def _time_since(order: Order, story: Story, at: datetime) -> timedelta:
    """Since its days began: with the order, or with a payment that came to nothing. Whole seconds, as they were."""
    last = story.last(FactKind.PAID)
    begun = last.at if last else order.placed_at
    return at.replace(microsecond=0) - begun.replace(microsecond=0)
