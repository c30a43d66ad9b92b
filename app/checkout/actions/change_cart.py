"""Putting goods into a cart, changing how many, taking them out."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, lazyload

from app.catalog.errors import VariantNotFound
from app.catalog.models import Listing, Variant, is_offered
from app.catalog.queries.private import known_to, on_sale_to
from app.catalog.rules.quantities import require_quantity
from app.catalog.rules.texts import SAMPLE
from app.checkout.errors import CartIsFull, NotInCart, OwnGoods, ShopClosedForNow
from app.checkout.models import Cart, CartLine
from app.checkout.queries.carts import buyer_of, cart_of, held_by_cart, is_of_shop
from app.identity.models import Organization
from app.identity.rules.shops import SHOWN
from app.orders.actions.lock_order import stand_in_line
from app.quotes.errors import DealIsFixed

MAX_LINES = 500
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class TakenOut:
    """What was removed, so that it can be put back."""

    variant_id: UUID
    quantity: int
    titles: dict[str, str]


def open_cart(session: Session, *, token: str | None, user_id: UUID | None) -> Cart:
    """This browser's or account's cart, made now if there is none."""
    cart = cart_of(session, token=token, user_id=user_id)
    return cart or new_cart(session, user_id=user_id)


def new_cart(session: Session, *, user_id: UUID | None = None, draft: Mapping[str, Any] = MappingProxyType({})) -> Cart:
    """An empty one. Without an account it is of whoever has its token."""
    cart = Cart(token=secrets.token_urlsafe(24), user_id=user_id, draft=dict(draft), lines=[])
    session.add(cart)
    session.flush()
    return cart


def add_to_cart(
    session: Session,
    cart_id: UUID,
    variant_id: UUID,
    quantity: int,
    *,
    now: datetime,
    form_token: UUID | None = None,
) -> int:
    """Add to what is there already and give the new quantity.

    The form that was last added by, sent again with the same quantity, adds no more: a page reloaded after a lost
    answer. Gone back to and sent with another quantity, it does. Raises VariantNotFound, OwnGoods, ShopClosedForNow, CartIsFull and what the catalog says of quantities.
    """
    cart = lock_own_cart(session, cart_id)
    line = _line(session, cart_id, variant_id)
    added_by = uuid5(form_token, str(quantity)) if form_token else None
    if line is not None and added_by is not None and line.added_by == added_by:
        return line.quantity
    wanted = quantity + (line.quantity if line else 0)
    _require_orderable(session, cart, variant_id, wanted)
    count = select(func.count()).where(CartLine.cart_id == cart_id)
    if line is None and session.scalars(count).one() >= MAX_LINES:
        raise CartIsFull(most=MAX_LINES)
    _write(session, cart_id, variant_id, wanted, now, added_by=added_by)
    return wanted


def set_quantity(session: Session, cart_id: UUID, variant_id: UUID, quantity: int, *, now: datetime) -> None:
    """Raises NotInCart, VariantNotFound and what the catalog says of quantities."""
    cart = lock_own_cart(session, cart_id)
    if _line(session, cart_id, variant_id) is None:
        raise NotInCart
    _require_orderable(session, cart, variant_id, quantity)
    _write(session, cart_id, variant_id, quantity, now)


def take_out(session: Session, cart_id: UUID, variant_id: UUID) -> TakenOut:
    """Raises NotInCart."""
    lock_own_cart(session, cart_id)
    line = _line(session, cart_id, variant_id)
    if line is None:
        raise NotInCart
    titles = session.scalars(
        select(Listing.titles).join(Variant, Variant.listing_id == Listing.id).where(Variant.id == variant_id)
    ).one()
    session.execute(delete(CartLine).where(CartLine.id == line.id))
    return TakenOut(variant_id, line.quantity, titles)


def put_back(session: Session, cart_id: UUID, variant_id: UUID, quantity: int, *, now: datetime) -> None:
    """Undo a removal, as it was; what cannot be ordered is said by the cart. Raises VariantNotFound."""
    cart = lock_own_cart(session, cart_id)
    if not known_to(session, buyer_of(cart), [variant_id]):
        raise VariantNotFound
    if _line(session, cart_id, variant_id) is None:
        _write(session, cart_id, variant_id, quantity, now)


def put_again(session: Session, cart_id: UUID, wants: Mapping[UUID, int], *, now: datetime) -> None:
    """Everything of an earlier order, once more; of goods that are in the cart already the larger quantity stays.

    What cannot be ordered any more is said by the cart, with what can be had instead. Raises CartIsFull.
    """
    lock_own_cart(session, cart_id)
    others = select(func.count()).where(CartLine.cart_id == cart_id, CartLine.variant_id.not_in(wants))
    if session.scalars(others).one() + len(wants) > MAX_LINES:
        raise CartIsFull(most=MAX_LINES)
    wanted = upsert(CartLine).values(
        [
            {"cart_id": cart_id, "variant_id": variant_id, "quantity": quantity, "added_at": now}
            for variant_id, quantity in wants.items()
        ]
    )
    larger = func.greatest(CartLine.quantity, wanted.excluded.quantity)
    session.execute(wanted.on_conflict_do_update(index_elements=["cart_id", "variant_id"], set_={"quantity": larger}))


def merge_carts(session: Session, *, token: str, user_id: UUID) -> Cart | None:
    """On sign-in the browser's cart becomes the account's; of goods in both the larger quantity stays."""
    mine = cart_of(session, token=None, user_id=user_id)
    found = session.scalars(select(Cart).where(Cart.token == token, Cart.user_id.is_(None)).with_for_update())
    guest = found.one_or_none()
    if guest is None:
        return mine
    if mine is None:
        guest.user_id = user_id
        return guest
    lock_cart(session, mine.id)
    held = {line.variant_id: line.quantity for line in mine.lines}
    for line in guest.lines:
        _write(session, mine.id, line.variant_id, max(line.quantity, held.get(line.variant_id, 0)), line.added_at)
    mine.draft = guest.draft or mine.draft
    mine.voucher_ids = guest.voucher_ids or mine.voucher_ids
    session.delete(guest)
    session.flush()
    session.expire(mine)
    return mine


def lock_cart(session: Session, cart_id: UUID) -> Cart:
    """Changes of one cart, and its checkouts, stand in line. Raises NotInCart when the cart is gone."""
    stand_in_line(session, cart_id)
    is_of_before = (Cart.updated_at < func.clock_timestamp() - A_DAY).label("is_of_before")
    query = select(Cart, is_of_before).where(Cart.id == cart_id).options(lazyload(Cart.lines)).with_for_update()
    found = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotInCart
    if found.is_of_before:  # written once a day, for the job that deletes carts nobody comes back to
        found.Cart.updated_at = func.clock_timestamp()
    cart: Cart = found.Cart
    return cart


def lock_own_cart(session: Session, cart_id: UUID) -> Cart:
    """As `lock_cart`, of a cart whose owner decides what is in it. Raises DealIsFixed for the cart of a deal."""
    cart = lock_cart(session, cart_id)
    if cart.deal_id is not None:
        raise DealIsFixed
    return cart


def _line(session: Session, cart_id: UUID, variant_id: UUID) -> CartLine | None:
    query = select(CartLine).where(CartLine.cart_id == cart_id, CartLine.variant_id == variant_id)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _require_orderable(session: Session, cart: Cart, variant_id: UUID, quantity: int) -> None:
    found = session.execute(
        select(
            Variant.stock - Variant.reserved,
            Listing.min_quantity,
            Listing.quantity_step,
            Listing.unit,
            Organization.name,
            Organization.status,
            Variant.sample_of_id,
            Listing.sample_most,
            is_of_shop(cart.user_id or cart.kept_for, Organization.id),
        )
        .join(Listing, Listing.id == Variant.listing_id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(
            Variant.id == variant_id,
            is_offered(),
            on_sale_to(buyer_of(cart)),
            Organization.status.in_(SHOWN),
        )
    )
    row = found.one_or_none()
    if row is None:
        raise VariantNotFound
    available, minimum, step, unit, seller, status, sample_of_id, sample_most, is_own = row
    if is_own:
        raise OwnGoods(field="quantity")
    if sample_of_id is not None:
        minimum, step, unit = 1, 1, SAMPLE
    if status == "paused":
        raise ShopClosedForNow(field="quantity", seller=seller)
    if quantity > available:
        available += held_by_cart(session, cart.id).get(variant_id, 0)
    if sample_of_id is not None and quantity > available:
        available = min(available, sample_most)  # what is offered instead is no more than one buyer gets
    require_quantity(quantity, minimum=minimum, step=step, available=available, unit=unit)


def _write(
    session: Session, cart_id: UUID, variant_id: UUID, quantity: int, now: datetime, **added_by: UUID | None
) -> None:
    """`added_by` stays as it is unless it is given."""
    changed = {"quantity": quantity, **added_by}
    session.execute(
        upsert(CartLine)
        .values(cart_id=cart_id, variant_id=variant_id, added_at=now, **changed)
        .on_conflict_do_update(index_elements=["cart_id", "variant_id"], set_=changed)
    )
