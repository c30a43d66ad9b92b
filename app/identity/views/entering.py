"""Letting somebody in."""

from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.utils import login_user

from app.identity.security import Account
from app.web.pages import flash, go_on, safe_next

NEXT_KEY = "next_after_sign_in"


def enter(account: Account, *, remember: bool, via: str, to: str | None = None) -> ResponseReturnValue:
    """Begin the signed-in session and lead on. What a stranger may have planted in the cookie before stays out."""
    wanted = to or browser_session.pop(NEXT_KEY, None) or safe_next("/")
    kept = {key: browser_session[key] for key in ("cart",) if key in browser_session}
    browser_session.clear()
    browser_session.update(kept)
    login_user(account, remember=remember, authn_via=[via])
    browser_session.permanent = True
    flash(_("Welcome, %(name)s.", name=account.name) if account.name else _("You are signed in."))
    return go_on(wanted)
