"""The account's pages."""

import time
from datetime import UTC, datetime
from uuid import UUID

from flask import session as browser_session
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import logout_user

from app.db.session import in_transaction, reading
from app.identity.current import current_account, require_signed_in
from app.identity.errors import WrongPassword
from app.identity.passwords import is_right
from app.identity.security import Account
from app.privacy.actions.erase_person import erase_account
from app.privacy.errors import SignInAgain, StillGoingOn
from app.privacy.forms import EraseAccountForm, EraseWalletAccountForm
from app.privacy.queries import subject_of_account
from app.privacy.rules import Subject
from app.privacy.views import bp
from app.privacy.views.shared import ask_for_copy, data_page, download, erase_page
from app.web.forms import BaseForm
from app.web.limits import PLACE_ORDER, SIGN_IN, limiter
from app.web.pages import go_on, page
from app.web.viewer import forget_viewer

_JUST_NOW_SECONDS = 600


@bp.route("/account/data", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(PLACE_ORDER, methods=["POST"])
def own_data() -> ResponseReturnValue:
    """The copy of one's data: asked for, made, fetched."""
    form, subject = BaseForm(), _subject()
    if form.validate_on_submit():
        ask_for_copy(subject)
        return go_on(url_for("privacy.own_data"))
    return data_page(subject, erase=url_for("privacy.erase_own"), back="/account")


@bp.get("/account/data/<uuid:export_id>.zip")
@require_signed_in
def own_copy(export_id: UUID) -> ResponseReturnValue:
    return download(_subject(), export_id)


@bp.route("/account/erase", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(SIGN_IN, methods=["POST"])
def erase_own() -> ResponseReturnValue:
    account = current_account()
    assert account is not None
    subject = _subject()
    form = EraseAccountForm() if account.password else EraseWalletAccountForm()
    if form.validate_on_submit():
        try:
            _require_owner(account, form)
            in_transaction(lambda session: erase_account(session, account.id, now=datetime.now(UTC)))
        except (WrongPassword, SignInAgain, StillGoingOn) as refusal:
            form.add_problem(refusal)
        else:
            return _gone()
    status = 422 if form.is_submitted() else 200
    return erase_page(
        subject, form, status, email=account.email or "", is_account=True, back=url_for("privacy.own_data")
    )


def _gone() -> ResponseReturnValue:
    """Signed out, and the cookies that named carts and orders forgotten with the rest."""
    logout_user()
    browser_session.clear()
    forget_viewer()
    return page("privacy/erased.html", is_account=True)


def _subject() -> Subject:
    account = current_account()
    assert account is not None
    with reading() as session:
        return subject_of_account(session, account.id)


def _require_owner(account: Account, form: EraseAccountForm | EraseWalletAccountForm) -> None:
    """Raises WrongPassword; SignInAgain for an account that has none and did not sign in just now."""
    if isinstance(form, EraseAccountForm):
        if not is_right(account.password, form.password.data or ""):
            raise WrongPassword(field="password")
    elif time.time() - float(browser_session.get("fs_paa", 0)) > _JUST_NOW_SECONDS:
        raise SignInAgain
