"""Putting many goods into a cart in one statement."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.checkout.models import CartLine


def put_many(session: Session, cart_id: UUID, wants: Mapping[UUID, int], *, now: datetime, most: int) -> int:
    """As many of `wants`, in their order, as a cart of `most` different goods has room for; gives how many went in.

    Of goods that are in the cart already the larger quantity stays. Lock the cart before. What cannot be ordered, goods of the own shop among it, is said by the cart.
    """
    known = set(session.scalars(select(CartLine.variant_id).where(CartLine.cart_id == cart_id)))
    room = most - len(known)
    taken: dict[UUID, int] = {}
    for variant_id, quantity in wants.items():
        if variant_id in known or room > 0:
            taken[variant_id] = quantity
            room -= variant_id not in known
    if not taken:
        return 0
    wanted = upsert(CartLine).values(
        [
            {"cart_id": cart_id, "variant_id": variant_id, "quantity": quantity, "added_at": now}
            for variant_id, quantity in taken.items()
        ]
    )
    larger = func.greatest(CartLine.quantity, wanted.excluded.quantity)
    session.execute(wanted.on_conflict_do_update(index_elements=["cart_id", "variant_id"], set_={"quantity": larger}))
    return len(taken)
