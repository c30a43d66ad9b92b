"""Sealing all that waits, seal by seal."""

from app.db.session import in_transaction
from app.proofs.actions.seal_journals import seal_journals

SEALS_A_RUN = 500
"""Two million journals; the next run goes on."""


def seal_all() -> int:
    """Each seal in a transaction of its own: dies between two, and the next run goes on after the last one."""
    for count in range(SEALS_A_RUN):
        if in_transaction(seal_journals) is None:
            return count
    return SEALS_A_RUN
