"""Keeping a tie-out."""

from sqlalchemy.orm import Session

from app.reconciliation.models import TieOutRun
from app.reconciliation.plain import as_json
from app.reconciliation.rules import TieOut


def record_tie_out(session: Session, found: TieOut) -> TieOutRun:
    """Keep `found` as it is; nothing changes it later."""
    run = TieOutRun(
        checked_at=found.checked_at,
        block_number=found.block_number,
        block_hash=found.block_hash,
        ties=found.ties,
        finding_count=len(found.findings),
        content=as_json(found),
    )
    session.add(run)
    session.flush()
    return run
