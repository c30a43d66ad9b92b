"""The buyer no longer wants an order that has not left."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.return_stock import return_to_stock
from app.orders.actions.end_unpaid import cancel_unpaid
from app.orders.actions.give_up_rest import refund_rest
from app.orders.actions.lock_order import lock_order
from app.orders.actions.put_before_arbiter import bring_to_arbiter
from app.orders.actions.record_fact import record_fact
from app.orders.actions.refund_order import plan_refund
from app.orders.actions.tell_people import tell_cancel_asked, tell_canceled, tell_sold_out
from app.orders.actions.tell_returns import tell_at_arbiter
from app.orders.errors import AlreadyShipped
from app.orders.models import Order
from app.orders.queries import Viewer, chain_now, orders_bought_by, refundable_cents, stories_of
from app.orders.rules.life import require_card_undisputed, require_held
from app.orders.rules.mails import BY_BUYER, GONE, UNSENT
from app.orders.rules.signed_exit import SignedExit, exit_signature
from app.orders.rules.status import FactKind, FulfillmentStatus
from app.settlement.actions.exit_leg import cancel_unshipped_leg
from app.settlement.queries import is_paying_out, leg_of


def cancel_order(
    session: Session, viewer: Viewer, order_id: UUID, *, now: datetime, signed: SignedExit | None = None
) -> Order:
    """Ask for all of the money back, or take it when the seller is late. Twice is once. What is not paid simply ends.

    A seller paid to a market-held address has agreed in its terms that an order which has not left may be canceled:
    the market signs the refund for it. A seller with an own wallet is asked; after `ship_by` the escrow contract itself
    cancels unless the seller answers. Raises OrderNotFound, NothingInEscrow, AlreadyShipped, SignatureNeeded,
    CardIsDisputed.
    """
    order = lock_order(session, orders_bought_by(viewer), order_id)
    story = stories_of(session, [order])[order.id]
    if story.happened(FactKind.CANCELED):
        return order
    if story.is_owed:
        cancel_unpaid(session, order, actor_id=viewer.user_id, by_seller=False, now=now)
        return order
    require_held(story.axes)
    require_card_undisputed(card_is_disputed=story.card_is_disputed)
    if story.axes.fulfillment is not FulfillmentStatus.UNFULFILLED:
        raise AlreadyShipped
    leg = leg_of(session, order.id)
    if leg is not None and leg.seller_is_market_held:
        _refund_all(session, order, now, reason=BY_BUYER, actor_id=viewer.user_id)
    elif chain_now(session) > order.ship_by:
        _cancel_on_chain(session, order, now, signed=signed, actor_id=viewer.user_id)
    elif record_fact(session, order, FactKind.CANCEL_ASKED, at=now, actor_id=viewer.user_id):
        tell_cancel_asked(session, order)
    return order


def cancel_sold_out(session: Session, order: Order, *, now: datetime) -> None:
    """Paid from a wallet after the goods had gone to somebody else: all of it goes back. Twice is once.

    A seller with an own wallet has to sign that and is asked to by mail; after `ship_by` the buyer cancels alone.
    """
    story = stories_of(session, [order])[order.id]
    leg = leg_of(session, order.id)
    if not story.is_sold_out or story.happened(FactKind.CANCELED) or leg is None:
        return
    if leg.seller_is_market_held:
        _refund_all(session, order, now, reason=GONE, actor_id=None)
    else:
        tell_sold_out(session, order)


def give_back_unsent(session: Session, order_id: UUID, *, now: datetime) -> None:
    """The seller is long late and everybody is silent: all of it goes back, as if the buyer had asked. Twice is once.

    Of an order that left in part, only what is missing goes back. A seller with an own wallet is asked by the contract
    and may still answer that the goods have left; a part of them somebody of the market looks at.
    """
    order = lock_order(session, select(Order), order_id)
    story = stories_of(session, [order])[order.id]
    leg = leg_of(session, order.id)
    has_left_in_part = story.axes.fulfillment is FulfillmentStatus.PARTIAL
    is_waiting = story.may_report and (has_left_in_part or story.axes.fulfillment is FulfillmentStatus.UNFULFILLED)
    if leg is None or leg.give_back_at is None or not is_waiting or is_paying_out(session, order.id):
        return
    if has_left_in_part and leg.seller_is_market_held:
        refund_rest(session, order, now=now, actor_id=None)
    elif has_left_in_part:
        bring_to_arbiter(session, order, key="rest", reason="not_arrived", now=now)
        tell_at_arbiter(session, order, is_return=False)
    elif not leg.seller_is_market_held:
        _cancel_on_chain(session, order, now, signed=None, actor_id=None)
    elif refundable_cents(session, order.id, story.leg):
        _refund_all(session, order, now, reason=UNSENT, actor_id=None)


def _cancel_on_chain(
    session: Session, order: Order, now: datetime, *, signed: SignedExit | None, actor_id: UUID | None
) -> None:
    """The seller still may answer, so the goods stay its own until the chain has decided."""
    if record_fact(
        session,
        order,
        FactKind.CANCEL_ASKED,
        key="cancel_asked:chain",
        at=now,
        actor_id=actor_id,
        is_on_chain=True,
    ):
        cancel_unshipped_leg(
            session,
            order.id,
            key=f"cancel:{order.id}",
            **exit_signature(signed),
        )
        tell_cancel_asked(session, order)


def _refund_all(session: Session, order: Order, now: datetime, *, reason: str, actor_id: UUID | None) -> None:
    left = refundable_cents(session, order.id, stories_of(session, [order])[order.id].leg)
    plan_refund(
        session,
        order,
        cents=left,
        reason=reason,
        form_token=uuid5(order.id, "cancel"),
        actor_id=actor_id,
        now=now,
    )
    if record_fact(session, order, FactKind.CANCELED, at=now, actor_id=actor_id):
        return_to_stock(session, order.id)
    tell_canceled(session, order)
