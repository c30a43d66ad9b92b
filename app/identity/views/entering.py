"""Letting somebody in."""

import hashlib
import hmac
import secrets

from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from flask_security.utils import login_user

from app.audit.actions.record_act import record_act
from app.db.session import transaction
from app.identity.current import main_desk
from app.identity.security import SIGN_IN_KEY, Account
from app.web.pages import flash, go_on, safe_next
from app.web.viewer import viewer_changed

NEXT_KEY = "next_after_sign_in"
_PROVEN_KEY = "proved_password_of"


def enter(account: Account, *, remember: bool, via: str, to: str | None = None) -> ResponseReturnValue:
    """Begin the signed-in session and lead on. What a stranger may have planted in the cookie before stays out."""
    wanted = to or browser_session.pop(NEXT_KEY, None) or safe_next("/")
    if wanted == "/":
        wanted = main_desk(account.actor) or wanted
    kept = {key: browser_session[key] for key in ("cart",) if key in browser_session}
    browser_session.clear()
    browser_session.update(kept)
    browser_session[SIGN_IN_KEY] = secrets.token_hex(16)
    login_user(account, remember=False, authn_via=[via])  # its own cookie would outlive signing out
    with transaction() as session:
        record_act(session, account.id, "user.sign_in", account.id, via=via)
    browser_session.permanent = remember
    viewer_changed()
    refresh()  # the welcome is said in the language of the one who came
    flash(_("Welcome, %(name)s.", name=account.name) if account.name else _("You are signed in."))
    return go_on(wanted)


def note_password_known(account: Account | None) -> None:
    """This browser has just typed the account's password; None leaves a mark that fits nothing, and looks the same."""
    browser_session[_PROVEN_KEY] = _mark(account.fs_uniquifier if account else secrets.token_hex(32))


def is_password_known(account: Account) -> bool:
    """Whether the one who opens a link here is the one who chose the password.

    Otherwise a stranger could sign up with somebody's address and be let in by that person's click on the link.
    """
    return hmac.compare_digest(str(browser_session.get(_PROVEN_KEY, "")), _mark(account.fs_uniquifier))


def _mark(uniquifier: str) -> str:
    return hashlib.sha256(uniquifier.encode()).hexdigest()
