"""Forgotten and changed passwords."""

from contextlib import suppress
from datetime import UTC, datetime

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.recoverable import reset_password_token_status
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.session import reading, transaction
from app.errors import DomainError
from app.identity.actions.change_password import change_password
from app.identity.actions.confirm_email import confirm_email
from app.identity.current import current_account, require_signed_in
from app.identity.errors import WrongPassword
from app.identity.forms import ChangePasswordForm, ForgotPasswordForm, NewPasswordForm
from app.identity.letters import send_changed, send_reset
from app.identity.passwords import hash_password, is_right, require_strong
from app.identity.queries import user_by_email
from app.identity.security import Account, account_of, nobody
from app.identity.views import bp
from app.identity.views.entering import enter
from app.web.limits import SEND_MAIL, SIGN_IN, limiter
from app.web.pages import PROBLEM, flash, go_on, page


@bp.route("/forgot-password", methods=["GET", "POST"])
@limiter.limit(SEND_MAIL, methods=["POST"])
def forgot_password() -> ResponseReturnValue:
    """Says the same whether there is such an account or not."""
    form = ForgotPasswordForm()
    if form.validate_on_submit():
        with reading() as session:
            user = user_by_email(session, form.email.data)
            account = account_of(user) if user is not None else None
        with transaction() as session:
            record_act(session, None, "user.forgot_password", account.id if account else None)
            _write_reset(session, account)
        return page("identity/check_mail.html", title=_("Look into your mail"), email=form.email.data)
    return page("identity/forgot_password.html", 422 if form.is_submitted() else 200, form=form)


def _write_reset(session: Session, account: Account | None) -> None:
    """For an address without an account the same is written and taken back, so that time does not tell which have one."""
    if account is not None and account.active:
        send_reset(session, account)
        return
    with suppress(_NobodyThere), session.begin_nested():
        send_reset(session, nobody())
        raise _NobodyThere


class _NobodyThere(Exception):
    """Rolls back what was written for the sake of time."""


@bp.route("/reset-password/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
def reset_password(token: str) -> ResponseReturnValue:
    """The link ends with the first password it sets. It also proves the address."""
    expired, invalid, account = reset_password_token_status(token)
    if expired or invalid or account is None or not account.active:
        flash(_("This link is too old or was used already. Ask for a new one."), PROBLEM)
        return go_on("/forgot-password")
    form = NewPasswordForm()
    if form.validate_on_submit() and (changed := _changed(form, account)):
        return enter(changed, remember=False, via="email")
    return page("identity/reset_password.html", 422 if form.is_submitted() else 200, form=form, email=account.email)


@bp.route("/account/password", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(SIGN_IN, methods=["POST"])
def change_own_password() -> ResponseReturnValue:
    account = current_account()
    assert account is not None
    form = ChangePasswordForm()
    if form.validate_on_submit():
        if not is_right(account.password, form.current.data):
            form.add_problem(WrongPassword(field="current"))
        elif changed := _changed(form, account):
            return enter(changed, remember=False, via="password", to="/account")
    status = 422 if form.is_submitted() else 200
    return page("identity/change_password.html", status, form=form, email=account.email or "")


def _changed(form: NewPasswordForm, account: Account) -> Account | None:
    """The account with its new password, or None with the problem in the form."""
    try:
        require_strong(form.password.data, email=account.email or "")
    except DomainError as error:
        form.add_problem(error)
        return None
    with transaction() as session:
        user = change_password(session, account.id, hash_password(form.password.data))
        confirm_email(
            session, account.id, now=datetime.now(UTC)
        )  # signed in or by a link in a mail: the address is theirs
        send_changed(session, account)
        return account_of(user)
