"""What a party with an own wallet signs about an order."""

from typing import Any

from sqlalchemy.orm import Session

from app.money.amounts import UNITS_PER_CENT
from app.orders.actions.release_part import due_cents
from app.orders.models import Order
from app.orders.queries import chain_now
from app.settlement.actions.exit_leg import exit_message

VALID_SECONDS = 3600


def to_sign(
    session: Session, order: Order, act: str, *, cents: int | None = None, part: int | None = None
) -> dict[str, Any]:
    """`{document, deadline}`, as EIP-712 and by the chain's clock. `cents` of a refund, `part` of a release; None for all that is left.

    Raises EscrowNotFound, PartNotDue, NotEnoughInEscrow.
    """
    if act == "release" and part is not None:
        cents = due_cents(session, order, part)
    elif act != "refund":
        cents = None
    deadline = int(chain_now(session).timestamp()) + VALID_SECONDS
    units = None if cents is None else cents * UNITS_PER_CENT
    return {"document": exit_message(session, order.id, act, deadline=deadline, units=units), "deadline": deadline}
