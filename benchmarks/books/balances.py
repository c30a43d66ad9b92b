"""What a trial balance costs beside reading the running balances bare."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db.session import reading
from app.ledger.trial_balance import trial_balance


def trial_balance_seconds() -> tuple[float, float]:
    """(PostgreSQL reading every row of `account_balances`, the trial balance of the running month)."""
    return _seconds(_balances), _seconds(lambda session: trial_balance(session, f"{datetime.now(UTC):%Y-%m}"))


def _balances(session: Session) -> object:
    return session.execute(text("SELECT count(*), sum(balance) FROM account_balances")).one()


def _seconds(work: Callable[[Session], object]) -> float:
    """The quickest of three."""
    took = []
    for _ in range(3):
        with reading() as session:
            began = time.monotonic()
            work(session)
            took.append(time.monotonic() - began)
    return min(took)
