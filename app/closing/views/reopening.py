"""Opening a month again: one asks, another one agrees or refuses."""

from datetime import UTC, datetime
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.closing.actions.ask_reopening import ask_reopening
from app.closing.actions.decide_reopening import agree_to_reopening, refuse_reopening, withdraw_reopening
from app.closing.errors import ReopeningNotFound
from app.closing.forms import AnswerForm, ReopenForm
from app.closing.models import Reopening
from app.closing.queries import reopenings_for
from app.closing.rules import CLOSERS, WITHDRAWN
from app.closing.views import bp
from app.closing.views.months import month_page
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_market_role
from app.web.pages import flash, go_on


@bp.post("/books/months/<period>/reopen")
@require_market_role(*CLOSERS)
def ask(period: str) -> ResponseReturnValue:
    form, actor = ReopenForm(), current_actor()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        try:
            in_transaction(
                lambda session: ask_reopening(session, actor, period, reason=reason, form_token=form.token).id
            )
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Asked. The month stays closed until somebody else agrees; they were told by mail."))
            return go_on(url_for("closing.one_month", period=period))
    return month_page(period, 422, reopen_form=form)


@bp.post("/books/reopenings/<uuid:reopening_id>/agree")
@require_market_role(*CLOSERS)
def agree(reopening_id: UUID) -> ResponseReturnValue:
    form, actor, now = AnswerForm(), current_actor(), datetime.now(UTC)
    period = _asked(reopening_id).period
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: agree_to_reopening(session, actor, reopening_id, now=now).id)
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Open again, and every month after it. Close them anew, in their order."))
            return go_on(url_for("closing.one_month", period=period))
    return month_page(period, 422, answer_form=form)


@bp.post("/books/reopenings/<uuid:reopening_id>/refuse")
@require_market_role(*CLOSERS)
def refuse(reopening_id: UUID) -> ResponseReturnValue:
    """By whoever asked it is a withdrawal."""
    form, actor, now = AnswerForm(), current_actor(), datetime.now(UTC)
    asked = _asked(reopening_id)
    period = asked.period
    if form.validate_on_submit():
        answer = form.answer.data or ""
        decide = withdraw_reopening if asked.asked_by == actor.user_id else refuse_reopening
        try:
            state = in_transaction(lambda session: decide(session, actor, reopening_id, answer=answer, now=now).state)
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(
                _("Withdrawn. The month stays closed.") if state == WITHDRAWN else _("Refused. The month stays closed.")
            )
            return go_on(url_for("closing.one_month", period=period))
    return month_page(period, 422, answer_form=form)


def _asked(reopening_id: UUID) -> Reopening:
    """Raises ReopeningNotFound."""
    with reading() as session:
        query = reopenings_for(current_actor()).where(Reopening.id == reopening_id)
        return load_one(session, query, missing=ReopeningNotFound)
