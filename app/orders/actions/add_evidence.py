"""Either side of a dispute adds what shows its case, while both may."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.media.private_files import PrivateFile
from app.orders.actions.keep_files import keep_files
from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_returns import tell_evidence_added
from app.orders.errors import EvidenceIsFull, FormAlreadyUsed, NotInDispute
from app.orders.models import Dispute, Order
from app.orders.queries import Viewer, chain_now, dispute_of, orders_bought_by, orders_sold_by
from app.orders.return_models import DisputeEvidence
from app.orders.rules.evidence import require_open
from app.orders.rules.status import FactKind

MOST = 10
BUYER, SELLER = "buyer", "seller"


def add_buyers_evidence(
    session: Session,
    viewer: Viewer,
    order_id: UUID,
    *,
    text: str,
    files: Sequence[PrivateFile] = (),
    form_token: UUID,
    now: datetime,
) -> DisputeEvidence:
    """The same form twice is one. Raises OrderNotFound, NotInDispute, EvidenceTooLate, EvidenceIsFull, TooManyFiles."""
    order = lock_order(session, orders_bought_by(viewer), order_id)
    return _add(session, order, BUYER, viewer.user_id, text, files, form_token, now)


def add_sellers_evidence(
    session: Session,
    actor: Actor,
    order_id: UUID,
    *,
    text: str,
    files: Sequence[PrivateFile] = (),
    form_token: UUID,
    now: datetime,
) -> DisputeEvidence:
    """As `add_buyers_evidence`, for who sells for the shop."""
    order = lock_order(session, orders_sold_by(actor, SELLING), order_id)
    return _add(session, order, SELLER, actor.user_id, text, files, form_token, now)


def keep_files_of_report(
    session: Session, dispute: Dispute, files: Sequence[PrivateFile], *, actor_id: UUID | None, now: datetime
) -> None:
    """What the buyer showed with the report itself: its words are the dispute's. Raises TooManyFiles."""
    if files:
        shown = DisputeEvidence(
            dispute_id=dispute.id, form_token=dispute.id, side=BUYER, text="", written_by=actor_id, added_at=now
        )
        _keep(session, dispute.order, shown, files)


def _add(
    session: Session,
    order: Order,
    side: str,
    actor_id: UUID | None,
    text: str,
    files: Sequence[PrivateFile],
    form_token: UUID,
    now: datetime,
) -> DisputeEvidence:
    dispute = dispute_of(session, order.id)
    if dispute is None:
        raise NotInDispute
    known = session.scalars(select(DisputeEvidence).where(DisputeEvidence.form_token == form_token)).one_or_none()
    if known is not None:
        if (known.dispute_id, known.side) != (dispute.id, side):
            raise FormAlreadyUsed
        return known
    require_open(is_decided=dispute.state != "open", until=dispute.evidence_until, chain_now=chain_now(session))
    _require_room(session, dispute, side)
    added = DisputeEvidence(
        dispute_id=dispute.id, form_token=form_token, side=side, text=text, written_by=actor_id, added_at=now
    )
    _keep(session, order, added, files)
    record_fact(
        session, order, FactKind.EVIDENCE_ADDED, key=f"evidence:{added.id}", at=now, actor_id=actor_id, side=side
    )
    tell_evidence_added(session, order, added)
    return added


def _keep(session: Session, order: Order, added: DisputeEvidence, files: Sequence[PrivateFile]) -> None:
    session.add(added)
    session.flush()
    keep_files(session, order, files, side=added.side, evidence_id=added.id)


def _require_room(session: Session, dispute: Dispute, side: str) -> None:
    count = select(func.count()).where(DisputeEvidence.dispute_id == dispute.id, DisputeEvidence.side == side)
    if (session.scalar(count) or 0) >= MOST:
        raise EvidenceIsFull(limit=MOST)
