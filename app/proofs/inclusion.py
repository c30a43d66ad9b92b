"""What somebody else needs to be sure that a journal stands in the sealed books: no database of ours, and no trust in us."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.proofs.models import JournalSeal, Seal
from app.proofs.queries import anchor_over, anchor_record, leaves_of, moment_text, seal_record, words_of
from app.proofs.rules import audit_path

FORMAT = "phsar-proof/1"
SEALED_AT_MINUTE = 7
"""Of each hour: when the job that seals begins."""


def proof_of(session: Session, journal_id: UUID, *, now: datetime) -> dict[str, Any]:
    """The journal's words, its way up to its seal, the seals from there to one that is on chain, and where that is.

    Of a journal that is not sealed yet only its words, and when it will be. Of a session that sees one state.
    """
    words = words_of(session, [journal_id])[journal_id]
    proof: dict[str, Any] = {"format": FORMAT, "journal": str(journal_id), "words": words}
    place = session.get(JournalSeal, journal_id)
    if place is None:
        return {**proof, "sealed": False, "sealed_by": moment_text(next_sealing(now))}
    anchor = anchor_over(session, place.seal)
    last = anchor.seal if anchor else place.seal
    chain = session.scalars(select(Seal).where(Seal.number.between(place.seal, last)).order_by(Seal.number)).all()
    path = audit_path(leaves_of(session, place.seal), place.position)
    return {
        **proof,
        "sealed": True,
        "position": place.position,
        "siblings": [{"side": "left" if one.is_left else "right", "hash": one.hash.hex()} for one in path],
        "seals": [_plain(seal_record(seal)) for seal in chain],
        "anchor": _plain(anchor_record(anchor)) if anchor else None,
    }


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "kind"}


def next_sealing(now: datetime) -> datetime:
    """By when what is booked now is sealed, unless a transaction takes longer."""
    this_hour = now.replace(minute=SEALED_AT_MINUTE, second=0, microsecond=0)
    return this_hour if now < this_hour else this_hour + timedelta(hours=1)
