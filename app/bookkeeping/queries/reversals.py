"""Journals to be turned back, and who asked for it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, false, func, select
from sqlalchemy.orm import Session, aliased

from app.bookkeeping.errors import JournalNotFound
from app.bookkeeping.models import Reversal
from app.bookkeeping.queries.entries import lines_of
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.models import User
from app.identity.rules.roles import READING_BOOKS
from app.ledger.chart import CHART, AccountRef
from app.ledger.entries import JournalEntry, Line, LogRef
from app.ledger.models import AccountBalance, Journal, LedgerAccount


@dataclass(frozen=True)
class Posted:
    """A journal as it stands in the books."""

    journal_id: UUID
    sequence: int
    entry: JournalEntry
    is_turned_back: bool


def posted(session: Session, journal_id: UUID) -> Posted:
    """Raises JournalNotFound."""
    opposite = aliased(Journal)
    is_turned_back = exists().where(opposite.reverses_id == Journal.id).label("is_turned_back")
    found = session.execute(select(Journal, is_turned_back).where(Journal.id == journal_id)).one_or_none()
    if found is None:
        raise JournalNotFound
    row = found[0]
    entry = JournalEntry(
        row.key,
        row.event,
        row.effective_at,
        tuple(lines_of(session, [journal_id])[journal_id]),
        order_id=row.order_id,
        organization_id=row.organization_id,
        stripe_id=row.stripe_id,
        log=_log_of(row),
        reverses_id=row.reverses_id,
    )
    return Posted(journal_id, row.sequence, entry, found[1])


def _log_of(row: Journal) -> LogRef | None:
    if row.chain_id is None or row.block_number is None or row.block_hash is None or row.tx_hash is None:
        return None
    return LogRef(row.chain_id, row.block_number, row.block_hash, row.tx_hash, row.log_index, row.effective_at)


def below_zero(session: Session, lines: tuple[Line, ...]) -> list[AccountRef]:
    """Accounts that these lines would bring below zero, though they must never be."""
    change: dict[AccountRef, int] = defaultdict(int)
    for line in lines:
        chart = CHART[line.account.number]
        if not chart.may_go_negative:
            change[line.account] += line.amount * chart.natural_side
    rows = session.execute(
        select(LedgerAccount.number, LedgerAccount.asset, LedgerAccount.owner_id, AccountBalance.balance)
        .join(AccountBalance, AccountBalance.account_id == LedgerAccount.id)
        .where(LedgerAccount.number.in_({account.number for account in change}))
        .where(
            LedgerAccount.owner_id.is_(None)
            | LedgerAccount.owner_id.in_({account.owner for account in change if account.owner})
        )
    )
    held = {AccountRef(number, asset, owner): int(balance) for number, asset, owner, balance in rows}
    return [
        account
        for account, more in change.items()
        if held.get(account, 0) * CHART[account.number].natural_side + more < 0
    ]


def reversals_for(actor: Actor) -> Select[Reversal]:
    """Those this person may read: nobody who does not read the market's books finds one."""
    query = select(Reversal)
    return query if market_role(actor, *READING_BOOKS) else query.where(false())


def reversal_page(
    session: Session, actor: Actor, *, journal_id: UUID | None = None, cursor: str | None = None, size: int = 50
) -> Page[Any]:
    """The newest first, each with the journal and who asked and answered."""
    asker, decider = aliased(User), aliased(User)
    query = (
        select(
            Reversal.id,
            Reversal.journal_id,
            Reversal.reversal_id,
            Reversal.state,
            Reversal.reason,
            Reversal.answer,
            Reversal.asked_at,
            Reversal.asked_by,
            Journal.sequence,
            Journal.event,
            func.coalesce(func.nullif(asker.name, ""), asker.email, "").label("asker"),
            func.coalesce(func.nullif(decider.name, ""), decider.email, "").label("decider"),
        )
        .join(Journal, Journal.id == Reversal.journal_id)
        .join(asker, asker.id == Reversal.asked_by)
        .outerjoin(decider, decider.id == Reversal.decided_by)
        .where(Reversal.id.in_(reversals_for(actor).with_only_columns(Reversal.id)))
    )
    if journal_id is not None:
        query = query.where(Reversal.journal_id == journal_id)
    order = [Reversal.asked_at, Reversal.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)
