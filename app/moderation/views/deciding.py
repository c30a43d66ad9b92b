"""The operator's queue of reported goods."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import reading, transaction
from app.errors import DomainError
from app.identity.current import current_actor, require_market_role
from app.identity.rules.roles import OPERATOR
from app.moderation.actions.decide_report import dismiss_report, remove_listing
from app.moderation.forms import WORDS, DecisionForm
from app.moderation.models import ListingReport
from app.moderation.queries import counts_by_state, report_by_id, reports_page
from app.moderation.rules import DISMISSED, KINDS, OPEN, REMOVED
from app.moderation.views import bp
from app.web.pages import flash, go_on, page

STATES = (OPEN, REMOVED, DISMISSED)


@bp.get("/console/goods")
@require_market_role(OPERATOR)
def reports() -> ResponseReturnValue:
    asked = request.args.get("state", OPEN)
    state = asked if asked in STATES else OPEN
    with reading() as session:
        found = reports_page(session, current_actor(), state, cursor=request.args.get("cursor"))
        counts = counts_by_state(session)
    return page(
        "moderation/reports.html", state=state, states=STATES, rows=found, counts=counts, reasons=WORDS, kinds=KINDS
    )


@bp.get("/console/goods/<uuid:report_id>")
@require_market_role(OPERATOR)
def decide(report_id: UUID) -> ResponseReturnValue:
    return _page(report_id, DecisionForm(formdata=None))


@bp.post("/console/goods/<uuid:report_id>/remove")
@require_market_role(OPERATOR)
def remove(report_id: UUID) -> ResponseReturnValue:
    return _act(report_id, remove_listing, _("Taken off the market. The shop has a mail with your reason."))


@bp.post("/console/goods/<uuid:report_id>/dismiss")
@require_market_role(OPERATOR)
def dismiss(report_id: UUID) -> ResponseReturnValue:
    return _act(report_id, dismiss_report, _("The goods may stay."))


def _act(report_id: UUID, act: Callable[..., ListingReport], done: str) -> ResponseReturnValue:
    form = DecisionForm()
    if not form.validate_on_submit():
        return _page(report_id, form, 422)
    try:
        with transaction() as session:
            act(session, current_actor(), report_id, decision=form.decision.data or "", now=datetime.now(UTC))
    except DomainError as refusal:
        if refusal.status != 409:  # noqa: PLR2004 - decided by somebody else meanwhile
            raise
        form.add_problem(refusal)
        return _page(report_id, form, refusal.status)
    flash(done)
    return go_on(url_for("moderation.reports"))


def _page(report_id: UUID, form: DecisionForm, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        report = report_by_id(session, current_actor(), report_id)
    return page("moderation/decide.html", status, report=report, form=form, reasons=WORDS, kinds=KINDS)
