"""Rows of Stripe's balance are kept and booked by as many statements, however many come at once."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.ledger.queries import balance
from app.onramp.actions.ingest_balance import ingest_balance
from app.onramp.stripe_values import BalanceRow
from tests.support.queries import queries_of

AT = datetime(2026, 10, 5, 8, tzinfo=UTC)


def charges(first: int, count: int) -> list[BalanceRow]:
    return [
        BalanceRow(f"txn_{number}", "charge", "charge", f"ch_{number}", 1_000, 50, 950, "USD", AT, AT, {})
        for number in range(first, first + count)
    ]


def test_fifty_rows_are_booked_by_as_many_statements_as_five(session: Session) -> None:
    ingest_balance(session, charges(0, 1))  # the accounts are there now
    session.commit()
    few = queries_of(session, lambda: ingest_balance(session, charges(100, 5)))
    many = queries_of(session, lambda: ingest_balance(session, charges(200, 50)))
    assert many == few
    assert balance(session, "1100", "USD") == 56 * 950
    assert ingest_balance(session, charges(0, 1)) == 0
