"""What needs somebody today, and whether the parts keep up."""

from datetime import UTC, datetime

from flask import request
from flask.typing import ResponseReturnValue

from app.console.queries import needs, open_alarms, open_disputes
from app.console.rules import ALARM_WORDS, CHARGEBACK_REASONS, AlarmKind
from app.console.views import bp
from app.db.session import reading
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role
from app.identity.rules.roles import ARBITER, OPERATOR
from app.reconciliation.queries import last_tie_out
from app.settlement.queries import decisions_due
from app.web.health import findings
from app.web.pages import page


@bp.get("/console")
@require_market_role(OPERATOR, ARBITER)
def desk() -> ResponseReturnValue:
    """Everything that waits, oldest first; machines and money below."""
    actor = current_actor()
    is_operator = market_role(actor, OPERATOR)
    with reading() as session:
        waiting = needs(session, actor)
        run = last_tie_out(session)
        alarms = open_alarms(session, actor) if is_operator else ()
    parts = findings() if is_operator else {}
    return page(
        "console/overview.html",
        waiting=waiting,
        count=sum({need.kind: need.total for need in waiting}.values()),
        reasons=CHARGEBACK_REASONS,
        alarms=alarms,
        alarm_words=ALARM_WORDS,
        kind_of=AlarmKind,
        run=run,
        parts=parts,
        is_operator=is_operator,
        now=datetime.now(UTC),
    )


@bp.get("/console/disputes")
@require_market_role(OPERATOR, ARBITER)
def disputes() -> ResponseReturnValue:
    with reading() as session:
        found = open_disputes(session, current_actor(), cursor=request.args.get("cursor"))
        due = decisions_due(session, [row.order_id for row in found.rows])
    return page("console/disputes.html", disputes=found, due=due)
