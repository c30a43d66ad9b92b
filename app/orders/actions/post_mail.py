"""Sending what `rules` worded: one mail per key and person, in that person's language."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.identity.models import Member, User
from app.identity.rules.roles import SELLING
from app.notify.actions.send_mail import send_mail
from app.notify.wording import in_language
from app.orders.models import Order, OrderGroup
from app.orders.rules.mails import Mail
from app.orders.rules.words import Day, Text


def to_buyer(session: Session, group: OrderGroup, key: str, mail: Mail) -> None:
    if group.email:
        _send(session, key=f"orders:{key}:buyer", recipient=group.email, locale=group.locale, mail=mail)


def to_sellers(session: Session, order: Order, fact: str, mail: Mail) -> None:
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


def buyers_link(group: OrderGroup) -> str:
    return f"{settings().public_url}/orders/key/{group.access_token}"


def desk_link(order: Order) -> str:
    return f"{settings().public_url}/desk/orders/{order.number}"
