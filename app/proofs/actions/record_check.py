"""Keeping what a look over the books found."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.proofs.checking import Fault, Looked, as_json
from app.proofs.models import BooksCheck


def record_check(session: Session, looked: Looked, faults: Sequence[Fault], *, count: int, at: datetime) -> BooksCheck:
    """Nothing changes it later. `faults` are the first of `count`."""
    check = BooksCheck(
        checked_at=at,
        seals=looked.seals,
        journals=looked.journals,
        unsealed=looked.unsealed,
        fault_count=count,
        faults=[as_json(fault) for fault in faults],
    )
    session.add(check)
    session.flush()
    return check
