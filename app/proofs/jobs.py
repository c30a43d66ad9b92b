"""Background work of proofs: sealing every hour, the newest seal on chain every day, looking over all seals every night."""

from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice

from app.chain.errors import NotDeployed
from app.db.session import in_transaction, report_snapshot, transaction
from app.proofs.actions.plan_anchor import plan_anchor
from app.proofs.actions.record_check import record_check
from app.proofs.checking import Check
from app.proofs.queries import records
from app.proofs.sealing import seal_all
from app.telemetry.logs import get_logger

log = get_logger("proofs")
KEPT = 100
"""Faults of a night; of more only the number."""


def seal() -> None:
    """And the first of these seals that is a day younger than the one on chain is to go there.

    Dies between the two: the next hour plans it.
    """
    seal_all()
    with suppress(NotDeployed):
        in_transaction(lambda session: plan_anchor(session, datetime.now(UTC)))


def verify() -> None:
    """Look over everything and keep what was found. Dies on the way: nothing is kept, and the next night looks again."""
    check, at = Check(), datetime.now(UTC)
    with report_snapshot() as session:
        found = check.faults(records(session, made_at=at))
        faults = list(islice(found, KEPT))
        more = sum(1 for _ in found)
    with transaction() as session:
        record_check(session, check.looked, faults, count=len(faults) + more, at=at)
    for fault in faults:
        log.error("the books were changed", fault=fault.kind, which=fault.which, words=fault.words)


JOBS = {"proofs.seal": seal, "proofs.verify": verify}
PERIODIC = {"proofs.seal": "7 * * * *", "proofs.verify": "23 19 * * *"}
