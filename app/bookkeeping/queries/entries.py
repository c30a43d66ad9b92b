"""Reading what was booked by hand."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.bookkeeping.errors import BookkeeperNeeded, EntryNotFound
from app.bookkeeping.rules import BOOKKEEPERS, HAND_EVENTS, OPENING
from app.config.current import settings
from app.config.days import market_day
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.ledger.chart import USD, AccountRef
from app.ledger.entries import Line
from app.ledger.models import Journal, LedgerAccount, Posting
from app.ledger.queries import balance, reserve_cents
from app.money.amounts import cents_to_cover


@dataclass(frozen=True)
class HandEntry:
    """One journal that a person booked."""

    journal_id: UUID
    event: str
    effective_at: datetime
    posted_at: datetime
    reference: str
    lines: tuple[Line, ...]
    is_taken_back: bool


def require_bookkeeper(actor: Actor) -> None:
    """Raises BookkeeperNeeded."""
    if not market_role(actor, *BOOKKEEPERS):
        raise BookkeeperNeeded


def hand_entries(session: Session, *, cursor: str | None = None, size: int = 50) -> Page[HandEntry]:
    """The newest first, each with its lines; two queries however many."""
    found = fetch_page(session, _query(), order=[Journal.sequence], descending=True, cursor=cursor, size=size)
    return Page(_entries(session, found.rows), found.next_cursor)


def hand_entry(session: Session, journal_id: UUID) -> HandEntry:
    """Raises EntryNotFound."""
    rows = session.execute(_query().where(Journal.id == journal_id)).all()
    if not rows:
        raise EntryNotFound
    return _entries(session, rows)[0]


def openings(session: Session) -> Sequence[HandEntry]:
    """All that were booked, oldest first; at most one of them stands."""
    return _entries(session, session.execute(_query().where(Journal.event == OPENING).order_by(Journal.sequence)).all())


def taken_back_before(session: Session, prefix: str) -> int:
    """How often an entry whose key begins so was booked and taken back."""
    opposite = aliased(Journal)
    booked = Journal.key.startswith(f"{prefix}:", autoescape=True)
    query = select(func.count()).select_from(Journal).join(opposite, opposite.reverses_id == Journal.id).where(booked)
    return session.scalar(query) or 0


def first_own_entry(session: Session) -> datetime | None:
    """When the first thing happened that nobody booked by hand."""
    by_hand = [*HAND_EVENTS, *(f"{event}_taken_back" for event in HAND_EVENTS)]
    return session.scalar(select(func.min(Journal.effective_at)).where(Journal.event.not_in(by_hand)))


def books_begin_on(session: Session) -> date | None:
    """The day of the market's own first entry: opening balances are those of a day before."""
    first = first_own_entry(session)
    return None if first is None else market_day(first)


def spare_cents(session: Session) -> int:
    """US cents of the reserve that no token needs: supply never exceeds the reserve (DESIGN §4).

    Who resells tokens owes none of them dollars, but buyers what they paid and have not got yet.
    """
    if not settings().issues_tokens:
        return reserve_cents(session) - balance(session, "2150", USD)
    return reserve_cents(session) - cents_to_cover(balance(session, "3910", "CTM"))


def _query() -> Select[*tuple[Any, ...]]:
    opposite = aliased(Journal)
    return select(
        Journal.id,
        Journal.event,
        Journal.effective_at,
        Journal.posted_at,
        Journal.sequence,
        Journal.details["reference"].astext.label("reference"),
        exists().where(opposite.reverses_id == Journal.id).label("is_taken_back"),
    ).where(Journal.event.in_(HAND_EVENTS))


def _entries(session: Session, rows: Sequence[Any]) -> list[HandEntry]:
    lines = lines_of(session, [row.id for row in rows])
    return [
        HandEntry(
            row.id,
            row.event,
            row.effective_at,
            row.posted_at,
            row.reference or "",
            tuple(lines[row.id]),
            row.is_taken_back,
        )
        for row in rows
    ]


def lines_of(session: Session, journal_ids: Collection[UUID]) -> dict[UUID, list[Line]]:
    found: dict[UUID, list[Line]] = defaultdict(list)
    rows = session.execute(
        select(Posting.journal_id, Posting.amount, LedgerAccount.number, LedgerAccount.asset, LedgerAccount.owner_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Posting.journal_id.in_(journal_ids))
        .order_by(Posting.journal_id, Posting.line)
    )
    for row in rows:
        found[row.journal_id].append(Line(AccountRef(row.number, row.asset, row.owner_id), row.amount))
    return found
