"""What was typed in checkout is kept with the cart, so that nothing is lost on the way."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import cast, func, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.checkout.errors import NotInCart
from app.checkout.models import Cart


def keep_draft(session: Session, cart_id: UUID, part: str, content: Mapping[str, Any]) -> None:
    """Replace one part (`contact`, `address`, `shipping`) of the draft. Raises NotInCart when the cart is gone."""
    changed = session.scalar(
        update(Cart)
        .where(Cart.id == cart_id)
        .values(
            draft=Cart.draft.op("||")(func.jsonb_build_object(part, cast(dict(content), JSONB))),
            updated_at=func.clock_timestamp(),
        )
        .returning(Cart.id)
    )
    if changed is None:
        raise NotInCart
