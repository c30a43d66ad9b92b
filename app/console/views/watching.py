"""Alarms, and jobs that failed."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console.actions.acknowledge_alarm import acknowledge_alarm
from app.console.actions.retry_job import retry_job
from app.console.queries import failed, open_alarms, past_alarms
from app.console.rules import ALARM_WORDS, AlarmKind
from app.console.views import bp
from app.db.session import in_transaction, reading
from app.identity.current import current_actor, require_market_role
from app.identity.rules.roles import OPERATOR
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page


@bp.get("/console/alarms")
@require_market_role(OPERATOR)
def alarms() -> ResponseReturnValue:
    """What is open, with what to do, and what was."""
    with reading() as session:
        current = open_alarms(session, current_actor())
        past = past_alarms(session, current_actor(), cursor=request.args.get("cursor"))
    return page("console/alarms.html", current=current, past=past, words=ALARM_WORDS, kind_of=AlarmKind)


@bp.post("/console/alarms/<uuid:alarm_id>/acknowledge")
@require_market_role(OPERATOR)
def acknowledge(alarm_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    actor, now = current_actor(), datetime.now(UTC)
    in_transaction(lambda session: acknowledge_alarm(session, actor, alarm_id, now=now))
    flash(_("Noted that you have seen it. It closes by itself when the cause is gone."))
    return go_on("/console/alarms")


@bp.get("/console/jobs")
@require_market_role(OPERATOR)
def jobs() -> ResponseReturnValue:
    with reading() as session:
        found = failed(session, current_actor(), cursor=request.args.get("cursor"))
    return page("console/jobs.html", jobs=found)


@bp.post("/console/jobs/<int:job_id>/retry")
@require_market_role(OPERATOR)
def run_job_again(job_id: int) -> ResponseReturnValue:
    BaseForm().validate()
    actor = current_actor()
    in_transaction(lambda session: retry_job(session, actor, job_id))
    flash(_("It runs again from its first attempt. If it fails for good again, it comes back here."))
    return go_on("/console/jobs")
