"""Who is asking as a buyer. Nothing that is made for such a buyer may come from what is kept for everybody."""

from app.catalog.queries.private import sees_private
from app.db.session import reading
from app.identity.current import current_account
from app.pricing.queries import Buyer


def current_buyer() -> Buyer | None:
    """The signed-in person; None for a guest, who pays what everybody sees."""
    account = current_account()
    return Buyer(account.id) if account else None


def buyer_of_private() -> Buyer | None:
    """The signed-in person, if some goods are on sale to their groups only; everybody else sees the same market."""
    buyer = current_buyer()
    if buyer is None:
        return None
    with reading() as session:
        return buyer if sees_private(session, buyer) else None
