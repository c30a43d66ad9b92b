"""A deal ends without an order: one side takes it back, or its time is over. The goods are free again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog.actions.release_stock import release_reserved
from app.identity.actor import Actor
from app.quotes.actions.lock_deal import become, lock_deal
from app.quotes.actions.order_deal import state_of
from app.quotes.models import Deal
from app.quotes.queries import deals_ended_by
from app.quotes.rules.deals import DealState, require_open, require_unpaid


def cancel_deal(session: Session, actor: Actor, deal_id: UUID, now: datetime) -> Deal:
    """By the buyer or by somebody who sells for the shop. Twice is once.

    Raises DealNotFound for a stranger, DealIsBeingPaid, DealIsOrdered, DealIsOver.
    """
    deal = lock_deal(session, deal_id, deals_ended_by(actor))
    if deal.state == DealState.CANCELED:
        return deal
    require_open(state_of(deal, now))
    require_unpaid(is_in_checkout=deal.order_group_id is not None)
    release_reserved(session, deal.id)
    become(session, deal, DealState.CANCELED, now, actor.user_id)
    return deal


def lapse_deal(session: Session, deal_id: UUID, now: datetime) -> bool:
    """Let go of what was not ordered in time; False when it was, or when it is being paid."""
    deal = lock_deal(session, deal_id)
    if deal.state != DealState.AGREED or deal.order_group_id is not None or deal.valid_until > now:
        return False
    release_reserved(session, deal.id)
    become(session, deal, DealState.LAPSED, now)
    return True
