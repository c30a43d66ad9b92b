"""Reading seals: the newest, what waits, and the whole of the books as a stream of records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select, text
from sqlalchemy.orm import Session

from app.db.paging import Page, fetch_page
from app.db.sql_files import statements_in
from app.ledger.models import Journal
from app.proofs.models import Anchor, BooksCheck, JournalSeal, Seal
from app.proofs.rules import SEALED_FIELDS
from app.settlement.models import ChainIntent

FORMAT = "phsar-books/1"
BLOCK = 4_096
"""Most journals in a seal: a proof of one has twelve neighbors, and sealing or looking over one needs the memory of one."""
_CLUSTER = text("SELECT system_identifier FROM pg_control_system()")
_BIGINT = 2**63
_WORDS = text("SELECT journal_id, words FROM journal_words(:ids)")
Record = dict[str, Any]
statement = statements_in(Path(__file__).with_name("sql"))
OUTSIDE = {
    "journal-inserted": "it is in no seal, but journals of its time were sealed long ago",
    "no-such-seal": "it is said to be in a seal that is not there",
    "no-such-journal": "there are lines of it in the books, and no journal",
}


@dataclass(frozen=True)
class Waiting:
    """Journals in no seal: how many, and since when."""

    count: int
    oldest: datetime | None


def newest_seal(session: Session) -> Seal | None:
    return session.scalars(select(Seal).order_by(Seal.number.desc()).limit(1)).one_or_none()


def sealed_through(session: Session, newest: Seal | None) -> int:
    """Of transactions before this one every journal is sealed. 0 on a server other than the one that sealed."""
    return newest.horizon if newest is not None and newest.cluster == this_cluster(session) else 0


def this_cluster(session: Session) -> int:
    """The server's own name for itself: another one counts its transactions otherwise."""
    found: int = session.scalar(_CLUSTER)
    return found


def waiting(session: Session, newest: Seal | None) -> Waiting:
    row = session.execute(statement("unsealed"), {"since": sealed_through(session, newest)}).one()
    return Waiting(row.waiting, row.oldest)


def last_anchor(session: Session) -> Anchor | None:
    return session.scalars(select(Anchor).order_by(Anchor.seal.desc(), Anchor.id.desc()).limit(1)).one_or_none()


def planned_anchor(session: Session) -> int | None:
    """The seal that is on its way to the chain."""
    query = select(func.max(ChainIntent.arguments["seal"].as_integer()))
    under_way = ChainIntent.kind == "anchor", ChainIntent.state.in_(("planned", "sent", "stuck"))
    return session.scalar(query.where(*under_way))


def not_on_chain_since(session: Session, anchor: Anchor | None) -> datetime | None:
    """When the first seal was made that no anchor covers. One of nothing but what anchors cost waits for the next."""
    more = exists().where(
        JournalSeal.seal == Seal.number,
        JournalSeal.journal_id == Journal.id,
        or_(Journal.event != "gas_spent", Journal.details["purpose"].as_string().not_like("anchor:%")),
    )
    query = select(func.min(Seal.sealed_at)).where(more)
    return session.scalar(query.where(Seal.number > anchor.seal) if anchor is not None else query)


def last_check(session: Session) -> BooksCheck | None:
    newest = BooksCheck.checked_at.desc(), BooksCheck.id.desc()
    return session.scalars(select(BooksCheck).order_by(*newest).limit(1)).one_or_none()


def moment_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def seal_record(seal: Seal) -> Record:
    """As it is exported, proved and hashed. A cluster is a name, and longer than the numbers of many readers of JSON."""
    found: Record = {}
    for name in (*SEALED_FIELDS, "hash"):
        value = getattr(seal, name)
        found[name] = value.hex() if isinstance(value, bytes) else moment_text(value) if name == "sealed_at" else value
    return {"kind": "seal", **found, "cluster": str(seal.cluster)}


def anchor_record(anchor: Anchor) -> Record:
    return {
        "kind": "anchor",
        "chain_id": anchor.chain_id,
        "contract": "0x" + anchor.contract.hex(),
        "seal": anchor.seal,
        "seal_hash": anchor.seal_hash.hex(),
        "tx_hash": "0x" + anchor.tx_hash.hex(),
        "block_number": anchor.block_number,
        "block_time": moment_text(anchor.block_time),
    }


def records(session: Session, *, made_at: datetime) -> Iterator[Record]:
    """Header, each seal with its journals after it, journals not sealed yet, anchors; and as faults what is in none of these.

    Of a session that sees one state. Needs the memory of one seal.
    """
    yield {"kind": "header", "format": FORMAT, "made_at": moment_text(made_at)}
    for number in session.scalars(select(Seal.number).order_by(Seal.number)).all():
        yield seal_record(session.get_one(Seal, number))
        for row in session.execute(statement("words_of_seal"), {"seal": number}):
            yield {
                "kind": "journal",
                "seal": number,
                "position": row.position,
                "journal": str(row.journal_id),
                "leaf": row.leaf.hex(),
                "words": row.words,
            }
        session.expunge_all()
    yield from _unsealed(session)
    for row in _outside(session):
        which = row.journal if row.kind != "no-such-seal" else f"{row.journal} of seal {row.seal}"
        yield {"kind": "fault", "fault": row.kind, "which": f"journal {which}", "words": OUTSIDE[row.kind]}
    for anchor in session.scalars(select(Anchor).order_by(Anchor.seal, Anchor.id)):
        yield anchor_record(anchor)


def _unsealed(session: Session) -> Iterator[Record]:
    """Those that may still come; one that must be sealed is among the faults instead."""
    after = (sealed_through(session, newest_seal(session)), -1)
    while ids := _unsealed_after(session, after):
        words = words_of(session, [one.id for one in ids])
        for one in ids:
            yield {"kind": "journal", "seal": None, "journal": str(one.id), "words": words[one.id]}
        after = (ids[-1].xid, ids[-1].sequence)


def _unsealed_after(session: Session, after: tuple[int, int]) -> Sequence[Any]:
    return session.execute(statement("unsealed_after"), {"xid": after[0], "sequence": after[1], "most": BLOCK}).all()


def words_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    return {row.journal_id: row.words for row in session.execute(_WORDS, {"ids": list(ids)})}


def _outside(session: Session) -> Sequence[Any]:
    """Rows that are in no seal although they must be, and what belongs to nothing: (kind, journal, seal)."""
    newest = newest_seal(session)
    return session.execute(statement("outside"), {"horizon": sealed_through(session, newest)}).all()


def seals_page(session: Session, *, cursor: str | None, size: int) -> Page[Seal]:
    """The newest first."""
    query = select(Seal, Seal.number)
    found = fetch_page(session, query, order=[Seal.number], descending=True, cursor=cursor, size=size)
    return Page([row.Seal for row in found.rows], found.next_cursor)


def seal_numbered(session: Session, number: int) -> Seal | None:
    return session.get(Seal, number) if number < _BIGINT else None


def anchor_over(session: Session, number: int) -> Anchor | None:
    """The first on chain that covers this seal: its hash is made of all seals before it."""
    query = select(Anchor).where(Anchor.seal >= number).order_by(Anchor.seal, Anchor.id).limit(1)
    return session.scalars(query).one_or_none()


def places_of(session: Session, number: int) -> Sequence[JournalSeal]:
    """What it holds, in order."""
    return session.scalars(select(JournalSeal).where(JournalSeal.seal == number).order_by(JournalSeal.position)).all()


def leaves_of(session: Session, number: int) -> list[bytes]:
    """In order of their places."""
    query = select(JournalSeal.leaf).where(JournalSeal.seal == number).order_by(JournalSeal.position)
    return list(session.scalars(query))
