"""Setting another password."""

import secrets
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.models import User


def change_password(session: Session, user_id: UUID, password_hash: str) -> User:
    """Every other place where the person was signed in is signed out, and older reset links end."""
    user = session.get_one(User, user_id, with_for_update=True)
    user.password = password_hash
    user.fs_uniquifier = secrets.token_hex(32)
    record_act(session, user.id, "user.change_password", user.id)
    session.flush()
    return user


def renew_hash(session: Session, user_id: UUID, password_hash: str) -> None:
    """The same password under stronger parameters: nobody is signed out."""
    session.get_one(User, user_id).password = password_hash
