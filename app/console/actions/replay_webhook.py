"""The operator lets the market handle a message of Stripe again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.console.errors import WebhookNotFound
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.rules.roles import OPERATOR
from app.jobs.queue import enqueue
from app.onramp.models import WebhookEvent


def replay_webhook(session: Session, actor: Actor, stripe_event_id: str) -> None:
    """Put the message on the queue once more; twice at once is one. Handling asks Stripe for the present state.

    One that was handled may be handled again as well. Raises OperatorNeeded, WebhookNotFound.
    """
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    query = select(WebhookEvent).where(WebhookEvent.stripe_event_id == stripe_event_id)
    event = lock_one(session, query, missing=WebhookNotFound)
    record_act(session, actor.user_id, "webhook.replay", None, event=stripe_event_id, problem=event.problem or "")
    enqueue(session, "onramp.handle_event", once=f"replay:{stripe_event_id}", stripe_event_id=stripe_event_id)
