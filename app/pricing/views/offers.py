"""The buyer's side: which shops have named them, and their answer."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.companies.queries import companies_approved_by
from app.db.session import in_transaction, reading
from app.identity.current import current_account, current_actor, require_signed_in
from app.pricing.actions.answer_offer import answer_offer
from app.pricing.errors import AlreadyAnswered, MembershipNotFound
from app.pricing.queries import offers_to
from app.pricing.views import bp
from app.web.forms import BaseForm
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence


@bp.get("/account/prices")
@require_signed_in
def offers() -> ResponseReturnValue:
    """Every shop that has named this address."""
    account = current_account()
    assert account is not None
    with reading() as session:
        rows = offers_to(session, account.id)
        companies = companies_approved_by(session, current_actor())
    return page("pricing/offers.html", rows=rows, companies=companies)


@bp.post("/account/prices/<uuid:member_id>/<any(agree, decline):verb>")
@require_signed_in
def answer(member_id: UUID, verb: str) -> ResponseReturnValue:
    """`company`: for which of one's companies, empty for oneself."""
    BaseForm().validate()
    try:
        in_transaction(partial(_answer, member_id, verb == "agree", _company()))
    except AlreadyAnswered as error:
        flash(sentence(error), PROBLEM)
    else:
        flash(_("Agreed. Your prices show from now on.") if verb == "agree" else _("Declined. You can agree later."))
    return go_on("/account/prices")


def _answer(member_id: UUID, agrees: bool, company_id: UUID | None, session: Session) -> None:
    answer_offer(session, current_actor(), member_id, agrees=agrees, company_id=company_id, now=datetime.now(UTC))


def _company() -> UUID | None:
    """Raises MembershipNotFound for what is no company."""
    typed = request.form.get("company", "")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise MembershipNotFound from None
