"""Reading requests and quotes; who may see one is part of each query."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from app.catalog.models import Listing, Variant
from app.catalog.queries.private import on_sale_to
from app.companies.models import Company
from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import BUYING_ROLES, SELLING, SHOP_ROLES
from app.identity.rules.shops import SHOWN
from app.pricing.queries import Buyer
from app.rfqs.errors import FileNotFound, QuoteNotFound, RequestNotFound
from app.rfqs.models import Asked, Counter, Quote, QuoteDraft, QuoteLine, Rfq, RfqFile, RfqLine, RfqNote
from app.rfqs.rules.life import LIVE, RUNNING, AskedState, QuoteState, RfqState

SIZE, MANY = 20, 500


@dataclass(frozen=True)
class Goods:
    """What a typed code or address was found to be."""

    variant_id: UUID
    listing_id: UUID
    organization_id: UUID
    unit: str


def is_bought_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on `rfqs`: one's own, and those of the companies one buys for."""
    own = (Rfq.buyer_id == actor.user_id) & Rfq.company_id.is_(None)
    companies = actor.organizations(BUYING_ROLES)
    return or_(own, Rfq.company_id.in_(companies)) if companies else own


def requests_of(actor: Actor) -> Select[Rfq]:
    """Requests this person may read and decide about as a buyer."""
    return select(Rfq).where(is_bought_by(actor))


def asked_of(actor: Actor, roles: Collection[str] = SHOP_ROLES) -> Select[Asked]:
    """Shops this person works for that were asked, once they were told; no drafts."""
    return select(Asked).where(Asked.told_at.is_not(None), Asked.organization_id.in_(actor.organizations(roles)))


def request_shown(session: Session, actor: Actor, rfq_id: UUID) -> Rfq:
    """Raises RequestNotFound for a stranger."""
    return load_one(session, requests_of(actor).where(Rfq.id == rfq_id), missing=RequestNotFound)


def asked_shown(
    session: Session, actor: Actor, asked_id: UUID, roles: Collection[str] = SHOP_ROLES
) -> tuple[Asked, Rfq, str]:
    """For the shop's side, with the buyer's name. Raises RequestNotFound."""
    query = _with_buyer(asked_of(actor, roles).where(Asked.id == asked_id).add_columns(Rfq))
    row = session.execute(query.join(Rfq, Rfq.id == Asked.rfq_id)).one_or_none()
    if row is None:
        raise RequestNotFound
    return row.Asked, row.Rfq, row.buyer


def _with_buyer(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """As `buyer` the company's name, else the person's; empty for who was erased or gave none."""
    company = select(Organization.name).where(Organization.id == Rfq.company_id).correlate(Rfq).scalar_subquery()
    person = select(User.name).where(User.id == Rfq.buyer_id).correlate(Rfq).scalar_subquery()
    return query.add_columns(func.coalesce(company, person, "").label("buyer"))


def quotes_seen_by(actor: Actor) -> Select[Quote]:
    """Versions sent to this person as a buyer, and those of the shops it works for."""
    bought = select(Rfq.id).where(is_bought_by(actor))
    is_mine = or_(Asked.rfq_id.in_(bought), Asked.organization_id.in_(actor.organizations(SHOP_ROLES)))
    return select(Quote).join(Asked, Asked.id == Quote.asked_id).where(is_mine)


def quote_shown(session: Session, actor: Actor, quote_id: UUID) -> tuple[Quote, Asked, Rfq, str]:
    """With the buyer's name. Raises QuoteNotFound for a stranger."""
    query = _with_buyer(quotes_seen_by(actor).where(Quote.id == quote_id).add_columns(Asked, Rfq))
    row = session.execute(query.join(Rfq, Rfq.id == Asked.rfq_id)).one_or_none()
    if row is None:
        raise QuoteNotFound
    return row.Quote, row.Asked, row.Rfq, row.buyer


def is_buyer_of(rfq: Rfq, actor: Actor) -> bool:
    """On which side of it a person stands who may see it."""
    if rfq.company_id is not None:
        return rfq.company_id in actor.organizations(BUYING_ROLES)
    return rfq.buyer_id == actor.user_id


def waiting_for_quote(organization_id: UUID, now: datetime) -> Select[int, datetime]:
    """One row: how many `requests` wait for what the shop quotes, at first or to a counter, and when the first `end`."""
    is_new = (Asked.state == AskedState.TOLD) & (Rfq.state == RfqState.OPEN) & (Rfq.closes_at > now)
    is_countered = Rfq.state.in_(RUNNING) & (Quote.valid_until > now)
    return (
        select(
            func.count().label("requests"),
            func.min(func.coalesce(Quote.valid_until, Rfq.closes_at)).label("end"),
        )
        .select_from(Asked)
        .join(Rfq, Rfq.id == Asked.rfq_id)
        .outerjoin(Quote, (Quote.asked_id == Asked.id) & (Quote.state == QuoteState.COUNTERED))
        .where(Asked.organization_id == organization_id, or_(is_new, is_countered))
    )


def goods_named(
    session: Session, buyer: Buyer | None, *, codes: Collection[str], slugs: Collection[str]
) -> Mapping[str, Sequence[Goods]]:
    """By code in lower case or by "/p/" and slug, goods on sale to this buyer; one query however many."""
    code = func.lower(Variant.sku)
    query = (
        select(code.label("code"), Listing.slug, Variant.id, Variant.listing_id, Listing.organization_id, Listing.unit)
        .join(Listing, Listing.id == Variant.listing_id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(or_(code.in_({one.lower() for one in codes}), Listing.slug.in_(slugs)))
        .where(~Variant.is_retired, on_sale_to(buyer), Organization.status.in_(SHOWN))
        .order_by(Listing.published_at.desc(), Variant.position, Variant.id)
        .limit(20_000)
    )
    found: dict[str, list[Goods]] = defaultdict(list)
    for row in session.execute(query):
        goods = Goods(row.id, row.listing_id, row.organization_id, row.unit)
        found[row.code].append(goods)
        found[f"/p/{row.slug}"].append(goods)
    return found


def goods_of_shop(session: Session, organization_id: UUID, codes: Collection[str]) -> Mapping[str, Sequence[Any]]:
    """By code in lower case or by "/p/" and slug, (id, code) of what one shop can quote, whether shown or not."""
    wanted = {one.lower() for one in codes}
    query = (
        select(func.lower(Variant.sku).label("code"), Listing.slug, Variant.id, Variant.sku)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(Listing.organization_id == organization_id, ~Variant.is_retired, Listing.status != "removed")
        .where(or_(func.lower(Variant.sku).in_(wanted), ("/p/" + Listing.slug).in_(wanted)))
        .order_by(Variant.position, Variant.id)
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        found[row.code].append(row)
        found[f"/p/{row.slug}"].append(row)
    return found


def shop_codes(session: Session, organization_id: UUID) -> Sequence[Any]:
    """(code, titles, names of the choice) of goods of a shop, to choose from while typing."""
    query = (
        select(Variant.sku, Listing.titles, Variant.names)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(Listing.organization_id == organization_id, ~Variant.is_retired, Listing.status != "removed")
        .order_by(Variant.sku, Variant.id)
        .limit(MANY)
    )
    return session.execute(query).all()


def shops_named(session: Session, typed: Collection[str]) -> Mapping[str, Organization]:
    """Shops whose goods everybody may see, by the last part of their address or a name that only one of them has.

    All in small letters; a name may be typed with a straight apostrophe.
    """
    names = {*typed, *(one.replace("'", "’") for one in typed)}
    called = or_(Organization.slug.in_(typed), func.lower(Organization.name).in_(names))
    query = select(Organization).where(called, Organization.status.in_(SHOWN)).order_by(Organization.id).limit(MANY)
    by_slug: dict[str, Organization] = {}
    by_name: dict[str, list[Organization]] = defaultdict(list)
    for shop in session.scalars(query):
        by_slug[shop.slug] = shop
        by_name[shop.name.lower().replace("’", "'")].append(shop)
    found = {one: [by_slug[one]] if one in by_slug else by_name[one.replace("’", "'")] for one in typed}
    return {one: shops[0] for one, shops in found.items() if len(shops) == 1}


def lines_of(session: Session, rfq_id: UUID) -> Sequence[Any]:
    """Lines in their order, with the names, stock and shop of goods that are on sale here.

    `is_open`: the buyer named goods and not which of their choices.
    """
    query = (
        select(
            RfqLine.id, RfqLine.position, RfqLine.words, RfqLine.quantity, RfqLine.unit, RfqLine.variant_id,
            Listing.titles, Listing.slug, Listing.organization_id, Variant.names, Variant.sku,
            (Variant.stock - Variant.reserved).label("available"), RfqLine.listing_id.is_not(None).label("is_open"),
            Listing.unit.label("goods_unit"), Listing.piece_unit, Variant.pieces, Listing.min_quantity, Listing.quantity_step,
        )
        .outerjoin(Variant, Variant.id == RfqLine.variant_id)
        .outerjoin(Listing, Listing.id == func.coalesce(Variant.listing_id, RfqLine.listing_id))
        .where(RfqLine.rfq_id == rfq_id)
        .order_by(RfqLine.position)
    )  # fmt: skip
    return session.execute(query).all()


def files_of(session: Session, rfq_id: UUID) -> Sequence[Any]:
    query = select(RfqFile.id, RfqFile.kind, RfqFile.name, RfqFile.size).where(RfqFile.rfq_id == rfq_id)
    return session.execute(query.order_by(RfqFile.id)).all()


def file_shown(session: Session, actor: Actor, file_id: UUID) -> RfqFile:
    """For the buyer, and for the shops that were told. Raises FileNotFound."""
    bought = select(Rfq.id).where(is_bought_by(actor))
    asked = asked_of(actor).with_only_columns(Asked.rfq_id)
    query = select(RfqFile).where(RfqFile.id == file_id, or_(RfqFile.rfq_id.in_(bought), RfqFile.rfq_id.in_(asked)))
    return load_one(session, query, missing=FileNotFound)


def board_of(session: Session, rfq_id: UUID) -> Sequence[Any]:
    """Each shop (`Asked`) with its newest version (`Quote` or None), its total in minor units and how many lines it prices."""
    newest = select(func.max(Quote.version)).where(Quote.asked_id == Asked.id).correlate(Asked).scalar_subquery()
    goods = select(func.coalesce(func.sum(QuoteLine.quantity * QuoteLine.price_minor), 0)).where(
        QuoteLine.quote_id == Quote.id
    )
    lines = select(func.count()).where(QuoteLine.quote_id == Quote.id)
    query = (
        select(
            Asked,
            Quote,
            (goods.correlate(Quote).scalar_subquery() + Quote.freight_minor).label("total"),
            lines.correlate(Quote).scalar_subquery().label("lines"),
        )
        .outerjoin(Quote, (Quote.asked_id == Asked.id) & (Quote.version == newest))
        .where(Asked.rfq_id == rfq_id)
        .order_by(Asked.id)
    )
    return session.execute(query).all()


def shops_of(session: Session, rfq_id: UUID) -> Sequence[Asked]:
    return session.scalars(select(Asked).where(Asked.rfq_id == rfq_id).order_by(Asked.id)).all()


def versions_of(session: Session, asked_id: UUID) -> Mapping[Quote, Counter | None]:
    """All versions of a shop, the newest first, each with what the buyer asked for instead."""
    query = select(Quote, Counter).outerjoin(Counter, Counter.quote_id == Quote.id).where(Quote.asked_id == asked_id)
    return {row.Quote: row.Counter for row in session.execute(query.order_by(Quote.version.desc()))}


def quote_lines(session: Session, quote_ids: Collection[UUID]) -> Mapping[UUID, Mapping[UUID, QuoteLine]]:
    """By version, then by line of the request, with goods."""
    query = (
        select(QuoteLine)
        .where(QuoteLine.quote_id.in_(quote_ids))
        .options(joinedload(QuoteLine.variant).joinedload(Variant.listing).options(lazyload(Listing.variants)))
    )
    found: dict[UUID, dict[UUID, QuoteLine]] = {quote_id: {} for quote_id in quote_ids}
    for line in session.scalars(query):
        found[line.quote_id][line.line_id] = line
    return found


def cells_of(session: Session, quote_ids: Collection[UUID]) -> Mapping[UUID, Mapping[UUID, Any]]:
    """As `quote_lines`, as plain rows with code and titles: 500 lines of 20 shops are compared at once."""
    query = (
        select(
            QuoteLine.quote_id, QuoteLine.line_id, QuoteLine.variant_id, QuoteLine.quantity, QuoteLine.price_minor,
            QuoteLine.minimum, Variant.sku, Listing.titles,
        )
        .join(Variant, Variant.id == QuoteLine.variant_id)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(QuoteLine.quote_id.in_(quote_ids))
    )  # fmt: skip
    found: dict[UUID, dict[UUID, Any]] = {quote_id: {} for quote_id in quote_ids}
    for row in session.execute(query):
        found[row.quote_id][row.line_id] = row
    return found


def draft_of(session: Session, asked_id: UUID) -> tuple[QuoteDraft | None, str]:
    """What the shop has typed of its next version, and who kept it last. For who may quote, and nobody else."""
    query = select(QuoteDraft, User.name).outerjoin(User, User.id == QuoteDraft.kept_by)
    row = session.execute(query.where(QuoteDraft.asked_id == asked_id)).one_or_none()
    return (row.QuoteDraft, row.name or "") if row else (None, "")


def notes_of(session: Session, asked_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Any]]:
    """What was written, by shop that was asked, oldest first."""
    query = (
        select(RfqNote.asked_id, RfqNote.side, RfqNote.body, RfqNote.written_at)
        .where(RfqNote.asked_id.in_(asked_ids))
        .order_by(RfqNote.written_at, RfqNote.id)
    )
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        found[row.asked_id].append(row)
    return found


def requests_made(session: Session, actor: Actor, *, cursor: str | None = None, size: int = SIZE) -> Page[Any]:
    """What this person and its companies asked for, what moved last first, with how many shops and quotes."""
    shops = select(func.count()).where(Asked.rfq_id == Rfq.id).correlate(Rfq).scalar_subquery()
    quoted = (
        select(func.count())
        .select_from(Quote)
        .join(Asked, Asked.id == Quote.asked_id)
        .where(Asked.rfq_id == Rfq.id, Quote.state.in_((*LIVE, QuoteState.ACCEPTED)))
        .correlate(Rfq)
        .scalar_subquery()
    )
    query = (
        select(
            Rfq.id, Rfq.number, Rfq.title, Rfq.state, Rfq.closes_at, Rfq.changed_at, Organization.name.label("company"),
            shops.label("shops"), quoted.label("quoted"),
        )
        .outerjoin(Organization, Organization.id == Rfq.company_id)
        .where(is_bought_by(actor))
    )  # fmt: skip
    return fetch_page(session, query, order=[Rfq.changed_at, Rfq.id], descending=True, cursor=cursor, size=size)


def requests_on_desk(session: Session, actor: Actor, *, cursor: str | None = None, size: int = SIZE) -> Page[Any]:
    """Requests that went to the shops this person works for, the newest first."""
    shop, company = aliased(Organization), aliased(Organization)
    lines = select(func.count()).where(RfqLine.rfq_id == Rfq.id).correlate(Rfq).scalar_subquery()
    last = (
        select(Quote.state)
        .where(Quote.asked_id == Asked.id)
        .order_by(Quote.version.desc())
        .limit(1)
        .correlate(Asked)
        .scalar_subquery()
    )
    draft = select(QuoteDraft.asked_id).where(QuoteDraft.asked_id == Asked.id).correlate(Asked).exists()
    query = (
        select(
            Asked.id, Asked.told_at, Asked.state, Rfq.title, Rfq.state.label("request"), Rfq.closes_at, Rfq.country,
            User.name.label("person"), company.name.label("company"), shop.name.label("shop"), lines.label("lines"),
            last.label("quote"), draft.label("has_draft"),
        )
        .select_from(Asked)
        .join(Rfq, Rfq.id == Asked.rfq_id)
        .join(shop, shop.id == Asked.organization_id)
        .join(User, User.id == Rfq.buyer_id)
        .outerjoin(company, company.id == Rfq.company_id)
        .where(Asked.told_at.is_not(None), Asked.organization_id.in_(actor.organizations(SHOP_ROLES)))
    )  # fmt: skip
    return fetch_page(session, query, order=[Asked.told_at, Asked.id], descending=True, cursor=cursor, size=size)


def buyer_name(session: Session, rfq: Rfq) -> str:
    """The company, else the person; empty for who was erased or gave no name."""
    if rfq.company_id is not None:
        return session.get_one(Organization, rfq.company_id).name
    return session.scalar(select(User.name).where(User.id == rfq.buyer_id)) or ""


def buyers_to_tell(session: Session, rfq: Rfq) -> Sequence[User]:
    """Who made it, while they belong to it; of a company whose person has left, its approvers and purchasers."""
    people = select(User).where(User.active.is_(True)).order_by(User.id).options(lazyload(User.memberships))
    if rfq.company_id is None:
        return session.scalars(people.where(User.id == rfq.buyer_id)).all()
    company = select(Company.organization_id).where(Company.organization_id == rfq.company_id)
    staff = select(Member.user_id).where(Member.organization_id.in_(company), Member.role.in_(BUYING_ROLES))
    found = session.scalars(people.where(User.id.in_(staff))).all()
    return [user for user in found if user.id == rfq.buyer_id] or found


def sellers_to_tell(session: Session, organization_id: UUID) -> Sequence[User]:
    """Who sells for the shop."""
    staff = select(Member.user_id).where(Member.organization_id == organization_id, Member.role.in_(SELLING))
    people = select(User).where(User.id.in_(staff), User.active.is_(True)).order_by(User.id)
    return session.scalars(people.options(lazyload(User.memberships))).all()


def count_running(session: Session, user_id: UUID | None) -> int:
    running = select(func.count()).where(Rfq.buyer_id == user_id, Rfq.state.in_((RfqState.DRAFT, *RUNNING)))
    return session.scalar(running) or 0


def late_requests(session: Session, now: datetime) -> Sequence[UUID]:
    query = select(Rfq.id).where(Rfq.state == RfqState.OPEN, Rfq.closes_at <= now)
    return session.scalars(query.order_by(Rfq.closes_at, Rfq.id).limit(MANY)).all()


def late_quotes(session: Session, now: datetime) -> Sequence[UUID]:
    query = select(Quote.id).where(Quote.state.in_(LIVE), Quote.valid_until <= now)
    return session.scalars(query.order_by(Quote.valid_until, Quote.id).limit(MANY)).all()


def untold_requests(session: Session) -> Sequence[UUID]:
    """Sent ones of which some shop does not know yet: the job that tells them was lost, or is at work."""
    query = select(Rfq.id).join(Asked, Asked.rfq_id == Rfq.id).where(Rfq.state == RfqState.OPEN)
    waiting = query.where(Asked.told_at.is_(None)).group_by(Rfq.id).order_by(Rfq.id)
    return session.scalars(waiting.limit(MANY)).all()
