"""What a person says about themselves."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.actions.register_user import LONGEST_NAME
from app.identity.models import User


def edit_account(session: Session, user_id: UUID, *, name: str, locale: str) -> User:
    user = session.get_one(User, user_id, with_for_update=True)
    user.name = " ".join(name.split())[:LONGEST_NAME]
    user.locale = locale
    session.flush()
    return user
