"""Signing up once more with an address that nobody has confirmed."""

import secrets
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.models import User


def register_again(session: Session, user_id: UUID, *, password_hash: str, name: str) -> User:
    """The newest sign-up counts, and links of earlier ones end: a stranger who was first keeps nothing.

    An account that was confirmed in the meantime is left alone.
    """
    user = session.get_one(User, user_id, with_for_update=True, populate_existing=True)
    if user.confirmed_at is None:
        user.password = password_hash
        user.name = name
        user.fs_uniquifier = secrets.token_hex(32)
        session.flush()
    return user
