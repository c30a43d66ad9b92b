"""Knowing that an address is the person's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.events.bus import publish
from app.identity.events import EmailConfirmed
from app.identity.models import User


def confirm_email(session: Session, user_id: UUID, *, now: datetime) -> User:
    user = session.get_one(User, user_id, with_for_update=True)
    if user.confirmed_at is None:
        user.confirmed_at = now
        session.flush()
        publish(session, EmailConfirmed(user.id))
    return user
