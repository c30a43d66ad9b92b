"""An owner closes the shop for a while: its goods stay to be seen and cannot be bought, its running orders go on."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.config.days import day_in
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.errors import PauseEndsTooEarly, ShopCannotChangeState, ShopNotFound
from app.identity.models import Organization
from app.identity.queries import shops_run_by
from app.identity.rules.roles import OWNING
from app.identity.rules.shops import may_become
from app.states.edges import By


def pause_shop(
    session: Session, actor: Actor, organization_id: UUID, *, until: date | None, note: str, now: datetime
) -> Organization:
    """`until` is the day it opens again by itself, in the shop's own time zone; None: when the owner says so.

    Paused again, the new words count. Raises ShopNotFound, PauseEndsTooEarly, ShopCannotChangeState.
    """
    shop = lock_one(session, shops_run_by(actor, organization_id, OWNING), missing=ShopNotFound)
    if shop.status != "paused" and not may_become(shop.status, "paused", By.SELLER):
        raise ShopCannotChangeState(status=shop.status)
    if until is not None and until <= _today(shop, now):
        raise PauseEndsTooEarly(field="until")
    shop.status, shop.paused_until, shop.pause_note = "paused", until, note
    record_act(session, actor.user_id, "shop.pause", shop.id, until=until.isoformat() if until else None)
    session.flush()
    return shop


def reopen_shop(session: Session, actor: Actor, organization_id: UUID) -> Organization:
    """Open again, now; one that is open stays so. Raises ShopNotFound, ShopCannotChangeState."""
    shop = lock_one(session, shops_run_by(actor, organization_id, OWNING), missing=ShopNotFound)
    if shop.status not in {"paused", "approved"}:
        raise ShopCannotChangeState(status=shop.status)
    if shop.status == "paused":
        _open(session, shop, actor.user_id)
    return shop


def reopen_due(session: Session, now: datetime) -> Sequence[UUID]:
    """Open every shop whose day has come where it stands; gives which."""
    paused = select(Organization).where(Organization.status == "paused", Organization.paused_until.is_not(None))
    locked = session.scalars(paused.order_by(Organization.id).with_for_update(skip_locked=True)).all()
    due = [shop for shop in locked if shop.paused_until is not None and shop.paused_until <= _today(shop, now)]
    for shop in due:
        _open(session, shop, None)
    return [shop.id for shop in due]


def _open(session: Session, shop: Organization, actor_id: UUID | None) -> None:
    shop.status, shop.paused_until, shop.pause_note = "approved", None, ""
    record_act(session, actor_id, "shop.reopen", shop.id)
    session.flush()


def _today(shop: Organization, now: datetime) -> date:
    return day_in(shop.time_zone, now)
