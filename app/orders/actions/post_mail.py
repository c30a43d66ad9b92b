"""Telling what `rules` worded: one mail, and one piece of news, per key and person, in that person's language."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.config.days import market_day
from app.identity.models import Member, User
from app.identity.rules.roles import SELLING
from app.notify.actions.mail_person import mail_person
from app.notify.actions.notify_person import notify_person
from app.notify.actions.send_mail import send_mail
from app.notify.wording import in_language
from app.orders.models import Order, OrderGroup
from app.orders.rules.mails import Mail
from app.orders.rules.news import KIND_OF, TOPICS
from app.orders.rules.words import Day, Text


def to_buyer(session: Session, group: OrderGroup, key: str, mail: Mail) -> None:
    path = f"/orders/{group.orders[0].number}" if len(group.orders) == 1 else f"/orders/group/{group.id}"
    _tell(session, group.buyer_id, mail, key=f"orders:{key}:buyer", path=path, to=(group.email, group.locale))


def to_sellers(session: Session, order: Order, fact: str, mail: Mail) -> None:
    path = f"/desk/orders/{order.number}"
    for user in _staff(session, order.organization_id):
        key = f"orders:{fact}:{order.id}:{user.id}"
        _tell(session, user.id, mail, key=key, path=path, to=(user.email or "", user.locale))


def to_somebody(session: Session, key: str, mail: Mail, *, to: tuple[str, str]) -> None:
    """By mail to (address, language)."""
    _tell(session, None, mail, key=f"orders:{key}", path="", to=to)


def _tell(session: Session, user_id: UUID | None, mail: Mail, *, key: str, path: str, to: tuple[str, str]) -> None:
    """As news for who has an account, and by mail to who has an address and has not stopped such mails."""
    kind, (recipient, locale) = KIND_OF.get(mail.subject.message), to
    if user_id is not None and kind is not None:
        notify_person(session, user_id, kind, _values(mail.subject), path, key)
    if not recipient:
        return
    subject, body = _said(locale, mail.subject), "\n\n".join(_said(locale, text) for text in mail.paragraphs)
    topic = TOPICS.get(kind or "")
    if topic is None or user_id is None:
        send_mail(session, key=key, recipient=recipient, locale=locale, subject=subject, body=body)
    else:
        mail_person(session, user_id, topic, key=key, recipient=recipient, locale=locale, subject=subject, body=body)


def _said(locale: str, text: Text) -> str:
    return in_language(locale, text.message, _values(text))


def _values(text: Text) -> dict[str, Any]:
    """Days are those of the market's own zone: a mail does not know where it is read."""
    return {name: market_day(value.at) if isinstance(value, Day) else value for name, value in text.values.items()}


def _staff(session: Session, organization_id: UUID) -> Sequence[User]:
    """Who sells for the shop."""
    return session.scalars(
        select(User)
        .join(Member, Member.user_id == User.id)
        .where(Member.organization_id == organization_id, Member.role.in_(SELLING), User.active.is_(True))
        .order_by(User.id)
    ).all()


def buyers_link(group: OrderGroup) -> str:
    return f"{settings().public_url}/orders/key/{group.access_token}"


def desk_link(order: Order) -> str:
    return f"{settings().public_url}/desk/orders/{order.number}"
