"""Writing to the outbox: the same key is the same intent, however often it is decided."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.settlement.models import ChainIntent


def plan_intent(
    session: Session,
    *,
    key: str,
    chain_id: int,
    kind: str,
    escrow_id: UUID | None = None,
    leg_id: UUID | None = None,
    amount: int = 0,
    arguments: dict[str, Any] | None = None,
    after_id: UUID | None = None,
) -> UUID:
    """The intent's id, new or known. Dies after commit: the worker finds it when it starts."""
    session.flush()
    inserted: UUID | None = session.scalar(
        upsert(ChainIntent)
        .values(
            key=key,
            chain_id=chain_id,
            kind=kind,
            escrow_id=escrow_id,
            leg_id=leg_id,
            amount=amount,
            arguments=arguments or {},
            after_id=after_id,
        )
        .on_conflict_do_nothing(index_elements=[ChainIntent.key])
        .returning(ChainIntent.id)
    )
    if inserted is not None:
        return inserted
    return session.scalars(select(ChainIntent.id).where(ChainIntent.key == key)).one()
