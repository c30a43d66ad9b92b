"""Opening an account."""

import secrets
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.errors import EmailTaken, UnusableEmail
from app.identity.models import User

LONGEST_NAME = 120


def normal_email(typed: str) -> str:
    """The address as stored: lower case, no surrounding spaces. Raises UnusableEmail."""
    try:
        # `test_environment` admits the reserved names (.example, .test) that a demo market and tests live on.
        found = validate_email(typed.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise UnusableEmail(field="email") from error
    return found.normalized.lower()


def register_user(
    session: Session,
    *,
    email: str,
    password_hash: str | None,
    name: str = "",
    locale: str = "en",
    confirmed_at: datetime | None = None,
) -> User:
    """A new person. `password_hash` is argon2 and never the password. Raises UnusableEmail, EmailTaken."""
    values = {
        "email": normal_email(email),
        "password": password_hash,
        "name": " ".join(name.split())[:LONGEST_NAME],
        "locale": locale,
        "confirmed_at": confirmed_at,
        "fs_uniquifier": secrets.token_hex(32),
    }
    # The insert itself decides between two that sign up with one address at the same time.
    added = insert(User).values(values).on_conflict_do_nothing(index_elements=["email"]).returning(User.id)
    user_id = session.scalar(added)
    if user_id is None:
        raise EmailTaken(field="email")
    return session.get_one(User, user_id)
