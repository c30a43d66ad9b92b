"""The operator's list of reported messages, and deciding about one."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_market_role
from app.identity.rules.roles import OPERATOR
from app.messages.actions.report_message import decide_report
from app.messages.queries import around, files_of
from app.messages.reports import report_page, report_shown
from app.messages.rules import CONTEXT, DECISIONS, OPEN, REASONS, REPORT_STATES
from app.messages.views import bp
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page


@bp.get("/console/reports")
@require_market_role(OPERATOR)
def reports() -> ResponseReturnValue:
    """What waits, the oldest first; what was decided by its tab."""
    asked = request.args.get("state", OPEN)
    state = asked if asked in REPORT_STATES else OPEN
    with reading() as session:
        found = report_page(session, state, cursor=request.args.get("cursor"))
    return page("messages/reports.html", reports=found, state=state, states=REPORT_STATES, reasons=REASONS)


@bp.route("/console/reports/<uuid:report_id>", methods=["GET", "POST"])
@require_market_role(OPERATOR)
def decide(report_id: UUID) -> ResponseReturnValue:
    """The message with the few before and after it, and no more of the conversation."""
    form, actor, now = BaseForm(), current_actor(), datetime.now(UTC)
    decision = request.form.get("decision", "")
    if form.validate_on_submit() and decision in DECISIONS:
        try:
            in_transaction(lambda session: decide_report(session, actor, report_id, decision, now=now))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Decided. Who reported it is told, and so is who was warned."))
            return go_on(url_for("messages.reports"))
    with reading() as session:
        report, thread = report_shown(session, report_id)
        near = around(session, report.message, CONTEXT)
        files = files_of(session, [report.message_id])
    return page(
        "messages/decide.html",
        422 if form.is_submitted() else 200,
        form=form,
        report=report,
        thread=thread,
        near=near,
        files=files,
        reasons=REASONS,
    )
