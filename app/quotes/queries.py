"""Reading deals and offers. Each query says whose eyes it is for; a stranger finds nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from app.catalog.models import Listing, Variant
from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import SELLING, SHOP_ROLES
from app.identity.rules.shops import SHOWN
from app.media.models import Picture
from app.quotes.errors import DealNotFound, NoOffersHere, OfferNotFound
from app.quotes.models import Deal, DealLine, Offer
from app.quotes.rules.deals import DealState
from app.quotes.rules.offers import WAITING, OfferState, Side

SIZE = 20
MANY = 500


def deals_seen_by(actor: Actor) -> Select[Deal]:
    """Deals of this person as a buyer, and of the shops it works for."""
    return select(Deal).where(
        or_(Deal.buyer_id == actor.user_id, Deal.organization_id.in_(actor.organizations(SHOP_ROLES)))
    )


def deals_ended_by(actor: Actor) -> Select[Deal]:
    """Deals this person may take back: its own, and those of the shops it sells for."""
    return select(Deal).where(
        or_(Deal.buyer_id == actor.user_id, Deal.organization_id.in_(actor.organizations(SELLING)))
    )


def _of_side(table: type[Offer] | type[Deal], actor: Actor, side: Side) -> ColumnElement[bool]:
    """What is this person's as a buyer, or what other people bargain about with the shops it works for."""
    if side is Side.BUYER:
        return table.buyer_id == actor.user_id
    return table.organization_id.in_(actor.organizations(SHOP_ROLES)) & table.buyer_id.is_distinct_from(actor.user_id)


def deal_shown(session: Session, actor: Actor, deal_id: UUID, side: Side | None = None) -> Deal:
    """With its lines and goods; for one side of it only, if one is named. Raises DealNotFound for a stranger."""
    goods = joinedload(DealLine.variant).joinedload(Variant.listing).options(lazyload(Listing.variants))
    query = deals_seen_by(actor).where(Deal.id == deal_id).options(joinedload(Deal.lines).options(goods))
    if side is not None:
        query = query.where(_of_side(Deal, actor, side))
    return load_one(session, query, missing=DealNotFound)


def lapsed_deals(session: Session, now: datetime) -> Sequence[UUID]:
    """Deals whose time to order is over, oldest first; what is being paid is left out."""
    return session.scalars(
        select(Deal.id)
        .where(Deal.state == DealState.AGREED, Deal.order_group_id.is_(None), Deal.valid_until <= now)
        .order_by(Deal.valid_until, Deal.id)
        .limit(MANY)
    ).all()


def offers_seen_by(actor: Actor) -> Select[Offer]:
    """Offers this person made, and those on goods of the shops it works for."""
    return select(Offer).where(
        or_(Offer.buyer_id == actor.user_id, Offer.organization_id.in_(actor.organizations(SHOP_ROLES)))
    )


def offers_answered_by(actor: Actor) -> Select[Offer]:
    """Offers this person may answer or take back: its own, and those of the shops it sells for."""
    return select(Offer).where(
        or_(Offer.buyer_id == actor.user_id, Offer.organization_id.in_(actor.organizations(SELLING)))
    )


def buyer_called(session: Session, deal: Deal) -> str | None:
    """As the shop should read it: the company bought for, else the person; None for who has no name."""
    if deal.company_id is not None:
        return session.scalar(select(Organization.name).where(Organization.id == deal.company_id))
    return session.scalar(select(User.name).where(User.id == deal.buyer_id)) or None


def side_of(offer: Offer | Deal, actor: Actor) -> Side:
    """On which side of it a person stands who may see it."""
    return Side.BUYER if offer.buyer_id == actor.user_id else Side.SELLER


def offer_shown(session: Session, actor: Actor, offer_id: UUID, side: Side | None = None) -> Offer:
    """With its rounds and the goods; for one side of it only, if one is named. Raises OfferNotFound for a stranger."""
    goods = joinedload(Offer.variant).joinedload(Variant.listing).options(lazyload(Listing.variants))
    query = offers_seen_by(actor).where(Offer.id == offer_id).options(goods, joinedload(Offer.events))
    if side is not None:
        query = query.where(_of_side(Offer, actor, side))
    return load_one(session, query, missing=OfferNotFound)


def variant_to_offer_on(session: Session, variant_id: UUID) -> Variant:
    """With its listing and shop, as they are on sale and take offers. Raises NoOffersHere."""
    query = (
        select(Variant)
        .join(Variant.listing)
        .join(Listing.organization)
        .where(
            Variant.id == variant_id,
            Variant.is_retired.is_(False),
            Listing.status == "active",
            Listing.allows_offers,
            Organization.status.in_(SHOWN),
            Organization.status != "paused",
        )
        .options(joinedload(Variant.listing).options(lazyload(Listing.variants)))
    )
    return load_one(session, query, missing=NoOffersHere)


def running_offer(session: Session, buyer_id: UUID | None, variant_id: UUID, now: datetime) -> UUID | None:
    """The offer of this buyer that waits for somebody, if there is one."""
    return session.scalar(
        select(Offer.id).where(
            Offer.buyer_id == buyer_id,
            Offer.variant_id == variant_id,
            Offer.state.in_(WAITING),
            Offer.expires_at > now,
        )
    )


def count_running(session: Session, buyer_id: UUID | None, now: datetime) -> int:
    waiting = select(func.count()).where(Offer.buyer_id == buyer_id, Offer.state.in_(WAITING), Offer.expires_at > now)
    return session.scalar(waiting) or 0


def waiting_for_shop(organization_id: UUID, now: datetime) -> Select[int, datetime]:
    """One row: how many `offers` wait for the shop, and when the first of them `end`."""
    waits = Offer.organization_id == organization_id, Offer.state == OfferState.TO_SELLER, Offer.expires_at > now
    return select(func.count().label("offers"), func.min(Offer.expires_at).label("end")).where(*waits)


def expired_offers(session: Session, now: datetime) -> Sequence[UUID]:
    """Offers that nobody has answered in time, oldest first."""
    return session.scalars(
        select(Offer.id)
        .where(Offer.state.in_(WAITING), Offer.expires_at <= now)
        .order_by(Offer.expires_at, Offer.id)
        .limit(MANY)
    ).all()


def offers_made(session: Session, actor: Actor, *, cursor: str | None = None, size: int = SIZE) -> Page[Any]:
    """What this person has offered, what moved last first."""
    return _page(session, _rows().where(Offer.buyer_id == actor.user_id), cursor, size)


def offers_on_desk(session: Session, actor: Actor, *, cursor: str | None = None, size: int = SIZE) -> Page[Any]:
    """Offers on goods of the shops this person works for, what moved last first."""
    return _page(session, _rows().where(Offer.organization_id.in_(actor.organizations(SHOP_ROLES))), cursor, size)


def _page(session: Session, query: Select[*tuple[Any, ...]], cursor: str | None, size: int) -> Page[Any]:
    return fetch_page(session, query, order=[Offer.changed_at, Offer.id], descending=True, cursor=cursor, size=size)


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Offer.id,
            Offer.state,
            Offer.number,
            Offer.quantity,
            Offer.price_minor,
            Offer.currency,
            Offer.expires_at,
            Offer.changed_at,
            Offer.deal_id,
            Deal.state.label("deal_state"),
            Deal.valid_until,
            Deal.order_group_id,
            Organization.name.label("seller"),
            User.name.label("buyer"),
            Listing.titles,
            Listing.unit,
            Listing.piece_unit,
            Variant.pieces,
            Variant.price_minor.label("asked_minor"),
            Picture.sha256,
        )
        .select_from(Offer)
        .join(Offer.variant)
        .join(Variant.listing)
        .join(Organization, Organization.id == Offer.organization_id)
        .join(User, User.id == Offer.buyer_id)
        .outerjoin(Deal, Deal.id == Offer.deal_id)
        .outerjoin(Picture, Picture.id == Listing.picture_id)
    )


def sellers_to_tell(session: Session, organization_id: UUID) -> Sequence[User]:
    """Who sells for the shop and can be written to."""
    return session.scalars(
        select(User)
        .join(Member, Member.user_id == User.id)
        .where(Member.organization_id == organization_id, Member.role.in_(SELLING))
        .where(User.email.is_not(None), User.active.is_(True))
        .order_by(User.id)
        .options(lazyload(User.memberships))
    ).all()


def open_matters(session: Session, user_id: UUID) -> tuple[Sequence[UUID], Sequence[UUID]]:
    """(offers, deals) of a buyer that still wait: what has to end before the person can be forgotten."""
    offers = select(Offer.id).where(Offer.buyer_id == user_id, Offer.state.in_(WAITING)).order_by(Offer.id)
    deals = select(Deal.id).where(Deal.buyer_id == user_id, Deal.state == DealState.AGREED).order_by(Deal.id)
    return session.scalars(offers).all(), session.scalars(deals).all()
