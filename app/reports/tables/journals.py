"""A journal as an accountant looks at it: its lines, and the fact outside that it was made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.identity.actor import Actor, market_role
from app.identity.errors import BooksReaderNeeded
from app.identity.rules.roles import READING_BOOKS
from app.ledger.chart import CHART, DECIMALS
from app.reports.errors import JournalNotFound
from app.reports.queries import statement
from app.reports.rules import decimal_text

_STRIPE_KEY = "stripe:"


@dataclass(frozen=True)
class JournalLine:
    """`debit` and `credit` are exact decimals, one of them empty."""

    number: str
    name: str
    whose: str
    asset: str
    debit: str
    credit: str


@dataclass(frozen=True)
class FoundJournal:
    """`head` is the row of the journal with names around it; `fact` what Stripe or the chain said, by label."""

    head: Row[*tuple[Any, ...]]
    lines: Sequence[JournalLine]
    fact: Mapping[str, str]


def journal_of(session: Session, actor: Actor, journal_id: UUID) -> FoundJournal:
    """Raises BooksReaderNeeded, JournalNotFound."""
    _require_reader(actor)
    head = session.execute(statement("journal"), {"journal_id": journal_id}).one_or_none()
    if head is None:
        raise JournalNotFound
    lines = session.execute(statement("journal_lines"), {"journal_ids": [journal_id]}).all()
    return FoundJournal(head, [_line(row) for row in lines], _fact(session, head))


def journals_of_order(
    session: Session, actor: Actor, number: str
) -> list[tuple[Row[*tuple[Any, ...]], list[JournalLine]]]:
    """(journal, its lines) of everything booked for an order, oldest first. Raises BooksReaderNeeded, JournalNotFound."""
    _require_reader(actor)
    heads = session.execute(statement("journals_of_order"), {"number": number}).all()
    if not heads:
        raise JournalNotFound
    rows = session.execute(statement("journal_lines"), {"journal_ids": [head.id for head in heads]}).all()
    return [(head, [_line(row) for row in rows if row.journal_id == head.id]) for head in heads]


def _require_reader(actor: Actor) -> None:
    if not market_role(actor, *READING_BOOKS):
        raise BooksReaderNeeded


def _line(row: Row[*tuple[Any, ...]]) -> JournalLine:
    amount = decimal_text(abs(int(row.amount)), DECIMALS[row.asset])
    name = CHART[row.number].name if row.number in CHART else row.number
    debit, credit = (amount, "") if row.amount > 0 else ("", amount)
    return JournalLine(row.number, name, row.whose or "", row.asset, debit, credit)


def _fact(session: Session, head: Row[*tuple[Any, ...]]) -> Mapping[str, str]:
    """The immutable row that Stripe or the chain gave us, as it was read."""
    if head.key.startswith(_STRIPE_KEY):
        found = session.execute(statement("stripe_fact"), {"transaction": head.key.removeprefix(_STRIPE_KEY)})
    elif head.block_hash is not None:
        found = session.execute(statement("chain_fact"), {"block_hash": head.block_hash, "log_index": head.log_index})
    else:
        return {}
    row = found.mappings().one_or_none()
    return {} if row is None else {name: value for name, value in row.items() if value is not None}
