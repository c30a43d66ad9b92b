"""The seller gives the buyer's word back: the goods were handed over in person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.orders.actions.confirm_receipt import release_received
from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.errors import PaymentTakenBack
from app.orders.models import Fulfillment, HandoverCode, Order
from app.orders.queries import orders_sold_by, stories_of
from app.orders.rules.handover import (
    IN_PERSON,
    HandoverCodeMissing,
    NotInPerson,
    is_word,
    require_handing_over,
    require_usable,
    words_of,
)
from app.orders.rules.life import require_shippable
from app.orders.rules.purchase import CARD
from app.orders.rules.status import FactKind, FulfillmentStatus
from app.settlement.actions.exit_leg import mark_leg_shipped, note_leg_sent
from app.settlement.queries import may_ship


def confirm_handover(session: Session, actor: Actor, order_id: UUID, typed: str, *, key: bytes, now: datetime) -> bool:
    """Record that the buyer has the goods and, when it was paid by card, pay the seller. False for a wrong word.

    Of an order on terms that is not paid yet, the seller is paid once it is.

    A wrong word is counted, so the caller commits that too. Whose wallet paid still signs the release on the own phone.
    Raises OrderNotFound, NotInPerson, HandoverCodeMissing, HandoverCodeUsed, HandoverCodeExpired, HandoverTriesOver,
    NothingInEscrow, PaymentTakenBack.
    """
    order = lock_order(session, orders_sold_by(actor), order_id)
    if order.shipping.get("kind") != IN_PERSON:
        raise NotInPerson
    shown = session.get(HandoverCode, order.id, with_for_update=True, populate_existing=True)
    if shown is None:
        raise HandoverCodeMissing
    require_usable(used_at=shown.used_at, expires_at=shown.expires_at, wrong_tries=shown.wrong_tries, now=now)
    if not is_word(typed, words_of(key, order.id, shown.nonce)):
        shown.wrong_tries += 1
        return False
    story = stories_of(session, [order])[order.id]
    if story.card_is_disputed:
        raise PaymentTakenBack
    require_handing_over(story)
    shown.used_at, shown.used_by = now, actor.user_id
    _note_handed_over(session, order, actor, now)
    if story.is_owed:
        record_fact(session, order, FactKind.ACCEPTED, at=now, actor_id=order.group.buyer_id, by="handover")
    elif order.group.payment_method == CARD and story.is_held:
        release_received(session, order, actor_id=order.group.buyer_id, now=now, by="handover")
    return True


def _note_handed_over(session: Session, order: Order, actor: Actor, now: datetime) -> None:
    story = stories_of(session, [order])[order.id]
    if story.axes.fulfillment is FulfillmentStatus.UNFULFILLED:
        require_shippable(story.axes, may_ship=may_ship(session, order.id))
        method = str(order.shipping["method"])
        order.fulfillments.append(Fulfillment(carrier=method, tracking="", shipped_at=now, delivered_at=now))
        record_fact(session, order, FactKind.SHIPPED, at=now, actor_id=actor.user_id, carrier=method, tracking="")
        if story.is_held:
            note_leg_sent(session, order.id)
        if story.cancel_is_on_chain:
            mark_leg_shipped(session, order.id, key=f"shipped:{order.id}")
    record_fact(session, order, FactKind.DELIVERED, at=now, actor_id=actor.user_id)
