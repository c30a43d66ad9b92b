"""Sealing: the next block of journals that no later commit can come before."""

from datetime import UTC
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.proofs.models import Seal
from app.proofs.queries import BLOCK, newest_seal, seal_record, sealed_through, statement, this_cluster, words_of
from app.proofs.rules import GENESIS, leaf_hash, merkle_root, seal_hash

SEALERS = 7_303_040
_PLACES = text(
    "INSERT INTO journal_seals (journal_id, seal, position, leaf)"
    " SELECT u.journal_id, :seal, u.place - 1, u.leaf"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:leaves AS bytea[])) WITH ORDINALITY AS u(journal_id, leaf, place)"
)


def seal_journals(session: Session, *, most: int = BLOCK) -> Seal | None:
    """One seal over at most `most` journals; None when nothing waits. One process seals at a time, the others wait.

    Dies before the commit: nothing is sealed, and the next run takes the same journals.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEALERS})
    previous = newest_seal(session)
    since = sealed_through(session, previous)
    due = session.execute(statement("due"), {"since": since, "most": most + 1}).all()
    if not due:
        return None
    horizon = min(due[0].oldest, due[-1].xid) if len(due) > most else due[0].oldest
    due = due[:most]
    leaves = _leaves(session, [row.id for row in due])
    seal = Seal(
        number=previous.number + 1 if previous else 1,
        journals=len(due),
        first_position=previous.first_position + previous.journals if previous else 0,
        merkle_root=merkle_root(leaves),
        previous_hash=previous.hash if previous else GENESIS,
        horizon=horizon,
        cluster=this_cluster(session),
        sealed_at=due[0].at.astimezone(UTC),
    )
    seal.hash = seal_hash(seal_record(seal))
    session.add(seal)
    session.flush()
    session.execute(_PLACES, {"seal": seal.number, "ids": [row.id for row in due], "leaves": leaves})
    return seal


def _leaves(session: Session, ids: list[UUID]) -> list[bytes]:
    words = words_of(session, ids)
    return [leaf_hash(words[one]) for one in ids]
