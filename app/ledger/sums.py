"""Balances are summed by the database when the transaction ends (migration 0059): here, earlier for whoever asks."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_POSTED = "has_posted"


def note_posted(session: Session) -> None:
    session.info[_POSTED] = True


def sum_posted(session: Session) -> None:
    """Have what this transaction posted counted in the balances now; they stay locked until it ends.

    Raises IntegrityError (CheckViolation) when an account falls too low, as the end of the transaction would.
    """
    if not session.info.get(_POSTED):
        return
    session.info[_POSTED] = session.in_nested_transaction()  # rolled back to a savepoint, they are to be summed again
    session.execute(text("SET CONSTRAINTS journal_balances IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS journal_balances DEFERRED"))
