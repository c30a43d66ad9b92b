"""What a payout pays out, as Stripe lists it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.onramp.actions.ingest_balance import ingest_balance
from app.onramp.models import StripePayout, StripePayoutPart
from app.onramp.stripe_values import BalanceRow


def keep_payout_parts(session: Session, payout_id: str, rows: Sequence[BalanceRow], *, now: datetime) -> None:
    """Twice is once. A part nobody has told us of before is kept and booked, too."""
    ingest_balance(session, rows)
    parts = [
        {"payout_id": payout_id, "transaction_id": row.id, "net": row.net} for row in rows if row.source_id != payout_id
    ]
    if parts:
        session.execute(upsert(StripePayoutPart).values(parts).on_conflict_do_nothing())
    session.get_one(StripePayout, payout_id).itemized_at = now
