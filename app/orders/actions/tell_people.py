"""Mails about orders: one per fact and person, in that person's language, in the transaction of the fact."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.identity.models import Member, User
from app.identity.rules.roles import SELLING
from app.money.amounts import Money, TokenAmount, usd
from app.notify.actions.send_mail import send_mail
from app.notify.wording import in_language
from app.orders.actions.write_receipt import receipt_of
from app.orders.models import Dispute, Order, OrderGroup
from app.orders.rules import mails
from app.orders.rules.mails import Mail
from app.orders.rules.words import Day, Text


def tell_paid(session: Session, group: OrderGroup) -> None:
    numbers = _numbers(group.orders)
    total = usd(group.total_cents)
    receipts = [receipt_of(order, group.locale) for order in group.orders]
    paid = mails.paid_for_buyer(numbers=numbers, total=total, link=_link(group), receipts=receipts)
    _to_buyer(session, group, f"paid:{group.id}", paid)
    for order in group.orders:
        mail = mails.paid_for_seller(
            number=order.number,
            total=usd(order.total_cents),
            ship_by=order.ship_by,
            link=_desk(order),
            company=mails.company_words(group.company),
        )
        _to_sellers(session, order, "paid", mail)


def tell_link(session: Session, order: Order, form_token: UUID) -> None:
    """Asked for on the page of orders, by somebody who names number and address."""
    mail = mails.link_again(number=order.number, seller=order.organization.name, link=_link(order.group))
    _to_buyer(session, order.group, f"link:{order.group.id}:{form_token}", mail)


def tell_late_payment(session: Session, group: OrderGroup) -> None:
    mail = mails.late_payment(numbers=_numbers(group.orders), total=usd(group.total_cents))
    _to_buyer(session, group, f"late:{group.id}", mail)


def tell_shipped(session: Session, order: Order, *, carrier: str, tracking: str) -> None:
    mail = mails.shipped(
        number=order.number,
        seller=order.organization.name,
        carrier=carrier,
        tracking=tracking,
        release_at=order.auto_release_at,
        link=_link(order.group),
    )
    _to_buyer(session, order.group, f"shipped:{order.id}", mail)


def tell_refund_asked(session: Session, order: Order, sequence: int, amount: Money, reason: str) -> None:
    mail = mails.refund_started(number=order.number, amount=amount, reason=reason)
    _to_buyer(session, order.group, f"refund:{order.id}:{sequence}", mail)


def tell_cancel_asked(session: Session, order: Order) -> None:
    mail = mails.cancel_asked(number=order.number, ship_by=order.ship_by, link=_desk(order))
    _to_sellers(session, order, "cancel_asked", mail)


def tell_disputed(session: Session, order: Order, *, text: str) -> None:
    _to_sellers(session, order, "disputed", mails.disputed(number=order.number, text=text, link=_desk(order)))
    noted = mails.dispute_noted(number=order.number, link=_link(order.group))
    _to_buyer(session, order.group, f"dispute_noted:{order.id}", noted)


def tell_canceled(session: Session, order: Order) -> None:
    _to_sellers(session, order, "canceled", mails.canceled_for_seller(number=order.number, link=_desk(order)))


def tell_sold_out(session: Session, order: Order) -> None:
    mail = mails.sold_out_for_seller(number=order.number, ship_by=order.ship_by, link=_desk(order))
    _to_sellers(session, order, "sold_out", mail)


def tell_not_funded(session: Session, order: Order) -> None:
    mail = mails.not_funded_for_buyer(number=order.number, amount=usd(order.total_cents))
    _to_buyer(session, order.group, f"not_funded:{order.id}", mail)
    tell_canceled(session, order)


def tell_late(session: Session, order: Order, *, back_at: datetime | None) -> None:
    """`back_at`: when all of it goes back by itself; None where only the buyer's wallet can ask for that."""
    late = mails.late_for_buyer(
        number=order.number,
        seller=order.organization.name,
        ship_by=order.ship_by,
        back_at=back_at,
        release_at=order.auto_release_at,
        link=_link(order.group),
    )
    _to_buyer(session, order.group, f"late:{order.id}", late)
    overdue = mails.late_for_seller(number=order.number, ship_by=order.ship_by, back_at=back_at, link=_desk(order))
    _to_sellers(session, order, "late", overdue)


def tell_part_due(session: Session, order: Order, position: int, amount: Money) -> None:
    """A buyer with an own wallet releases each part by a signature."""
    mail = mails.part_due(number=order.number, seller=order.organization.name, amount=amount, link=_link(order.group))
    _to_buyer(session, order.group, f"part_due:{order.id}:{position}", mail)


def tell_part_released(session: Session, order: Order, net: TokenAmount, *, key: str) -> None:
    """`key` tells one part from the next."""
    mail = mails.part_released(number=order.number, net=net, link=_desk(order))
    _to_sellers(session, order, f"part_released:{key}", mail)


def tell_arrival_asked(session: Session, order: Order) -> None:
    mail = mails.arrival_asked(number=order.number, release_at=order.auto_release_at, link=_link(order.group))
    _to_buyer(session, order.group, f"arrival_asked:{order.id}", mail)


def tell_paid_by_bank(session: Session, group: OrderGroup, orders: Sequence[Order], amount: Money, *, key: str) -> None:
    """Of one order, or of all of a payment that came too late; `key` tells one transfer from the next."""
    mail = mails.paid_by_bank(numbers=_numbers(orders), amount=amount, link=_link(group))
    _to_buyer(session, group, f"paid_by_bank:{key}", mail)


def tell_late_canceled(session: Session, order: Order, amount: Money) -> None:
    """The seller let the time to ship and the time to answer pass; the chain has given all back."""
    mail = mails.late_canceled_for_buyer(number=order.number, amount=amount)
    _to_buyer(session, order.group, f"late_canceled:{order.id}", mail)
    tell_canceled(session, order)


def tell_undecided(session: Session, order: Order, amount: Money) -> None:
    """The time to decide a dispute is over; the chain has given all that was held to the buyer."""
    mail = mails.undecided_for_buyer(number=order.number, amount=amount)
    _to_buyer(session, order.group, f"undecided:{order.id}", mail)
    ended = mails.undecided_for_seller(number=order.number, amount=amount, link=_desk(order))
    _to_sellers(session, order, "undecided", ended)


def tell_delivered(session: Session, order: Order) -> None:
    mail = mails.delivered(number=order.number, release_at=order.auto_release_at, link=_link(order.group))
    _to_buyer(session, order.group, f"delivered:{order.id}", mail)


def tell_released(session: Session, order: Order) -> None:
    """All of it is paid out, by the buyer's word or by time."""
    done = mails.completed_for_buyer(number=order.number, seller=order.organization.name, link=_link(order.group))
    _to_buyer(session, order.group, f"released:{order.id}", done)
    _to_sellers(session, order, "released", mails.paid_out_for_seller(number=order.number, link=_desk(order)))


def tell_resolved(session: Session, order: Order, dispute: Dispute) -> None:
    mail = mails.resolved(
        number=order.number,
        seller_amount=usd(dispute.seller_cents or 0),
        buyer_amount=usd(dispute.buyer_cents or 0),
        resolution=dispute.resolution or "",
    )
    _to_buyer(session, order.group, f"resolved:{order.id}", mail)
    _to_sellers(session, order, "resolved", mail)


def tell_card_disputed(session: Session, group: OrderGroup, stripe_dispute_id: str) -> None:
    for order in group.orders:
        mail = mails.card_disputed(numbers=order.number)
        _to_sellers(session, order, f"card_disputed:{stripe_dispute_id}", mail)


def _to_buyer(session: Session, group: OrderGroup, key: str, mail: Mail) -> None:
    if group.email:
        _send(session, key=f"orders:{key}:buyer", recipient=group.email, locale=group.locale, mail=mail)


def _to_sellers(session: Session, order: Order, fact: str, mail: Mail) -> None:
    for user in _staff(session, order.organization_id):
        key = f"orders:{fact}:{order.id}:{user.id}"
        _send(session, key=key, recipient=user.email or "", locale=user.locale, mail=mail)


def _send(session: Session, *, key: str, recipient: str, locale: str, mail: Mail) -> None:
    paragraphs = [_said(locale, text) for text in mail.paragraphs]
    send_mail(
        session,
        key=key,
        recipient=recipient,
        locale=locale,
        subject=_said(locale, mail.subject),
        body="\n\n".join(paragraphs),
    )


def _said(locale: str, text: Text) -> str:
    """Days are those of the market's own zone: a mail does not know where it is read."""
    zone = ZoneInfo(settings().market_time_zone)
    values = {
        name: value.at.astimezone(zone).date() if isinstance(value, Day) else value
        for name, value in text.values.items()
    }
    return in_language(locale, text.message, values)


def _staff(session: Session, organization_id: UUID) -> Sequence[User]:
    """Who sells for the shop and can be written to."""
    return session.scalars(
        select(User)
        .join(Member, Member.user_id == User.id)
        .where(
            Member.organization_id == organization_id,
            Member.role.in_(SELLING),
            User.email.is_not(None),
            User.active.is_(True),
        )
        .order_by(User.id)
    ).all()


def _numbers(orders: Sequence[Order]) -> str:
    return ", ".join(order.number for order in orders)


def _link(group: OrderGroup) -> str:
    return f"{settings().public_url}/orders/key/{group.access_token}"


def _desk(order: Order) -> str:
    return f"{settings().public_url}/desk/orders/{order.number}"
