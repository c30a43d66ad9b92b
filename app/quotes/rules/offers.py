"""The life of an offer: two sides take turns; only what lies on the table last can be accepted, and only in time."""

from datetime import datetime
from enum import StrEnum

from app.money.amounts import Money
from app.quotes.errors import NotYourTurn, OfferIsOver, OfferMoved, OfferTooHigh, PriceTooLow, TooManyRounds
from app.states.edges import Axis, By, edge, table

MOST_ROUNDS = 10
MOST_RUNNING = 50
"""Offers of one buyer that wait at the same time."""


class Side(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"

    @property
    def other(self) -> "Side":
        return Side.SELLER if self is Side.BUYER else Side.BUYER


class OfferState(StrEnum):
    """The first two wait for somebody."""

    TO_SELLER = "to_seller"
    TO_BUYER = "to_buyer"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class OfferFact(StrEnum):
    """What can happen to an offer; the values stand in `offer_events.kind`."""

    MADE = "made"
    COUNTERED = "countered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


WAITING = (OfferState.TO_SELLER, OfferState.TO_BUYER)
OFFER = Axis(
    "offer",
    "offers.state",
    "Two sides take turns; only what lies on the table last can be accepted, and only in time.",
    table(
        edge(None, OfferState.TO_SELLER, "quotes.make_offer", By.BUYER),
        edge(OfferState.TO_SELLER, OfferState.TO_BUYER, "quotes.make_offer", By.SELLER),
        edge(OfferState.TO_BUYER, OfferState.TO_SELLER, "quotes.make_offer", By.BUYER),
        edge(OfferState.TO_SELLER, OfferState.ACCEPTED, "quotes.answer_offer", By.SELLER),
        edge(OfferState.TO_BUYER, OfferState.ACCEPTED, "quotes.answer_offer", By.BUYER),
        edge(OfferState.TO_SELLER, OfferState.DECLINED, "quotes.answer_offer", By.SELLER),
        edge(OfferState.TO_BUYER, OfferState.DECLINED, "quotes.answer_offer", By.BUYER),
        edge(OfferState.TO_SELLER, OfferState.WITHDRAWN, "quotes.answer_offer", By.BUYER),
        edge(OfferState.TO_BUYER, OfferState.WITHDRAWN, "quotes.answer_offer", By.SELLER),
        edge(WAITING, OfferState.EXPIRED, "quotes.expire_offer", By.CLOCK),
    ),
)
_TURN = {OfferState.TO_SELLER: Side.SELLER, OfferState.TO_BUYER: Side.BUYER}
_WAITS_FOR = {Side.SELLER: OfferState.TO_SELLER, Side.BUYER: OfferState.TO_BUYER}


def turn(state: OfferState) -> Side | None:
    """Who has to answer; None when it is over."""
    return _TURN.get(state)


def waiting_for(side: Side) -> OfferState:
    return _WAITS_FOR[side]


def state_at(state: str, *, expires_at: datetime, now: datetime) -> OfferState:
    """What it is now, also when the job that writes it down has not come by yet."""
    is_late = OfferState(state) in WAITING and expires_at <= now
    return OfferState.EXPIRED if is_late else OfferState(state)


def require_turn(state: OfferState, side: Side) -> None:
    """Raises OfferIsOver, NotYourTurn."""
    if state not in WAITING:
        raise OfferIsOver
    if turn(state) is not side:
        raise NotYourTurn


def require_own_turn_over(state: OfferState, side: Side) -> None:
    """What one has put on the table oneself can be taken back as long as the other side has not answered."""
    if state not in WAITING:
        raise OfferIsOver
    if turn(state) is side:
        raise NotYourTurn


def require_latest(seen: int, latest: int) -> None:
    """`seen` is the round that stood on the page. Raises OfferMoved."""
    if seen != latest:
        raise OfferMoved


def require_another_round(latest: int) -> None:
    if latest >= MOST_ROUNDS:
        raise TooManyRounds(most=MOST_ROUNDS)


def require_sensible(price: Money, asked: Money, *, cents: int) -> None:
    """`price` of one against the price it has without an offer; `cents` is what all of it comes to."""
    if price.minor <= 0 or cents < 1:
        raise PriceTooLow(field="price")
    if price.minor >= asked.minor:
        raise OfferTooHigh(field="price", price=asked)
