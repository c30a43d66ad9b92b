"""What we know of the chain without asking it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.chain.errors import NotDeployed
from app.chain.models import ChainCursor, Deployment


def deployed_addresses(
    session: Session, chain_id: int, names: Collection[str], *, if_there: Collection[str] = ()
) -> dict[str, bytes]:
    """Those of `names`, and those of `if_there` that are. Raises NotDeployed for the first of `names` that is missing."""
    rows = session.execute(
        select(Deployment.name, Deployment.address).where(
            Deployment.chain_id == chain_id, Deployment.name.in_((*names, *if_there))
        )
    )
    found = {row.name: row.address for row in rows}
    for name in names:
        if name not in found:
            raise NotDeployed(name=name, chain_id=chain_id)
    return found


def deployed_address(session: Session, chain_id: int, name: str) -> bytes:
    """Raises NotDeployed."""
    return deployed_addresses(session, chain_id, (name,))[name]


def cursor(session: Session, chain_id: int) -> ChainCursor | None:
    return session.get(ChainCursor, chain_id)


def chain_time(session: Session, chain_id: int) -> datetime | None:
    """Time of the latest block the indexer has seen: deadlines on chain compare with this, never with the wall clock."""
    return session.scalar(select(ChainCursor.head_time).where(ChainCursor.chain_id == chain_id))
