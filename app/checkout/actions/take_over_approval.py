"""Who asked has left the company: an approver makes the request their own, so that it can be paid."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.checkout.actions.ask_approval import note_event
from app.checkout.actions.change_cart import lock_cart
from app.checkout.actions.decide_approval import locked_with_deal
from app.checkout.errors import AlreadyDecided, AskerStillBuys
from app.checkout.models import ApprovalRequest
from app.checkout.queries.approvals import approvals_decided_by, has_asker_left
from app.checkout.rules.approvals import OPEN
from app.checkout.rules.draft import Draft
from app.identity.actor import Actor
from app.orders.actions.expire_group import expire_unpaid_of_cart
from app.orders.rules.purchase import Contact
from app.quotes.actions.give_deal import give_deal


def take_over(session: Session, actor: Actor, request_id: UUID, contact: Contact, *, now: datetime) -> None:
    """Goods, address and the yes stay; the order will be theirs, and what is written about it goes to `contact`.

    An unpaid checkout of it ends, and a deal it is about becomes theirs too. Twice is once.
    Raises ApprovalNotFound for who is no approver of the company, AlreadyDecided, AskerStillBuys, DealIsOver.
    """
    assert actor.user_id is not None
    request = locked_with_deal(session, approvals_decided_by(actor).where(ApprovalRequest.id == request_id), now)
    if request.state not in OPEN:
        raise AlreadyDecided
    if request.asked_by == actor.user_id:
        return
    if not has_asker_left(session, request):
        raise AskerStillBuys
    expire_unpaid_of_cart(session, request.cart_id, now)
    cart = lock_cart(session, request.cart_id)
    if request.deal_id is not None:
        give_deal(session, request.deal_id, actor.user_id, now)
        cart.user_id = actor.user_id
    else:
        cart.kept_for = actor.user_id
    typed = {"email": contact.email, "name": contact.name, "phone": contact.phone}
    address = {**Draft.read(cart.draft).address, "name": contact.name}
    cart.draft = {**cart.draft, "contact": typed, "address": address}
    request.asked_by = actor.user_id
    session.flush()
    note_event(session, request, "taken_over", actor.user_id)
