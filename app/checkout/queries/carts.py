"""Carts: whose, how much is in them, and what their owner holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Exists, ScalarSelect, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, lazyload

from app.catalog.models import StockReservation
from app.checkout.models import Cart, CartLine
from app.identity.models import Member, User
from app.orders.models import OrderGroup
from app.pricing.queries import Buyer
from app.vouchers.queries import VoucherWish, buyer_key

# Made once: a checkout asks these of every page, and putting them together takes longer than PostgreSQL's answer.
_HELD = (
    select(StockReservation.variant_id, func.sum(StockReservation.quantity))
    .join(OrderGroup, OrderGroup.id == StockReservation.order_group_id)
    .where(
        OrderGroup.cart_id == bindparam("cart_id"),
        OrderGroup.state == "pending_payment",
        OrderGroup.authorized_at.is_(None),
        StockReservation.state == "held",
    )
    .group_by(StockReservation.variant_id)
)


def cart_of(session: Session, *, token: str | None, user_id: UUID | None) -> Cart | None:
    """The account's cart, else the one this browser's cookie names; a cart of another account is nobody's."""
    found = _cart_of(token, user_id)
    return session.scalars(found.options(lazyload(Cart.lines))).one_or_none() if found is not None else None


def cart_of_deal(session: Session, deal_id: UUID, user_id: UUID | None) -> Cart | None:
    """The cart made for the deal, for the buyer who agreed on it and nobody else."""
    found = select(Cart).where(Cart.deal_id == deal_id, Cart.user_id == user_id).options(lazyload(Cart.lines))
    return session.scalars(found).one_or_none()


def _cart_of(token: str | None, user_id: UUID | None) -> Select[Cart] | None:
    ways = [Cart.user_id == user_id] if user_id else []
    if token:
        ways.append((Cart.token == token) & Cart.user_id.is_(None))
    if not ways:
        return None
    return (
        select(Cart)
        .where(or_(*ways), Cart.deal_id.is_(None))
        .order_by(Cart.user_id.is_(None), Cart.created_at, Cart.id)
        .limit(1)
    )


def count_lines(session: Session, *, token: str | None, user_id: UUID | None) -> int:
    """For the header: how many different goods are in the cart."""
    found = _cart_of(token, user_id)
    if found is None:
        return 0
    cart_id = found.with_only_columns(Cart.id).scalar_subquery()
    return int(session.scalars(select(func.count()).where(CartLine.cart_id == cart_id)).one())


def lines_in_cart(user_id: Any) -> ScalarSelect[Any]:
    """As `count_lines`, of an account: part of a query that reads the person anyway. NULL for who has no cart."""
    lines = select(func.count()).where(CartLine.cart_id == Cart.id).correlate(Cart).scalar_subquery()
    cart = select(lines).select_from(Cart).where(Cart.user_id == user_id, Cart.deal_id.is_(None))
    return cart.order_by(Cart.created_at, Cart.id).limit(1).correlate_except(Cart).scalar_subquery()


def voucher_wish(
    cart: Cart, *, user_id: UUID | None, email: str | None, now: datetime, even_if_empty: bool = False
) -> VoucherWish | None:
    """The vouchers of a cart for who is known to buy; None, and nothing is asked, for a cart without any."""
    if not cart.voucher_ids and not even_if_empty:
        return None
    return VoucherWish(cart.voucher_ids, now, buyer_key(user_id=user_id, email=email))


def buyer_of(cart: Cart) -> Buyer | None:
    """Whose prices and private goods count for a cart; a guest's has none."""
    owner = cart.user_id or cart.kept_for
    return Buyer(owner, cart.company_id) if owner else None


def is_of_shop(user_id: Any, organization_id: Any) -> Exists:
    """Whether somebody works for a shop, or buys for the company that it is: nobody buys from there."""
    return exists().where(Member.user_id == user_id, Member.organization_id == organization_id)


def is_address_of_shop(email: Any, organization_id: Any) -> Exists:
    """Whether a guest's e-mail address is that of somebody who is of the shop."""
    same = User.id == Member.user_id, User.email == func.lower(email)
    return exists().where(*same, Member.organization_id == organization_id)


def held_by_cart(session: Session, cart_id: UUID) -> dict[UUID, int]:
    """Units per variant that this cart's own unpaid checkout holds: they are not taken from its owner."""
    rows = session.execute(_HELD, {"cart_id": cart_id})
    return {variant_id: int(quantity) for variant_id, quantity in rows}


def held_of(cart_id: UUID) -> Select[UUID, int]:
    """What `held_by_cart` reads, to be asked together with something else."""
    return _HELD.params(cart_id=cart_id)
