"""The operator lets the market try again what the chain refused."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.console.errors import IntentNotFound, IntentNotStuck
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.rules.roles import OPERATOR
from app.settlement.actions.finish_intents import retry_stuck
from app.settlement.models import ChainIntent


def retry_intent(session: Session, actor: Actor, intent_id: UUID) -> None:
    """Plan a stuck task again from its first attempt. Raises OperatorNeeded, IntentNotFound, IntentNotStuck."""
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    query = select(ChainIntent).where(ChainIntent.id == intent_id)
    intent = lock_one(session, query, missing=IntentNotFound)
    if intent.state != "stuck":
        raise IntentNotStuck(state=intent.state)
    record_act(session, actor.user_id, "intent.retry", intent_id, kind=intent.kind, problem=intent.problem or "")
    retry_stuck(session, intent_id)
