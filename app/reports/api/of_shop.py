"""The settlement report of a shop, for its programs."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs
from app.access.rules import REPORTS_READ
from app.api.document import PREFIX
from app.api.schemas import ShopQuerySchema
from app.config.days import today_in
from app.db.session import report_snapshot
from app.identity.actor import Actor
from app.reports.api.shared import settlement_of
from app.reports.downloads import CSV, download
from app.reports.proof_files import proof_of_line
from app.reports.queries import Scope, scope_for, settlement_lines
from app.reports.rules import Period, day_text, period_of
from app.reports.schemas import PeriodQuerySchema, ProofSchema, SettlementSchema
from app.reports.settlement_files import settlement_csv

bp = Blueprint("own_reports", __name__, url_prefix=f"{PREFIX}/shop", description="Reports of a shop")


@bp.get("/settlement")
@for_programs(REPORTS_READ)
@bp.arguments(PeriodQuerySchema, location="query", unknown=RAISE)
@bp.response(200, SettlementSchema)
def settlement(asked: dict[str, Any]) -> dict[str, Any]:
    """What was paid in, released, refunded and redeemed in a time, line by line. Long ones come as CSV only."""
    actor, _shop = acting_shop(asked["shop"])
    with report_snapshot() as session:
        return settlement_of(session, *_asked(session, actor, asked))


@bp.get("/settlement.csv")
@for_programs(REPORTS_READ)
@bp.arguments(PeriodQuerySchema, location="query", unknown=RAISE)
@bp.response(200, {"type": "string"}, content_type=CSV)
def settlement_as_csv(asked: dict[str, Any]) -> Response:
    """The same as the file that the page offers, of any length."""
    actor, _shop = acting_shop(asked["shop"])
    with report_snapshot() as session:
        scope, period = _asked(session, actor, asked)
        file = settlement_csv(settlement_lines(session, scope, period))
    return download(file, f"settlement-{scope.slug}-{period.first}-{period.last}.csv", CSV)


@bp.get("/settlement/<uuid:journal>/proof")
@for_programs(REPORTS_READ)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ProofSchema)
def proof(asked: dict[str, Any], journal: UUID) -> dict[str, Any]:
    """That a line, named by its `journal`, stands in the sealed books: `docs/accountants/check_proof.py` checks it."""
    actor, _shop = acting_shop(asked["shop"])
    with report_snapshot() as session:
        return proof_of_line(session, scope_for(session, actor, None), journal, now=datetime.now(UTC))


def _asked(session: Session, actor: Actor, asked: dict[str, Any]) -> tuple[Scope, Period]:
    scope = scope_for(session, actor, None)
    today = today_in(scope.time_zone)
    days = day_text(asked["first"]), day_text(asked["last"])
    return scope, period_of(*days, time_zone=scope.time_zone, today=today)
