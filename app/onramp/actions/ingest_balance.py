"""Stripe's own ledger, row by row: kept raw, then booked by type."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.ledger.actions.post_journal import post_journals
from app.ledger.entries import JournalEntry
from app.ledger.recipes import (
    charge_settled,
    dispute_reinstated,
    dispute_withdrawn,
    refund_returned,
    refund_settled,
    stripe_payout_arrived,
    stripe_payout_created,
    stripe_payout_failed,
    stripe_payout_returned,
)
from app.onramp.models import StripeBalanceTransaction, StripePayout
from app.onramp.stripe_values import BalanceRow, PayoutRow

OVERLAP = timedelta(days=2)


def last_ingested(session: Session) -> datetime | None:
    """Where to start reading again: some days before the newest row, since late rows exist."""
    newest = session.scalar(select(func.max(StripeBalanceTransaction.created)))
    return newest - OVERLAP if newest else None


def unknown_rows(session: Session, rows: Iterable[BalanceRow]) -> list[BalanceRow]:
    """Those of the rows that are not kept yet."""
    asked = {row.id: row for row in rows}
    kept = session.scalars(select(StripeBalanceTransaction.id).where(StripeBalanceTransaction.id.in_(asked)))
    known = set(kept)
    return [row for row in asked.values() if row.id not in known]


def ingest_balance(session: Session, rows: Iterable[BalanceRow]) -> int:
    """Keep what is new and book it. Returns how many rows were new."""
    count, entries = 0, []
    if new := unknown_rows(session, rows):
        inserted = session.scalars(
            upsert(StripeBalanceTransaction)
            .values([{name: getattr(row, name) for name in row.__dataclass_fields__} for row in new])
            .on_conflict_do_nothing()
            .returning(StripeBalanceTransaction.id)
        )
        count = len(inserted.all())
    for stored in session.scalars(
        select(StripeBalanceTransaction)
        .where(StripeBalanceTransaction.booked_at.is_(None))
        .order_by(StripeBalanceTransaction.created, StripeBalanceTransaction.id)
        .with_for_update()
    ):
        entry = journal_for(stored)
        if entry is not None:
            stored.booked_at = datetime.now(UTC)
            entries.append(entry)
    session.flush()
    post_journals(session, entries)
    return count


def journal_for(row: StripeBalanceTransaction) -> JournalEntry | None:
    """The journal of a balance transaction; None for a type the books do not know, which the tie-out then names."""
    kind = row.reporting_category if row.type == "adjustment" else row.type
    recipe = _RECIPES.get(kind)
    return recipe(row) if recipe is not None and row.currency == "USD" else None


def _charge(row: StripeBalanceTransaction) -> JournalEntry:
    return charge_settled(balance_transaction=row.id, gross=row.amount, fee=row.fee, at=row.created)


def _refund(row: StripeBalanceTransaction) -> JournalEntry:
    return refund_settled(balance_transaction=row.id, amount=-row.amount, fee=row.fee, at=row.created)


def _payout_failure(row: StripeBalanceTransaction) -> JournalEntry:
    return stripe_payout_failed(balance_transaction=row.id, cents=row.amount, at=row.created)


_RECIPES: dict[str, Callable[[StripeBalanceTransaction], JournalEntry]] = {
    "charge": _charge,
    "payment": _charge,
    "refund": _refund,
    "payment_refund": _refund,
    "refund_failure": lambda row: refund_returned(
        balance_transaction=row.id, amount=row.amount, fee=row.fee, at=row.created
    ),
    "dispute": lambda row: dispute_withdrawn(
        balance_transaction=row.id, amount=-row.amount, fee=row.fee, at=row.created
    ),
    "dispute_reversal": lambda row: dispute_reinstated(
        balance_transaction=row.id, amount=row.amount, fee=-row.fee, at=row.created
    ),
    "payout": lambda row: stripe_payout_created(balance_transaction=row.id, cents=-row.amount, at=row.created),
    "payout_failure": _payout_failure,
    "payout_cancel": _payout_failure,
}

BOOKED_TYPES = frozenset(_RECIPES)
"""Types of balance transactions (of adjustments: reporting categories) that have a recipe."""


def ingest_payouts(session: Session, rows: Iterable[PayoutRow]) -> None:
    """Keep what Stripe says of payouts; one that is paid has arrived at the bank, and may yet be sent back by it.

    `booked_at` is set while the arrival stands in the books.
    """
    for row in rows:
        values = {name: getattr(row, name) for name in row.__dataclass_fields__}
        session.execute(
            upsert(StripePayout)
            .values(**values)
            .on_conflict_do_update(
                index_elements=[StripePayout.id],
                set_={"status": row.status, "payload": row.payload, "arrival_date": row.arrival_date},
            )
        )
    now, entries = datetime.now(UTC), []
    for stored in _payouts_in(session, ("paid",), StripePayout.booked_at.is_(None)):
        entries.append(stripe_payout_arrived(payout=stored.id, cents=stored.amount, at=stored.arrival_date))
        stored.booked_at = now
    for stored in _payouts_in(session, ("failed", "canceled"), StripePayout.booked_at.is_not(None)):
        entries.append(stripe_payout_returned(payout=stored.id, cents=stored.amount, at=now))
        stored.booked_at = None
    post_journals(session, entries)


def _payouts_in(session: Session, statuses: tuple[str, ...], condition: ColumnElement[bool]) -> Iterable[StripePayout]:
    return session.scalars(
        select(StripePayout)
        .where(StripePayout.status.in_(statuses), StripePayout.currency == "USD", condition)
        .order_by(StripePayout.id)
        .with_for_update()
    )
