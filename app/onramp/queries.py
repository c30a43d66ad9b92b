"""Reading card payments."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app.onramp.models import CardDispute, CardPayment, StripeBalanceTransaction
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


def altered_transactions(
    session: Session, told: Sequence[BalanceRow], since: datetime | None
) -> list[tuple[str, int | None, int]]:
    """Rows we keep that Stripe now tells otherwise: (id, net it says, None when it denies the row; net we keep).

    `told` is all that Stripe has from `since` on; rows newer than the newest of them came after it was asked.
    """
    nets = {row.id: row.net for row in told}
    newest = max((row.created for row in told), default=None)
    if newest is None:
        return []
    query = select(StripeBalanceTransaction.id, StripeBalanceTransaction.net).where(
        StripeBalanceTransaction.created <= newest
    )
    if since is not None:
        query = query.where(StripeBalanceTransaction.created >= since.replace(microsecond=0))
    kept = session.execute(query.order_by(StripeBalanceTransaction.id)).all()
    return [(row.id, nets.get(row.id), row.net) for row in kept if nets.get(row.id) != row.net]
