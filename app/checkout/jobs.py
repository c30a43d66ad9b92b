"""Background work of carts."""

from datetime import UTC, datetime

from app.checkout.actions.forget_carts import forget_left_carts
from app.db.session import in_transaction


def drop_left_carts() -> None:
    """Delete carts nobody comes back to, some in each transaction."""
    now = datetime.now(UTC)
    while in_transaction(lambda session: forget_left_carts(session, now)):
        pass


JOBS = {"checkout.drop_left_carts": drop_left_carts}
PERIODIC = {"checkout.drop_left_carts": "41 3 * * *"}
