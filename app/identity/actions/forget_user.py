"""Taking a person out of their account. The row stays, because orders and the log of acts point at its id."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import OWNER, PRIVATE_KINDS
from app.identity.rules.shops import CLOSED


def hold_shops_of(session: Session, user_id: UUID) -> None:
    """Held until the end: of two owners who go at the same time, the second sees that nobody else is left."""
    owned = (
        select(Organization.id)
        .join(Member, Member.organization_id == Organization.id)
        .where(Member.user_id == user_id, Member.role == OWNER)
    )
    held = select(Organization).where(Organization.id.in_(owned)).order_by(Organization.id).with_for_update()
    session.execute(held)


def forget_user(session: Session, user_id: UUID, *, now: datetime) -> None:
    """Nobody can sign in to it again, and everywhere it was signed in it is signed out."""
    user = session.get_one(User, user_id, with_for_update=True)
    user.email = user.password = user.wallet_address = user.confirmed_at = None
    user.name, user.active, user.erased_at = "", False, now
    user.fs_uniquifier = secrets.token_hex(32)
    session.execute(delete(Member).where(Member.user_id == user_id))
    record_act(session, user_id, "user.erase", user_id)


def close_shop(session: Session, organization_id: UUID, *, actor_id: UUID) -> None:
    """For good. Its name stays, because receipts of what it sold name their seller; what it said of a person goes."""
    shop = session.get_one(Organization, organization_id, with_for_update=True)
    if shop.status == CLOSED:
        return
    shop.status, shop.bank_account = CLOSED, {}
    if shop.kind in PRIVATE_KINDS:
        shop.story, shop.opening_hours, shop.place = {}, "", ""
    record_act(session, actor_id, "shop.close", organization_id)
    session.flush()
