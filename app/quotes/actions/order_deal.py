"""A checkout takes over the goods of a deal, pays for them, or gives them back. Called by orders, in their transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog.actions.release_stock import release_reserved
from app.quotes.actions.agree_deal import hold
from app.quotes.actions.lock_deal import become, lock_deal, note
from app.quotes.models import Deal
from app.quotes.rules.deals import DealState, require_open, require_unpaid, state_at


def require_orderable(session: Session, deal_id: UUID, now: datetime) -> Deal:
    """The deal, locked, if a checkout may take over its goods. Raises DealIsOrdered, DealIsOver, DealIsBeingPaid."""
    deal = lock_deal(session, deal_id)
    require_open(state_of(deal, now))
    require_unpaid(is_in_checkout=deal.order_group_id is not None)
    return deal


def hand_over_hold(session: Session, deal_id: UUID, order_group_id: UUID, now: datetime) -> None:
    """The checkout holds the goods from here on: it reserves them in this very transaction.

    Raises what `require_orderable` raises.
    """
    deal = require_orderable(session, deal_id, now)
    release_reserved(session, deal.id)
    deal.order_group_id = order_group_id
    note(session, deal, "in_checkout", now, order_group_id=str(order_group_id))
    session.flush()


def give_hold_back(session: Session, deal: Deal, order_group_id: UUID, now: datetime) -> None:
    """The checkout ended unpaid and has just let go of the goods: they are the deal's again while it is valid.

    The deal was locked before the goods were let go, and their rows are locked since: nobody comes in between.
    """
    if deal.order_group_id != order_group_id or deal.state != DealState.AGREED:
        return
    deal.order_group_id = None
    note(session, deal, "given_back", now, order_group_id=str(order_group_id))
    if deal.valid_until <= now:
        become(session, deal, DealState.LAPSED, now)
    else:
        session.flush()
        hold(session, deal)


def claim_hold(session: Session, deal_id: UUID, order_group_id: UUID, now: datetime) -> bool:
    """Whether this checkout, which was just paid, may take the goods; a late one gets them while the deal stands."""
    deal = lock_deal(session, deal_id)
    if deal.state != DealState.AGREED:
        return False
    if deal.order_group_id is None:
        release_reserved(session, deal.id)
        deal.order_group_id = order_group_id
        note(session, deal, "in_checkout", now, order_group_id=str(order_group_id))
    return deal.order_group_id == order_group_id


def finish_deal(session: Session, deal_id: UUID, now: datetime) -> None:
    """The goods are sold to the deal's buyer: it is ordered, once."""
    become(session, lock_deal(session, deal_id), DealState.ORDERED, now)


def state_of(deal: Deal, now: datetime) -> DealState:
    return state_at(deal.state, valid_until=deal.valid_until, is_in_checkout=deal.order_group_id is not None, now=now)
