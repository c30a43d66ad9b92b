"""Knowing that an address is the person's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.models import User


def confirm_email(session: Session, user_id: UUID, *, now: datetime) -> User:
    user = session.get_one(User, user_id, with_for_update=True)
    user.confirmed_at = user.confirmed_at or now
    session.flush()
    return user
