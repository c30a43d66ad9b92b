"""What both sides of an order say and show, for the pages on which they argue and on which the market decides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.db.together import at_once
from app.orders.models import Dispute, Order
from app.orders.queries import asked_refunds
from app.orders.return_models import DisputeEvidence, OrderFile, OrderReturn
from app.orders.return_queries import returns_of


@dataclass(frozen=True)
class BothSides:
    """`evidence` is the oldest first; `files` are by the id of the return or of the piece of evidence they were added to."""

    dispute: Any | None
    evidence: Sequence[Any]
    returns: Sequence[OrderReturn]
    files: Mapping[UUID, Sequence[Any]]
    refunds_asked: int


def both_sides(session: Session, order: Order) -> BothSides:
    """Of an order that was found with the reader's eyes; two queries."""
    disputes, evidence, files, ((asked,),) = at_once(
        session,
        select(Dispute).where(Dispute.order_id == order.id),
        _evidence_of(order.id),
        _files_of(order.id),
        asked_refunds(order.id),
    )
    by_owner: dict[UUID, list[Any]] = defaultdict(list)
    for file in files:
        by_owner[file.return_id or file.evidence_id].append(file)
    return BothSides(disputes[0] if disputes else None, evidence, returns_of(session, order), by_owner, int(asked))


def _evidence_of(order_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(DisputeEvidence.id, DisputeEvidence.side, DisputeEvidence.text, DisputeEvidence.added_at)
        .join(Dispute, Dispute.id == DisputeEvidence.dispute_id)
        .where(Dispute.order_id == order_id)
        .order_by(DisputeEvidence.added_at, DisputeEvidence.id)
    )


def _files_of(order_id: UUID) -> Select[*tuple[Any, ...]]:
    columns = (OrderFile.id, OrderFile.return_id, OrderFile.evidence_id, OrderFile.kind, OrderFile.name)
    return select(*columns).where(OrderFile.order_id == order_id).order_by(OrderFile.id)
