"""When an order can be rated, and when a rating is shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.orders.rules.status import FactKind, FulfillmentStatus, SettlementStatus
from app.orders.rules.story import Story
from app.ratings.errors import RatingShown, RatingTooEarly, RatingTooLate, UnusableStars

OPEN_FOR = timedelta(days=14)
LEAST, MOST = 1, 5
LONGEST_TEXT = 1_000


class Side(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"

    @property
    def other(self) -> "Side":
        return Side.SELLER if self is Side.BUYER else Side.BUYER


def over_since(story: Story) -> datetime | None:
    """When the last of the money left escrow, for good; None while any is held, and where nothing was ever sent.

    An order that was canceled before it left is no trade that anybody could rate.
    """
    settlement, fulfillment = story.axes.settlement, story.axes.fulfillment
    went = [story.last(kind) for kind in (FactKind.LEG_RELEASED, FactKind.LEG_REFUNDED)]
    moments = [fact.at for fact in went if fact is not None]
    is_over = settlement in (SettlementStatus.RELEASED, SettlementStatus.SPLIT, SettlementStatus.REFUNDED)
    was_sent = fulfillment in (FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED)
    return max(moments) if moments and is_over and was_sent else None


def closes_at(over: datetime) -> datetime:
    return over + OPEN_FOR


def require_open(over: datetime | None, now: datetime) -> datetime:
    """Until when the order can be rated. Raises RatingTooEarly, RatingTooLate."""
    if over is None:
        raise RatingTooEarly
    if now >= closes_at(over):
        raise RatingTooLate
    return closes_at(over)


def require_hidden(*, is_shown: bool) -> None:
    if is_shown:
        raise RatingShown


def require_stars(stars: int) -> None:
    if not LEAST <= stars <= MOST:
        raise UnusableStars(field="stars")


@dataclass(frozen=True)
class Record:
    """All ratings of one party: how many, and the sum of their stars."""

    count: int
    stars: int

    @property
    def tenths(self) -> int:
        """The mean in tenths of a star, rounded half up, so that 4.95 shows as 5.0; zero without ratings."""
        return (20 * self.stars + self.count) // (2 * self.count) if self.count else 0
