"""Reading card payments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, union
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.onramp.models import CardDispute, CardPayment, StripeBalanceTransaction, StripePayout, StripeRetelling
from app.onramp.stripe_values import BalanceRow

DISPUTE_ENDED = ("won", "lost", "warning_closed")


def card_payment_of(session: Session, order_group_id: UUID) -> CardPayment | None:
    """The group's latest payment, the one that succeeded before any other."""
    return session.scalars(
        select(CardPayment)
        .where(CardPayment.order_group_id == order_group_id)
        .order_by((CardPayment.state == "succeeded").desc(), CardPayment.attempt.desc())
        .limit(1)
    ).one_or_none()


def disputes_to_ask_about(session: Session) -> Sequence[str]:
    """Stripe's ids of disputes that have not ended, and of those that moved money but were never heard of."""
    is_open = select(CardDispute.stripe_dispute_id).where(CardDispute.status.not_in(DISPUTE_ENDED))
    unheard = select(StripeBalanceTransaction.source_id).where(
        StripeBalanceTransaction.reporting_category == "dispute",
        StripeBalanceTransaction.source_id.is_not(None),
        StripeBalanceTransaction.source_id.not_in(select(CardDispute.stripe_dispute_id)),
    )
    return session.scalars(union(is_open, unheard)).all()


def told_otherwise(session: Session, told: Sequence[BalanceRow], since: datetime | None) -> list[StripeRetelling]:
    """Of the rows we keep those that Stripe tells otherwise than it last did, or denies; not kept yet.

    `told` is all that Stripe has from `since` on; rows newer than the newest of them came after it was asked.
    """
    now = {row.id: (row.amount, row.fee, row.net, row.currency) for row in told}
    newest = max((row.created for row in told), default=None)
    if newest is None:
        return []
    last = (
        select(StripeRetelling)
        .ext(distinct_on(StripeRetelling.transaction_id))
        .order_by(StripeRetelling.transaction_id, StripeRetelling.sequence.desc())
        .subquery()
    )
    first, names = StripeBalanceTransaction, ("amount", "fee", "net", "currency")
    query = (
        select(first.id, last.c.sequence, *(getattr(first, name) for name in names), *(last.c[name] for name in names))
        .outerjoin(last, last.c.transaction_id == first.id)
        .where(first.created <= newest)
        .order_by(first.id)
    )
    if since is not None:
        query = query.where(first.created >= since.replace(microsecond=0))
    denied = (None,) * len(names)
    found = []
    for name, sequence, *values in session.execute(query):
        before = tuple(values[: len(names)] if sequence is None else values[len(names) :])
        if (said := now.get(name, denied)) != before:
            found.append(StripeRetelling(transaction_id=name, **dict(zip(names, said, strict=True))))
    return found


def as_told_now(session: Session, transaction_id: str) -> Any:
    """A balance transaction as Stripe tells it now; None where it has none of that name, or denies it."""
    row = text("SELECT * FROM stripe_transactions_now WHERE id = :id")
    return session.execute(row, {"id": transaction_id}).one_or_none()


def payouts_to_itemize(session: Session, *, most: int = 50) -> Sequence[str]:
    """Stripe's ids of payouts whose parts it can tell by now and was not asked about."""
    query = (
        select(StripePayout.id)
        .where(
            StripePayout.automatic,
            StripePayout.itemized_at.is_(None),
            func.jsonb_extract_path_text(StripePayout.payload, "reconciliation_status") == "completed",
        )
        .order_by(StripePayout.created, StripePayout.id)
        .limit(most)
    )
    return session.scalars(query).all()
