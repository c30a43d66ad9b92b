"""Making a cart hold just what a program says, in one go."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.catalog.errors import VariantNotFound
from app.catalog.queries.private import known_to
from app.checkout.models import Cart, CartLine
from app.checkout.queries.carts import buyer_of


def fill_cart(session: Session, cart_id: UUID, wants: Mapping[UUID, int], now: datetime) -> None:
    """The goods of the cart are now these, at most `MAX_LINES`. Lock the cart before, unless it is new.

    What exists but cannot be ordered as asked is said by the priced cart. Raises VariantNotFound.
    """
    if len(known_to(session, buyer_of(session.get_one(Cart, cart_id)), wants)) < len(wants):
        raise VariantNotFound(field="lines")
    session.execute(delete(CartLine).where(CartLine.cart_id == cart_id))
    if wants:
        lines = [
            {"cart_id": cart_id, "variant_id": variant_id, "quantity": quantity, "added_at": now}
            for variant_id, quantity in wants.items()
        ]
        session.execute(insert(CartLine), lines)
