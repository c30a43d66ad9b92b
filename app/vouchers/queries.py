"""Reading vouchers: of a shop, of the market, and as they stand for one cart."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, literal, or_, select, true
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.config.current import settings
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.rules.roles import OPERATOR, SELLING
from app.money.amounts import Money
from app.vouchers.models import Voucher, VoucherUseRow
from app.vouchers.rules.terms import Offer

PAGE = 50


@dataclass(frozen=True)
class VoucherWish:
    """The vouchers somebody put into a cart, and who that is, as far as it is known."""

    ids: Collection[UUID]
    now: datetime
    buyer: bytes | None = None


def buyer_key(*, user_id: UUID | None, email: str | None) -> bytes | None:
    """Names a buyer without saying who it is: the account, else the e-mail address; None for nobody yet."""
    name = f"account:{user_id}" if user_id else f"mail:{email.casefold()}" if email else None
    return hmac.digest(settings().secret_key.encode(), name.encode(), hashlib.sha256) if name else None


def offers(session: Session, wish: VoucherWish, cart_id: UUID, *, for_order: bool = False) -> list[Offer]:
    """Each voucher of the wish as it stands for this cart; what the cart's own unpaid checkout holds is not counted.

    `for_order` locks them in id order, so that the use that is seen is the use that is taken.
    """
    query = select(Voucher).where(Voucher.id.in_(wish.ids)).order_by(Voucher.id)
    if for_order:
        query = query.with_for_update().execution_options(populate_existing=True)
    rows = session.scalars(query).all()
    own = _uses(session, wish, cart_id)
    return [_offer(row, *own.get(row.id, (0, 0))) for row in rows]


def _uses(session: Session, wish: VoucherWish, cart_id: UUID) -> dict[UUID, tuple[int, int]]:
    """Voucher -> (held by this cart's unpaid checkout, used by this buyer elsewhere)."""
    is_own = (VoucherUseRow.cart_id == cart_id) & (VoucherUseRow.state == "held")
    is_mine = (VoucherUseRow.buyer == wish.buyer) if wish.buyer is not None else ~true()
    rows = session.execute(
        select(
            VoucherUseRow.voucher_id,
            func.count().filter(is_own),
            func.count().filter(is_mine & ~is_own),
        )
        .where(VoucherUseRow.voucher_id.in_(wish.ids), VoucherUseRow.state != "given_back", or_(is_own, is_mine))
        .group_by(VoucherUseRow.voucher_id)
    )
    return {voucher_id: (held, used) for voucher_id, held, used in rows}


def _offer(row: Voucher, held_here: int, used_by_buyer: int) -> Offer:
    return Offer(
        id=row.id,
        code=row.code,
        organization_id=row.organization_id,
        percent_bps=row.percent_bps,
        amount=Money(row.amount_minor, row.currency) if row.amount_minor is not None else None,
        minimum=Money(row.minimum_minor, row.currency),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_stopped=row.stopped_at is not None,
        is_used_up=row.most_uses is not None and row.used_count - held_here >= row.most_uses,
        is_used_by_buyer=row.most_per_buyer is not None and used_by_buyer >= row.most_per_buyer,
        listing_ids=frozenset(row.listing_ids),
        category_ids=frozenset(row.category_ids),
    )


def vouchers_named(session: Session, key: str, shops: Collection[UUID]) -> list[tuple[UUID, UUID | None]]:
    """(voucher, its shop) of this code, of these shops and of the market: those in use first, then the newest.

    One of each shop: a stopped one is found only where none has taken its place.
    """
    rows = session.execute(
        select(Voucher.id, Voucher.organization_id)
        .where(Voucher.code_key == key, or_(Voucher.organization_id.in_(shops), Voucher.organization_id.is_(None)))
        .order_by(Voucher.stopped_at.is_not(None), Voucher.created_at.desc(), Voucher.id)
    )
    first: dict[UUID | None, UUID] = {}
    for voucher_id, shop in rows:
        first.setdefault(shop, voucher_id)
    return [(voucher_id, shop) for shop, voucher_id in first.items()]


def shops_of(session: Session, ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Voucher -> who pays for it; None is the market."""
    rows = session.execute(select(Voucher.id, Voucher.organization_id).where(Voucher.id.in_(ids)))
    return {row.id: row.organization_id for row in rows}


def vouchers_run_by(actor: Actor, organization_id: UUID | None) -> Select[Voucher]:
    """A shop's vouchers for who sells for it; the market's (None) for its operator. A stranger finds nothing."""
    if organization_id is None:
        return select(Voucher).where(
            Voucher.organization_id.is_(None), true() if market_role(actor, OPERATOR) else ~true()
        )
    return select(Voucher).where(
        Voucher.organization_id == organization_id, Voucher.organization_id.in_(actor.organizations(SELLING))
    )


def voucher_page(
    session: Session, actor: Actor, organization_id: UUID | None, *, cursor: str | None, size: int = PAGE
) -> Page[Any]:
    """The newest first, each with what its uses took off in US cents."""
    given = (
        select(func.coalesce(func.sum(VoucherUseRow.cents), 0))
        .where(VoucherUseRow.voucher_id == Voucher.id, VoucherUseRow.state == "used")
        .correlate(Voucher)
        .scalar_subquery()
    )
    query = vouchers_run_by(actor, organization_id).with_only_columns(
        Voucher.id, Voucher.created_at, Voucher, given.label("given_cents")
    )
    return fetch_page(session, query, order=[Voucher.created_at, Voucher.id], descending=True, cursor=cursor, size=size)


def every_voucher(session: Session, actor: Actor, organization_id: UUID | None) -> Sequence[Any]:
    """For a file: (voucher, paid uses, held uses, cents given), the newest first."""
    uses = (
        select(
            VoucherUseRow.voucher_id,
            func.sum(case((VoucherUseRow.state == "used", 1), else_=0)).label("paid"),
            func.sum(case((VoucherUseRow.state == "held", 1), else_=0)).label("held"),
            func.sum(case((VoucherUseRow.state == "used", VoucherUseRow.cents), else_=0)).label("cents"),
        )
        .group_by(VoucherUseRow.voucher_id)
        .subquery()
    )
    none = literal(0)
    query = (
        vouchers_run_by(actor, organization_id)
        .with_only_columns(
            Voucher,
            func.coalesce(uses.c.paid, none).label("paid"),
            func.coalesce(uses.c.held, none).label("held"),
            func.coalesce(uses.c.cents, none).label("cents"),
        )
        .outerjoin(uses, uses.c.voucher_id == Voucher.id)
        .order_by(Voucher.created_at.desc(), Voucher.id.desc())
    )
    return session.execute(query).all()


def listings_with_skus(session: Session, organization_id: UUID, skus: Collection[str]) -> dict[str, UUID]:
    """SKU -> the listing of the shop that has it; a SKU nobody has is left out."""
    rows = session.execute(
        select(Variant.sku, Variant.listing_id)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(Listing.organization_id == organization_id, Variant.sku.in_(skus))
        .order_by(Variant.sku, Variant.is_retired.desc(), Variant.id)
    )
    return {row.sku: row.listing_id for row in rows}
