"""The life of a request, of a shop that is asked, and of a version of a quote."""

from datetime import datetime
from enum import StrEnum

from app.rfqs.errors import NoDraft, QuoteIsOver, QuoteMoved, RequestDecided, RequestIsOver
from app.states.edges import Axis, By, edge, table

MOST_LINES, MOST_SHOPS, MOST_FILES = 500, 20, 4
MOST_RUNNING, MOST_VERSIONS, MOST_NOTES = 50, 30, 100
LONGEST_ASKING_DAYS, LONGEST_VALID_DAYS = 90, 180
LONGEST_TITLE, LONGEST_NOTE, LONGEST_TERMS, LONGEST_PLACE = 120, 4000, 8000, 120


class RfqState(StrEnum):
    """Closed: no shop that has not quoted may begin to; what was quoted can still be accepted."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DECIDED = "decided"
    CANCELED = "canceled"


class AskedState(StrEnum):
    """Waiting: the shop does not know yet."""

    WAITING = "waiting"
    TOLD = "told"
    QUOTED = "quoted"
    DECLINED = "declined"


class QuoteState(StrEnum):
    """The first two can be accepted in time; countered: the buyer asked for other terms."""

    SENT = "sent"
    COUNTERED = "countered"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_CHOSEN = "not_chosen"
    ACCEPTED = "accepted"


LIVE = (QuoteState.SENT, QuoteState.COUNTERED)
RUNNING = (RfqState.OPEN, RfqState.CLOSED)
REQUEST = Axis(
    "request for quotation",
    "rfqs.state",
    "What a buyer asks shops to quote. After its time no shop begins to quote; what was quoted can still be accepted, once.",
    table(
        edge(None, RfqState.DRAFT, "rfqs.keep_request", By.BUYER),
        edge(RfqState.DRAFT, RfqState.OPEN, "rfqs.send_request", By.BUYER),
        edge(RfqState.OPEN, RfqState.CLOSED, "rfqs.send_request", By.CLOCK),
        edge(RUNNING, RfqState.DECIDED, "rfqs.answer_quote", By.BUYER),
        edge((RfqState.DRAFT, *RUNNING), RfqState.CANCELED, "rfqs.send_request", By.BUYER),
    ),
)
QUOTATION = Axis(
    "quote",
    "rfq_quotes.state",
    "One version of what a shop quotes; what it says never changes. At most one of a shop can be accepted at a time.",
    table(
        edge(None, QuoteState.SENT, "rfqs.send_quote", By.SELLER),
        edge(QuoteState.SENT, QuoteState.COUNTERED, "rfqs.answer_quote", By.BUYER),
        edge(LIVE, QuoteState.SUPERSEDED, "rfqs.send_quote", By.SELLER),
        edge(LIVE, QuoteState.WITHDRAWN, "rfqs.send_quote", By.SELLER),
        edge(LIVE, QuoteState.EXPIRED, "rfqs.answer_quote", By.CLOCK),
        edge(LIVE, QuoteState.NOT_CHOSEN, "rfqs.answer_quote", By.BUYER),
        edge(LIVE, QuoteState.NOT_CHOSEN, "rfqs.send_request", By.BUYER),
        edge(LIVE, QuoteState.ACCEPTED, "rfqs.answer_quote", By.BUYER),
    ),
)


def state_at(state: str, *, closes_at: datetime, now: datetime) -> RfqState:
    """What it is now, also when the job that writes it down has not come by yet."""
    is_late = state == RfqState.OPEN and closes_at <= now
    return RfqState.CLOSED if is_late else RfqState(state)


def quote_state_at(state: str, *, valid_until: datetime, now: datetime) -> QuoteState:
    is_late = QuoteState(state) in LIVE and valid_until <= now
    return QuoteState.EXPIRED if is_late else QuoteState(state)


def require_draft(state: str) -> None:
    """Raises NoDraft."""
    if state != RfqState.DRAFT:
        raise NoDraft


def require_running(state: RfqState) -> None:
    """Raises RequestDecided, RequestIsOver."""
    if state is RfqState.DECIDED:
        raise RequestDecided
    if state not in RUNNING:
        raise RequestIsOver


def require_quotable(state: RfqState, last: QuoteState | None) -> None:
    """After the deadline only a shop that was countered may answer. Raises RequestDecided, RequestIsOver."""
    require_running(state)
    if state is RfqState.CLOSED and last is not QuoteState.COUNTERED:
        raise RequestIsOver


def require_live(state: QuoteState) -> None:
    """Raises QuoteMoved for an old version, RequestDecided for what was decided, QuoteIsOver."""
    if state is QuoteState.SUPERSEDED:
        raise QuoteMoved
    if state in {QuoteState.NOT_CHOSEN, QuoteState.ACCEPTED}:
        raise RequestDecided
    if state not in LIVE:
        raise QuoteIsOver
