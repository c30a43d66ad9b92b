"""Proofs that lines of a settlement report stand in the sealed books."""

import io
import json
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.ledger.models import Journal, LedgerAccount, Posting
from app.proofs.inclusion import proof_of
from app.reports.errors import EntryNotFound, LineNotFound, ProofNamesOthers
from app.reports.queries import Scope
from app.reports.rules import KINDS, is_country


def proof_of_line(session: Session, scope: Scope, journal_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Of a line of the report of this scope. Raises LineNotFound, and ProofNamesOthers.

    A journal says whose its accounts are. Those of a seller's lines are the seller's, the order's or a country's; should
    tokens ever go from one seller's address to another's, the proof would tell one of the other.
    """
    kind = func.regexp_replace(Journal.event, "_taken_back$", "")
    query = select(Journal.order_id, Journal.organization_id).where(Journal.id == journal_id, kind.in_(KINDS))
    if scope.seller_id is not None:
        query = query.where(Journal.organization_id == scope.seller_id)
    line = session.execute(query.where(Journal.organization_id.is_not(None))).one_or_none()
    if line is None:
        raise LineNotFound
    owners = set(
        session.scalars(
            select(LedgerAccount.owner_id)
            .join(Posting, Posting.account_id == LedgerAccount.id)
            .where(Posting.journal_id == journal_id, LedgerAccount.owner_id.is_not(None))
        )
    )
    others = owners - {line.order_id, line.organization_id}
    others = {owner for owner in others if owner is not None and not is_country(owner)}
    if others and scope.seller_id is not None:
        raise ProofNamesOthers
    return proof_of(session, journal_id, now=now)


def proof_of_entry(session: Session, journal_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Of any entry of the books, for those who read all of them. Raises EntryNotFound."""
    if session.scalar(select(Journal.id).where(Journal.id == journal_id)) is None:
        raise EntryNotFound
    return proof_of(session, journal_id, now=now)


def proof_file(proof: dict[str, Any]) -> IO[bytes]:
    return io.BytesIO(json.dumps(proof, ensure_ascii=False, indent=1).encode() + b"\n")
