"""The operator's decisions about a shop."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.config.current import settings
from app.db.locks import lock_one
from app.events.bus import publish
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded, ShopCannotChangeState, ShopNotFound
from app.identity.events import ShopApproved, ShopSuspended
from app.identity.mails import APPROVED_BODY, APPROVED_SUBJECT
from app.identity.models import Organization
from app.identity.queries import owner_addresses
from app.identity.rules.roles import MARKET, OPERATOR
from app.identity.rules.shops import may_become
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.states.edges import By


def approve_shop(session: Session, actor: Actor, organization_id: UUID) -> Organization:
    """Let a shop sell, for the first time or again. Raises OperatorNeeded, ShopNotFound, ShopCannotChangeState."""
    shop, before = _change(session, actor, organization_id, "approved")
    record_act(session, actor.user_id, "shop.approve", shop.id, name=shop.name)
    _tell_owners(session, shop)
    publish(session, ShopApproved(shop.id, actor.user_id, before))
    return shop


def suspend_shop(session: Session, actor: Actor, organization_id: UUID, *, reason: str) -> Organization:
    """Take a shop's goods off the market; its running orders go on. Raises as `approve_shop`."""
    shop, _before = _change(session, actor, organization_id, "suspended")
    record_act(session, actor.user_id, "shop.suspend", shop.id, name=shop.name, reason=reason)
    publish(session, ShopSuspended(shop.id, actor.user_id, reason))
    return shop


def refuse_shop(session: Session, actor: Actor, organization_id: UUID, *, reason: str) -> Organization:
    """A shop that has never sold does not come to sell, unless the operator thinks again. Raises as `approve_shop`."""
    shop, _before = _change(session, actor, organization_id, "rejected")
    record_act(session, actor.user_id, "shop.reject", shop.id, name=shop.name, reason=reason)
    return shop


def reconsider_shop(session: Session, actor: Actor, organization_id: UUID) -> Organization:
    """A refused shop waits for approval again. Raises as `approve_shop`."""
    shop, _before = _change(session, actor, organization_id, "pending")
    record_act(session, actor.user_id, "shop.reconsider", shop.id, name=shop.name)
    return shop


def _change(session: Session, actor: Actor, organization_id: UUID, wanted: str) -> tuple[Organization, str]:
    """The shop in its new state, and the one it was in."""
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    shops = select(Organization).where(Organization.id == organization_id, Organization.kind != MARKET)
    shop = lock_one(session, shops, missing=ShopNotFound)
    if not may_become(shop.status, wanted, By.OPERATOR):
        raise ShopCannotChangeState(status=shop.status)
    before, shop.status = shop.status, wanted
    session.flush()
    return shop, before


def _tell_owners(session: Session, shop: Organization) -> None:
    """Once per shop: one that comes back after a suspension has heard it before."""
    market = settings()
    for email, locale in owner_addresses(session, shop.id):
        words = {"shop": shop.name, "market": market.market_name}
        link = f"{market.public_url}/desk/goods?shop={shop.id}"
        send_mail(
            session,
            key=f"shop:{shop.id}:approved:{email}",
            recipient=email,
            locale=locale,
            subject=in_language(locale, APPROVED_SUBJECT, **words),
            body=in_language(locale, APPROVED_BODY, link=link, **words),
        )
