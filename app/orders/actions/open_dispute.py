"""The buyer says that something is wrong: the money stays held until somebody of the market decides."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.events.bus import publish
from app.media.private_files import PrivateFile
from app.orders.actions.add_evidence import keep_files_of_report
from app.orders.actions.lock_order import lock_order
from app.orders.actions.put_before_arbiter import new_dispute
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_people import tell_disputed
from app.orders.events import OrderDisputed
from app.orders.models import Dispute
from app.orders.queries import Viewer, chain_now, dispute_of, orders_bought_by, stories_of
from app.orders.rules.life import require_disputable
from app.orders.rules.signed_exit import SignedExit, exit_signature
from app.orders.rules.status import FactKind
from app.settlement.actions.exit_leg import dispute_leg
from app.states.edges import By


def open_dispute(
    session: Session,
    viewer: Viewer,
    order_id: UUID,
    *,
    reason: str,
    text: str,
    now: datetime,
    signed: SignedExit | None = None,
    files: Sequence[PrivateFile] = (),
) -> Dispute:
    """Hold the money. A second report of the same order changes nothing. `files` show what is wrong, as evidence.

    Raises OrderNotFound, NothingInEscrow, OrderNotShipped (too early), DisputeTooLate, SignatureNeeded, TooManyFiles.
    """
    order = lock_order(session, orders_bought_by(viewer), order_id)
    known = dispute_of(session, order.id)
    if known is not None:
        return known
    story = stories_of(session, [order])[order.id]
    require_disputable(
        story.axes, ship_by=order.ship_by, auto_release_at=order.auto_release_at, chain_now=chain_now(session)
    )
    dispute = new_dispute(session, order, reason=reason, text=text, now=now, by=By.BUYER)
    keep_files_of_report(session, dispute, files, actor_id=viewer.user_id, now=now)
    record_fact(session, order, FactKind.DISPUTED, at=now, actor_id=viewer.user_id, reason=reason)
    dispute_leg(
        session,
        order.id,
        key=f"dispute:{order.id}",
        **exit_signature(signed),
    )
    tell_disputed(session, order, dispute)
    publish(session, OrderDisputed(order.id, reason, now))
    return dispute
