"""Making a cart hold just what a program says, in one go."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.catalog.errors import VariantNotFound
from app.catalog.models import Variant
from app.checkout.actions.change_cart import MAX_LINES
from app.checkout.errors import CartIsFull
from app.checkout.models import Cart, CartLine


def new_cart(session: Session, draft: Mapping[str, Any]) -> Cart:
    """Nobody's yet: who has its token has it."""
    cart = Cart(token=secrets.token_urlsafe(24), draft=dict(draft), lines=[])
    session.add(cart)
    session.flush()
    return cart


def fill_cart(session: Session, cart_id: UUID, wants: Mapping[UUID, int], now: datetime) -> None:
    """The goods of the cart are now these, in this order. Lock the cart before, unless it is new.

    What exists but cannot be ordered as asked is said by the priced cart. Raises VariantNotFound and CartIsFull.
    """
    if len(wants) > MAX_LINES:
        raise CartIsFull(field="lines", most=MAX_LINES)
    known = set(session.scalars(select(Variant.id).where(Variant.id.in_(wants))))
    if len(known) < len(wants):
        raise VariantNotFound(field="lines")
    session.execute(delete(CartLine).where(CartLine.cart_id == cart_id))
    if wants:
        lines = [
            {"cart_id": cart_id, "variant_id": variant_id, "quantity": quantity, "added_at": now}
            for variant_id, quantity in wants.items()
        ]
        session.execute(insert(CartLine), lines)
