"""Background work of reconciliation: the tie-out every ten minutes, so that a difference is seen before a person looks."""

from app.db.session import transaction
from app.reconciliation.actions.record_tie_out import record_tie_out
from app.reconciliation.errors import NothingBookedYet
from app.reconciliation.outside import check_now


def check() -> None:
    """Compare and keep the answer. Twice at once is two answers, both true. In a market's first minute there is none."""
    try:
        found = check_now()
    except NothingBookedYet:
        return
    with transaction() as session:
        record_tie_out(session, found)


JOBS = {"reconciliation.check": check}
PERIODIC = {"reconciliation.check": "*/10 * * * *"}
