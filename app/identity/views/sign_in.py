"""Signing in by password, and out."""

from datetime import UTC, datetime

from flask import current_app, redirect, request
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.utils import logout_user

from app.db.session import reading, transaction
from app.identity.actions.change_password import renew_hash
from app.identity.actions.end_sign_in import end_sign_in
from app.identity.current import current_account
from app.identity.errors import WrongPassword
from app.identity.forms import SignInForm
from app.identity.letters import send_confirmation
from app.identity.passwords import hash_password, is_right, needs_new_hash
from app.identity.queries import user_by_email
from app.identity.security import SIGN_IN_KEY, Account, account_of
from app.identity.views import bp
from app.identity.views.entering import enter, note_password_known
from app.web.limits import SIGN_IN, limiter
from app.web.pages import flash, go_on, page, safe_next


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@limiter.limit(
    "30 per hour", methods=["POST"], key_func=lambda: "email:" + request.form.get("email", "").strip().lower()
)
def sign_in() -> ResponseReturnValue:
    if current_account() is not None:
        return redirect(safe_next("/"), 303)
    form = SignInForm()
    if form.validate_on_submit():
        account = _account_with(form.email.data, form.password.data)
        if account is None:
            form.add_problem(WrongPassword())
        elif account.confirmed_at is None:
            return _ask_to_confirm(account)
        else:
            return enter(account, remember=form.remember.data, via="password")
    return page("identity/sign_in.html", 422 if form.is_submitted() else 200, form=form, next=safe_next("/"))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    if sign_in_id := browser_session.pop(SIGN_IN_KEY, None):
        longest = datetime.now(UTC) + current_app.permanent_session_lifetime
        with transaction() as session:
            end_sign_in(session, str(sign_in_id), ends_anyway_at=longest)
    logout_user()
    flash(_("You are signed out."))
    return go_on("/")


def _account_with(email: str, password: str) -> Account | None:
    """The account both belong to; as slow when there is none."""
    with reading() as session:
        user = user_by_email(session, email)
        account = account_of(user) if user is not None else None
    if not is_right(account.password if account else None, password) or account is None or not account.active:
        return None
    if needs_new_hash(account.password or ""):
        with transaction() as session:
            renew_hash(session, account.id, hash_password(password))
    return account


def _ask_to_confirm(account: Account) -> ResponseReturnValue:
    """The password was right, so it may be said: the address is not confirmed yet."""
    note_password_known(account)
    with transaction() as session:
        send_confirmation(session, account)
    return page("identity/check_mail.html", title=_("Confirm your e-mail address first"), email=account.email)
