"""The operator paid a buyer by bank because no card took the refund."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.console.queries import require_operator
from app.identity.actor import Actor
from app.onramp.actions.pay_refund_by_bank import pay_refund_by_bank


def close_refund(session: Session, actor: Actor, refund_id: UUID, *, reference: str, at: datetime) -> None:
    """Raises OperatorNeeded, and as `pay_refund_by_bank`."""
    require_operator(actor)
    refund = pay_refund_by_bank(session, refund_id, reference=reference, at=at)
    record_act(session, actor.user_id, "refund.pay_by_bank", refund.id, reference=reference, cents=refund.amount_minor)
