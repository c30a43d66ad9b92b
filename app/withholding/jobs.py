"""Background work of withholding."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from app.config.days import market_today
from app.db.session import in_transaction, reading
from app.ledger.entries import LogRef
from app.withholding.actions.remind_seller import remind_seller, sellers_to_remind
from app.withholding.actions.take_tax import take_missing
from app.withholding.presets import all_rules
from app.withholding.queries import missing_tax, spans_of
from app.withholding.rules import ended_rules

log = structlog.get_logger(__name__)


def collect() -> None:
    """Take what a release could not take, now that the seller has it; each order in a transaction of its own."""
    now = datetime.now(UTC)
    with reading() as session:
        missing = missing_tax(session)
    for order_id, ref in missing:
        in_transaction(partial(_collect, order_id, ref, now))


def remind() -> None:
    """Ask for the new year's statements; each seller in a transaction of its own."""
    with reading() as session:
        found = sellers_to_remind(session, datetime.now(UTC))
    for shop_id, year in found:
        in_transaction(partial(_remind, shop_id, year))


def _remind(shop_id: UUID, year: int, session: Session) -> None:
    remind_seller(session, shop_id, year)


def _collect(order_id: UUID, ref: LogRef, now: datetime, session: Session) -> None:
    take_missing(session, order_id, log=ref, now=now)


def check_rules() -> None:
    """Say aloud, every day, which rules in use have ended; a stale rate must not go on in silence."""
    with reading() as session:
        spans = spans_of(session, {rule.country for rule in all_rules()})
    for rule in ended_rules(all_rules(), spans, market_today()):
        log.warning("withholding_rule_ended", rule=rule.key, ended_on=str(rule.ends_on))


JOBS = {
    "withholding.collect": collect,
    "withholding.remind": remind,
    "withholding.check_rules": check_rules,
}
PERIODIC = {
    "withholding.collect": "*/10 * * * *",
    "withholding.remind": "7 2 * * *",
    "withholding.check_rules": "27 1 * * *",
}
