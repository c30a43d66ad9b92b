"""The outbox gets the newest seal, once a day."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.chain.contracts import ANCHOR
from app.config.current import settings
from app.proofs.models import Anchor, Seal
from app.proofs.queries import last_anchor, newest_seal, not_on_chain_since
from app.settlement.actions.plan_intent import plan_intent
from app.settlement.models import ChainIntent
from app.settlement.queries import contract_addresses

EVERY = timedelta(hours=23, minutes=30)
"""A day, for a job that runs each hour."""


def plan_anchor(session: Session, now: datetime) -> int | None:
    """The number of the seal that is to be put on chain; None when nothing new is in one, or none is due yet.

    Raises NotDeployed. Dies after the commit: the settlement worker finds the intent. Planned twice: the key is one.
    """
    newest = newest_seal(session)
    addresses = contract_addresses(session)
    if newest is None or ANCHOR not in addresses or _planned_at(session) > now - EVERY:
        return None
    anchored = last_anchor(session)
    if anchored is not None and _is_enough(session, anchored, newest):
        return None
    chain_id = settings().chain_id
    plan_intent(
        session,
        key=f"anchor:{chain_id}:{addresses[ANCHOR].hex()}:{newest.number}:{newest.hash.hex()[:16]}",
        chain_id=chain_id,
        kind="anchor",
        arguments={"seal": newest.number, "hash": newest.hash.hex()},
    )
    return newest.number


def _is_enough(session: Session, anchored: Anchor, newest: Seal) -> bool:
    """What an anchor costs is booked and sealed too: a market in which nothing happens puts nothing more on chain."""
    is_older = anchored.seal < newest.number
    return anchored.seal_hash == newest.hash or (is_older and not_on_chain_since(session, anchored) is None)


def _planned_at(session: Session) -> datetime:
    planned = session.scalar(select(func.max(ChainIntent.created_at)).where(ChainIntent.kind == "anchor"))
    return planned or datetime.fromisoformat("2000-01-01T00:00:00Z")
