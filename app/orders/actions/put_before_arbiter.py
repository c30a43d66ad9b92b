"""Hold the money of an order in the buyer's place, so that somebody of the market decides where it goes."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.config.current import settings
from app.events.bus import publish
from app.orders.actions.move_return import end_running_return
from app.orders.actions.record_fact import record_fact
from app.orders.events import OrderDisputed
from app.orders.models import Dispute, Order
from app.orders.queries import chain_now, dispute_of
from app.orders.rules.evidence import evidence_until
from app.orders.rules.returns import ReturnState
from app.orders.rules.status import FactKind
from app.settlement.actions.exit_leg import dispute_leg
from app.states.edges import By


def put_before_arbiter(session: Session, order: Order, *, key: str, reason: str, now: datetime) -> Dispute:
    """Dispute the locked order's leg with the buyer agent's key. A dispute that is there stays as it is.

    Raises SignatureNeeded where the buyer holds the key: nobody can ask in the place of a wallet.
    """
    dispute_leg(session, order.id, key=f"{key}:{order.id}")
    return dispute_of(session, order.id) or new_dispute(session, order, reason=reason, text="", now=now)


def bring_to_arbiter(session: Session, order: Order, *, key: str, reason: str, now: datetime) -> None:
    """As `put_before_arbiter`, for what took too long: the order says at once that it is in dispute. Raises the same."""
    put_before_arbiter(session, order, key=key, reason=reason, now=now)
    record_fact(session, order, FactKind.DISPUTED, at=now, reason=reason)
    publish(session, OrderDisputed(order.id, reason, now))


def new_dispute(session: Session, order: Order, *, reason: str, text: str, now: datetime, by: By = By.CLOCK) -> Dispute:
    """The row of a dispute that is about to be on chain, and until when both sides may add to it.

    From now on somebody of the market decides, so a return that runs is part of what they read.
    """
    current = settings()
    timeout = timedelta(seconds=current.dispute_timeout_days * current.deadline_unit_seconds)
    until = evidence_until(chain_now(session), timeout)
    dispute = Dispute(order=order, reason=reason, text=text, opened_at=now, evidence_until=until)
    session.add(dispute)
    session.flush()
    end_running_return(session, order, ReturnState.DISPUTED, by, now=now)
    return dispute
