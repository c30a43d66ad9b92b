"""What private persons may put on sale: little before anybody has looked at them, and not as a trade (decision 0016)."""

from datetime import date

from app.catalog.errors import BecomeTrader, TooDearUnseen, TooManyUnseen
from app.money.amounts import usd

MOST_UNSEEN = 10
DEAREST_UNSEEN_CENTS = 50_000


def require_trusted(*, is_unseen: bool, on_sale: int, dearest_cents: int) -> None:
    """Until the operator has looked: a few things, none of them dear. Raises TooManyUnseen, TooDearUnseen."""
    if not is_unseen:
        return
    if dearest_cents > DEAREST_UNSEEN_CENTS:
        raise TooDearUnseen(field="price", most=usd(DEAREST_UNSEEN_CENTS))
    if on_sale >= MOST_UNSEEN:
        raise TooManyUnseen(most=MOST_UNSEEN)


def require_private(*, kind: str, limit_reached_on: date | None, today: date) -> None:
    """Whoever sold a year's worth of a trade is asked to become a trader; the next year begins anew. Raises BecomeTrader."""
    if kind == "private_person" and limit_reached_on is not None and limit_reached_on.year == today.year:
        raise BecomeTrader
