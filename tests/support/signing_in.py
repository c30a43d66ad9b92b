"""A browser in which somebody is signed in, without the form."""

from collections.abc import Mapping
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
    remember(browser, {"_user_id": name, "identity": name, "_fresh": True, SIGN_IN_KEY: token_hex(16)})


def remember(browser: FlaskClient, values: Mapping[str, object]) -> None:
    """Put into the browser's session, as `session_transaction` does, without a request of its own around each half."""
    app = browser.application
    name, serializer = app.config["SESSION_COOKIE_NAME"], app.session_interface.get_signing_serializer(app)
    kept = browser.get_cookie(name)
    browser.set_cookie(name, serializer.dumps({**(serializer.loads(kept.value) if kept else {}), **values}))
