"""A browser in which somebody is signed in, without the form."""

from secrets import token_hex
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from app.db.session import reading
from app.identity.models import User
from app.identity.security import SIGN_IN_KEY


def sign_in(browser: FlaskClient, user_id: UUID) -> None:
    with reading() as session:
        name = session.scalars(select(User.fs_uniquifier).where(User.id == user_id)).one()
    with browser.session_transaction() as cookie:
        cookie.update({"_user_id": name, "identity": name, "_fresh": True, SIGN_IN_KEY: token_hex(16)})
