"""Mails about returns and evidence, in the transaction of the fact."""

from sqlalchemy.orm import Session

from app.money.amounts import usd, whole_cents
from app.orders.actions.post_mail import buyers_link, desk_link, to_buyer, to_sellers
from app.orders.models import Order
from app.orders.queries import dispute_of, legs_of
from app.orders.return_models import DisputeEvidence, OrderReturn
from app.orders.rules import return_mails


def tell_return_asked(session: Session, order: Order, found: OrderReturn) -> None:
    mail = return_mails.return_asked(
        number=order.number,
        text=found.text,
        by=found.due_at,
        link=f"{desk_link(order)}/returns",
    )
    to_sellers(session, order, f"return_asked:{found.id}", mail)


def tell_return_approved(session: Session, order: Order, found: OrderReturn) -> None:
    mail = return_mails.return_approved(
        number=order.number,
        address=found.return_address,
        seller_pays=found.postage == "seller",
        by=found.due_at,
        link=_return_link(order),
    )
    to_buyer(session, order.group, f"return_approved:{order.id}:{found.id}", mail)


def tell_return_declined(session: Session, order: Order, found: OrderReturn) -> None:
    mail = return_mails.return_declined(
        number=order.number, answer=found.answer, release_at=order.auto_release_at, link=_return_link(order)
    )
    to_buyer(session, order.group, f"return_declined:{order.id}:{found.id}", mail)


def tell_return_sent(session: Session, order: Order, found: OrderReturn) -> None:
    mail = return_mails.return_sent(
        number=order.number,
        carrier=found.carrier,
        tracking=found.tracking,
        by=found.due_at,
        link=f"{desk_link(order)}/returns",
    )
    to_sellers(session, order, f"return_sent:{found.id}", mail)


def tell_return_received(session: Session, order: Order, found: OrderReturn) -> None:
    mail = return_mails.return_received(
        number=order.number, condition=found.condition, by=found.due_at, link=_return_link(order)
    )
    to_buyer(session, order.group, f"return_received:{order.id}:{found.id}", mail)


def tell_return_ended(session: Session, order: Order, found: OrderReturn) -> None:
    """To both: the buyer kept the goods, or let the time to send them pass."""
    key = f"return_ended:{found.id}"
    to_sellers(session, order, key, return_mails.return_ended(number=order.number, link=desk_link(order)))
    mail = return_mails.return_ended(number=order.number, link=buyers_link(order.group))
    to_buyer(session, order.group, f"{key}:{order.id}", mail)


def tell_at_arbiter(session: Session, order: Order, *, is_return: bool) -> None:
    """To both: the market itself has put it before the arbiter, because a return or the rest of the goods took too long."""
    dispute = dispute_of(session, order.id)
    until = dispute.evidence_until if dispute else None
    word = return_mails.return_at_arbiter if is_return else return_mails.rest_at_arbiter
    to_sellers(
        session, order, "at_arbiter", word(number=order.number, until=until, link=f"{desk_link(order)}/evidence")
    )
    mail = word(number=order.number, until=until, link=_evidence_link(order))
    to_buyer(session, order.group, f"at_arbiter:{order.id}", mail)


def tell_return_needs_signature(session: Session, order: Order, found: OrderReturn, *, is_last: bool) -> None:
    """To a buyer who paid from a wallet: nobody can hold the money in its place."""
    leg = legs_of(session, [order.id])[order.id]
    mail = return_mails.return_needs_signature(
        number=order.number,
        amount=usd(whole_cents(leg.remaining)),
        release_at=order.auto_release_at,
        link=f"{buyers_link(order.group)}?next=/orders/{order.number}/problem",
    )
    to_buyer(session, order.group, f"return_hold:{order.id}:{found.id}:{'last' if is_last else found.state}", mail)


def tell_evidence_added(session: Session, order: Order, added: DisputeEvidence) -> None:
    """To the other side."""
    dispute = dispute_of(session, order.id)
    until = dispute.evidence_until if dispute else None
    if added.side == "buyer":
        mail = return_mails.evidence_added(number=order.number, until=until, link=f"{desk_link(order)}/evidence")
        to_sellers(session, order, f"evidence:{added.id}", mail)
    else:
        mail = return_mails.evidence_added(number=order.number, until=until, link=_evidence_link(order))
        to_buyer(session, order.group, f"evidence:{order.id}:{added.id}", mail)


def _return_link(order: Order) -> str:
    return f"{buyers_link(order.group)}?next=/orders/{order.number}/return"


def _evidence_link(order: Order) -> str:
    return f"{buyers_link(order.group)}?next=/orders/{order.number}/evidence"
