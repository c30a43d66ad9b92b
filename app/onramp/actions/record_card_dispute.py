"""A chargeback, as Stripe reports it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.events.bus import publish
from app.jobs.queue import enqueue
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import dispute_lost
from app.onramp.actions.ask_refused_again import ask_refused_again
from app.onramp.actions.close_charged_back_refunds import close_charged_back_refunds
from app.onramp.events import CardDisputed
from app.onramp.models import CardDispute, CardPayment


def record_card_dispute(session: Session, dispute: dict[str, Any]) -> None:
    """Keep the newest state; a lost one is an expense. Heard again unchanged, nothing happens and nobody is told.

    Disputes of charges that are not ours are left to the tie-out.
    """
    payment = session.scalars(select(CardPayment).where(CardPayment.charge_id == dispute["charge"])).one_or_none()
    if payment is None:
        return
    known = session.get(CardDispute, dispute["id"], with_for_update=True)
    if known is not None and known.status == dispute["status"]:
        return
    now = datetime.now(UTC)
    opened = datetime.fromtimestamp(dispute["created"], UTC)
    session.execute(
        upsert(CardDispute)
        .values(
            stripe_dispute_id=dispute["id"],
            payment_id=payment.id,
            amount_minor=dispute["amount"],
            currency=dispute["currency"].upper(),
            reason=dispute["reason"],
            status=dispute["status"],
            opened_at=opened,
            updated_at=now,
        )
        .on_conflict_do_update(
            index_elements=[CardDispute.stripe_dispute_id], set_={"status": dispute["status"], "updated_at": now}
        )
    )
    if dispute["status"] == "lost":
        post_journal(session, dispute_lost(dispute=dispute["id"], cents=dispute["amount"], at=opened))
        close_charged_back_refunds(session, payment.id)
    if dispute["status"] == "won":
        ask_refused_again(session, payment.id)
    publish(session, CardDisputed(payment.order_group_id, dispute["id"], dispute["amount"], dispute["status"]))
    enqueue(session, "onramp.sync_balance", once="onramp.sync_balance")
