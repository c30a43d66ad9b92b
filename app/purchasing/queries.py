"""Looking up codes and reading lists; who asks is part of each query."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.catalog.queries.private import on_sale_to
from app.checkout.queries.carts import is_of_shop
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.rules.roles import BUYING_ROLES
from app.identity.rules.shops import SHOWN
from app.pricing.queries import Buyer
from app.purchasing.models import QuickLine, QuickOrder, RequisitionLine, RequisitionList
from app.purchasing.rules.finding import MOST_OPTIONS, Candidate


def candidates_of(
    session: Session, buyer: Buyer | None, skus: Collection[str], *, shop: str = ""
) -> Mapping[str, Sequence[Candidate]]:
    """By code in lower case, what is on sale to this buyer under it: at most a few more than one can choose from.

    One query however many codes. `shop` is the slug of the only shop to look in.
    """
    wanted = {sku.lower() for sku in skus}
    code = func.lower(Variant.sku).label("code")
    place = func.row_number().over(
        partition_by=func.lower(Variant.sku), order_by=(Listing.published_at.desc(), Variant.id)
    )
    query = (
        select(
            code, Variant.id, Listing.titles, Variant.names, Organization.name.label("seller"), Organization.status,
            Listing.min_quantity, Listing.quantity_step, Listing.unit, Listing.piece_unit, Variant.pieces,
            (Variant.stock - Variant.reserved).label("available"),
            is_of_shop(buyer.user_id if buyer else None, Organization.id).label("is_own"),
            place.label("place"),
        )
        .join(Listing, Listing.id == Variant.listing_id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(func.lower(Variant.sku).in_(wanted), ~Variant.is_retired, on_sale_to(buyer), Organization.status.in_(SHOWN))
    )  # fmt: skip
    if shop:
        query = query.where(Organization.slug == shop)
    ranked = query.subquery()
    found: dict[str, list[Candidate]] = defaultdict(list)
    for row in session.execute(
        select(ranked).where(ranked.c.place <= MOST_OPTIONS).order_by(ranked.c.code, ranked.c.place)
    ):
        found[row.code].append(_candidate(row))
    return found


def candidate(session: Session, buyer: Buyer | None, variant_id: UUID) -> Candidate | None:
    """One of the choices of an ambiguous code, if it is on sale to this buyer."""
    query = (
        select(
            Variant.id, Listing.titles, Variant.names, Organization.name.label("seller"), Organization.status,
            Listing.min_quantity, Listing.quantity_step, Listing.unit, Listing.piece_unit, Variant.pieces,
            (Variant.stock - Variant.reserved).label("available"),
            is_of_shop(buyer.user_id if buyer else None, Organization.id).label("is_own"),
        )
        .join(Listing, Listing.id == Variant.listing_id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(Variant.id == variant_id, ~Variant.is_retired, on_sale_to(buyer), Organization.status.in_(SHOWN))
    )  # fmt: skip
    row = session.execute(query).one_or_none()
    return _candidate(row) if row else None


def _candidate(row: Any) -> Candidate:
    return Candidate(
        variant_id=row.id,
        titles=row.titles,
        names=row.names,
        seller=row.seller,
        is_closed=row.status == "paused",
        minimum=row.min_quantity,
        step=row.quantity_step,
        unit=row.unit,
        pieces=row.pieces,
        piece_unit=row.piece_unit,
        available=row.available,
        is_own=row.is_own,
    )


def quick_order_of(token: str, user_id: UUID | None) -> Select[QuickOrder]:
    """By the secret of its address; one that an account made is that account's alone."""
    owner: ColumnElement[bool] = QuickOrder.user_id.is_(None)
    if user_id is not None:
        owner = or_(owner, QuickOrder.user_id == user_id)
    return select(QuickOrder).where(QuickOrder.token == token, owner)


def quick_lines(
    session: Session, quick_order_id: UUID, *, only_problems: bool, cursor: str | None = None, size: int = 100
) -> Page[Any]:
    """The lines in the order they were typed, a page at a time."""
    query = select(
        QuickLine.id,
        QuickLine.position,
        QuickLine.sku,
        QuickLine.typed,
        QuickLine.quantity,
        QuickLine.variant_id,
        QuickLine.problem,
        QuickLine.details,
    ).where(QuickLine.quick_order_id == quick_order_id)
    if only_problems:
        query = query.where(QuickLine.problem != "")
    return fetch_page(
        session, query, order=[QuickLine.position, QuickLine.id], descending=False, cursor=cursor, size=size
    )


def quick_counts(session: Session, quick_order_id: UUID) -> tuple[int, int]:
    """(lines that can be ordered, lines with a problem)."""
    row = session.execute(
        select(
            func.count().filter(QuickLine.problem == "", QuickLine.variant_id.is_not(None)),
            func.count().filter(QuickLine.problem != ""),
        ).where(QuickLine.quick_order_id == quick_order_id)
    ).one()
    return row[0], row[1]


def orderable(session: Session, quick_order_id: UUID) -> dict[UUID, int]:
    """Variant -> quantity of all lines without a problem; the same goods on two lines are added up."""
    rows = session.execute(
        select(QuickLine.variant_id, func.sum(QuickLine.quantity))
        .where(QuickLine.quick_order_id == quick_order_id, QuickLine.problem == "", QuickLine.variant_id.is_not(None))
        .group_by(QuickLine.variant_id)
        .order_by(func.min(QuickLine.position))
    )
    return {variant_id: int(quantity) for variant_id, quantity in rows if variant_id and quantity}


def is_list_of(actor: Actor) -> ColumnElement[bool]:
    """The condition on `requisition_lists` that this person may use them: own ones, and those of their companies."""
    own = (RequisitionList.user_id == actor.user_id) & RequisitionList.company_id.is_(None)
    companies = actor.organizations(BUYING_ROLES)
    return or_(own, RequisitionList.company_id.in_(companies)) if companies else own


def list_of(actor: Actor, list_id: UUID) -> Select[RequisitionList]:
    return select(RequisitionList).where(RequisitionList.id == list_id, is_list_of(actor))


def lists_of(session: Session, actor: Actor) -> Sequence[Any]:
    """(id, name, company, how many goods) by name."""
    count = (
        select(func.count())
        .where(RequisitionLine.list_id == RequisitionList.id)
        .correlate(RequisitionList)
        .scalar_subquery()
    )
    query = (
        select(RequisitionList.id, RequisitionList.name, Organization.name.label("company"), count.label("goods"))
        .outerjoin(Organization, Organization.id == RequisitionList.company_id)
        .where(is_list_of(actor))
        .order_by(RequisitionList.name, RequisitionList.id)
        .limit(200)
    )
    return session.execute(query).all()


def list_lines(
    session: Session, buyer: Buyer | None, list_id: UUID, *, cursor: str | None = None, size: int = 100
) -> Page[Any]:
    """The goods of a list in the order they were added; `is_on_sale` says whether this buyer can have them now."""
    is_on_sale = ~Variant.is_retired & on_sale_to(buyer) & Organization.status.in_(SHOWN)
    query = (
        select(
            RequisitionLine.variant_id, RequisitionLine.quantity, RequisitionLine.added_at, Listing.titles, Listing.slug,
            Listing.unit, Listing.piece_unit, Listing.min_quantity, Listing.quantity_step, Variant.pieces, Variant.names,
            Variant.sku, Organization.name.label("seller"), is_on_sale.label("is_on_sale"),
        )
        .join(Variant, Variant.id == RequisitionLine.variant_id)
        .join(Listing, Listing.id == Variant.listing_id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(RequisitionLine.list_id == list_id, or_(Listing.status != "private", on_sale_to(buyer)))
    )  # fmt: skip
    order = [RequisitionLine.added_at, RequisitionLine.variant_id]
    return fetch_page(session, query, order=order, descending=False, cursor=cursor, size=size)
