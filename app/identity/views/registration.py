"""Opening an account."""

from datetime import UTC, datetime

from flask import redirect
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import transaction
from app.errors import DomainError
from app.identity.actions.confirm_email import confirm_email
from app.identity.actions.register_again import register_again
from app.identity.actions.register_user import normal_email, register_user
from app.identity.current import current_account
from app.identity.errors import EmailTaken, WrongPassword
from app.identity.forms import ConfirmForm, RegisterForm
from app.identity.letters import send_already_known, send_confirmation
from app.identity.passwords import hash_password, is_right, require_strong
from app.identity.queries import user_by_email
from app.identity.security import Account, account_of, read_confirmation
from app.identity.views import bp
from app.identity.views.entering import NEXT_KEY, enter, is_password_known, note_password_known
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.limits import REGISTER, limiter
from app.web.pages import NOTE, PROBLEM, flash, go_on, page, safe_next


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit(REGISTER, methods=["POST"])
def register() -> ResponseReturnValue:
    """The answer is the same for an address that is known already: only its owner learns that, by mail."""
    if current_account() is not None:
        return redirect(safe_next("/"), 303)
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            email = normal_email(form.email.data)
            require_strong(form.password.data, email=email)
            _open_account(email, form.name.data, hash_password(form.password.data))
        except DomainError as error:
            form.add_problem(error)
        else:
            browser_session[NEXT_KEY] = safe_next("/")
            return page("identity/check_mail.html", title=_("Look into your mail"), email=email)
    return page("identity/register.html", 422 if form.is_submitted() else 200, form=form, next=safe_next("/"))


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@limiter.limit(REGISTER, methods=["POST"])
def confirm(token: str) -> ResponseReturnValue:
    """A page with a button: programs that open every link of a mail must not confirm anything.

    In another browser than the one that signed up it asks for the password.
    """
    account, is_late = read_confirmation(token)
    if account is None:
        return _damaged()
    if account.confirmed_at is not None:
        return _confirmed_before(account)
    if is_late:
        return _too_old(account)
    form = ConfirmForm()
    asks_password = not is_password_known(account)
    if form.validate_on_submit():
        if not asks_password or is_right(account.password, form.password.data or ""):
            return _confirmed(account)
        form.add_problem(WrongPassword(field="password"))
    status = 422 if form.errors or form.form_errors else 200
    return page("identity/confirm.html", status, form=form, email=account.email, asks_password=asks_password)


def _damaged() -> ResponseReturnValue:
    """Whoever is signed in has confirmed an address, or came by a wallet and has none to confirm."""
    if current_account() is not None:
        flash(_("This link is too old or damaged. You need none: you are signed in."), NOTE)
        return go_on("/account")
    flash(_("This link is too old or damaged. Sign in, and we send you a new one."), PROBLEM)
    return go_on("/sign-in")


def _confirmed_before(account: Account) -> ResponseReturnValue:
    """A link works as a key only once."""
    signed_in = current_account()
    if signed_in is None:
        flash(_("This address was confirmed before. Sign in with your password."))
        return go_on("/sign-in")
    if signed_in.id == account.id:
        flash(_("%(email)s is confirmed already, and you are signed in.", email=account.email))
    else:
        flash(_("%(email)s was confirmed before. You are signed in with another account.", email=account.email), NOTE)
    return go_on("/account")


def _too_old(account: Account) -> ResponseReturnValue:
    """Only who was sent the link can have it, so a new one may be sent to the same address."""
    form = BaseForm()
    if not form.validate_on_submit():
        return page("identity/late.html", form=form, email=account.email)
    with transaction() as session:
        send_confirmation(session, account)
    return page("identity/check_mail.html", title=_("Look into your mail"), email=account.email)


def _confirmed(account: Account) -> ResponseReturnValue:
    with transaction() as session:
        confirmed = account_of(confirm_email(session, account.id, now=datetime.now(UTC)))
    return enter(confirmed, remember=False, via="email")


def _open_account(email: str, name: str, password_hash: str) -> None:
    """Writes to the address what it may know; leaves this browser a mark in every case."""
    account: Account | None
    try:
        with transaction() as session:
            user = register_user(session, email=email, password_hash=password_hash, name=name, locale=current_locale())
            account = account_of(user)
            send_confirmation(session, account)
    except EmailTaken:
        account = _sign_up_again(email, name, password_hash)
    note_password_known(account)


def _sign_up_again(email: str, name: str, password_hash: str) -> Account | None:
    """The account, if the new password is its password now."""
    with transaction() as session:
        known = user_by_email(session, email)
        if known is None:
            return None
        account = account_of(register_again(session, known.id, password_hash=password_hash, name=name))
        if account.confirmed_at is not None:
            send_already_known(session, account)
            return None
        send_confirmation(session, account)
        return account
