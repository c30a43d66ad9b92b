"""What a trial balance costs beside reading the running balances bare."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.db.session import reading
from app.ledger.trial_balance import trial_balance


def trial_balance_seconds() -> tuple[float, float]:
    """(reading `account_balances` to its end by COPY, the trial balance of the running month)."""
    return _seconds(_balances), _seconds(lambda session: trial_balance(session, f"{datetime.now(UTC):%Y-%m}"))


def _balances(session: Session) -> object:
    driver = session.connection().connection.driver_connection
    assert driver is not None
    with driver.cursor().copy("COPY account_balances TO STDOUT (FORMAT binary)") as portions:
        return sum(len(portion) for portion in portions)


def _seconds(work: Callable[[Session], object]) -> float:
    """The quickest of three."""
    took = []
    for _ in range(3):
        with reading() as session:
            began = time.monotonic()
            work(session)
            took.append(time.monotonic() - began)
    return min(took)
