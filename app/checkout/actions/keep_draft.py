"""What was typed in checkout is kept with the cart, so that nothing is lost on the way."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.checkout.actions.change_cart import lock_cart


def keep_draft(session: Session, cart_id: UUID, part: str, content: Mapping[str, Any]) -> None:
    """Replace one part (`contact`, `address`, `shipping`) of the draft. Raises NotInCart when the cart is gone."""
    cart = lock_cart(session, cart_id)
    cart.draft = {**cart.draft, part: dict(content)}
