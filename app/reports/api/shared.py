"""A settlement report as JSON, for programs of shops and of the market."""

from contextlib import closing
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from app.reports.errors import TooLongForJson
from app.reports.queries import Scope, balances_around, settlement_lines
from app.reports.rules import Period
from app.reports.schemas import settlement_body

MOST_LINES = 5_000


def settlement_of(session: Session, scope: Scope, period: Period) -> dict[str, Any]:
    """Raises TooLongForJson."""
    with closing(settlement_lines(session, scope, period)) as found:
        lines = list(islice(found, MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        raise TooLongForJson(field="first", most=MOST_LINES)
    return settlement_body(period, lines, *balances_around(session, scope, period))
