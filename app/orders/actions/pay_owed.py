"""What was ordered on terms is paid by card: from here on it is in escrow, like any other order."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.bus import publish
from app.orders.actions.confirm_receipt import release_received
from app.orders.actions.put_in_escrow import put_in_escrow
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_terms import tell_owed_again, tell_owed_paid
from app.orders.events import GroupPaid
from app.orders.models import Order, OrderGroup
from app.orders.queries import stories_of
from app.orders.rules.purchase import CARD
from app.orders.rules.status import FactKind, FulfillmentStatus
from app.orders.rules.story import Story
from app.settlement.actions.fund_escrow import fund_by_card
from app.withholding.queries import orders_withheld

FUND_WITHIN = timedelta(hours=24)
LEFT = (FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED)


def pay_owed(session: Session, group: OrderGroup, *, card: str, at: datetime) -> None:
    """The locked group's card was charged. Its dates begin anew, as if it had been ordered when it was paid.

    What the contract promises the buyer is time to look at the goods while the money is held, and there was none held.
    """
    stories = stories_of(session, group.orders)
    before = [story.last(FactKind.PAID) for story in stories.values()]
    for order in group.orders:
        _begin_anew(order, stories[order.id], at)
    session.flush()
    escrow = put_in_escrow(
        session,
        group,
        group.orders,
        fund_by=at + FUND_WITHIN,
        through_market=orders_withheld(session, [order.id for order in group.orders]),
        is_again=True,
    )
    has_left = {order.id for order in group.orders if stories[order.id].axes.fulfillment in LEFT}
    for leg in escrow.legs:
        if leg.order_id in has_left:
            leg.give_back_at = None
    group.state, group.paid_at = "paid", at
    key = f"paid:{escrow.attempt}" if any(before) else FactKind.PAID.value
    for order in group.orders:
        record_fact(session, order, FactKind.PAID, key=key, at=at, cents=order.due_cents, card=card)
    tell_owed_paid(session, group, key=str(escrow.attempt))
    publish(session, GroupPaid(group.id, None, at))  # its cart was emptied when it was ordered
    fund_by_card(session, group.id)


def release_accepted(session: Session, order: Order, *, now: datetime) -> None:
    """The buyer had said that the goods are there before paying: the seller of the locked order is paid. Once."""
    story = stories_of(session, [order])[order.id]
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


def _begin_anew(order: Order, story: Story, at: datetime) -> None:
    """Whole seconds, as they were."""
    last = story.last(FactKind.PAID)
    begun = last.at if last else order.placed_at
    shift = at.replace(microsecond=0) - begun.replace(microsecond=0)
    order.ship_by += shift
    order.promised_by += shift
    order.auto_release_at += shift
