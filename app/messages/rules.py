"""Pure rules of messages: sides, who answers, how much may be written, and what becomes of a report."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from app.errors import N_
from app.identity.rules.roles import SELLING, STOCKING
from app.messages.errors import (
    AwaitAnswer,
    ReportDecided,
    TheyHaveBlocked,
    ThreadClosed,
    ThreadErased,
    TooManyThreads,
    YouHaveBlocked,
)

BUYER, SHOP = "buyer", "shop"
LISTING, ORDER = "listing", "order"
ANSWERING = {LISTING: SELLING, ORDER: STOCKING}
"""Who of a shop reads and answers, by what the thread is about."""

LONGEST = 4000
MOST_UNANSWERED = 5
UNANSWERED_PAUSE = timedelta(days=1)
MOST_NEW_THREADS = 10
NEW_THREADS_WITHIN = timedelta(days=1)
MOST_FILES = 4
CONTEXT = 3
"""So many messages before and after a reported one are shown to who decides, and no more."""

OPEN, DISMISSED, WARNED, CLOSED = "open", "dismissed", "warned", "closed"
DECISIONS = (DISMISSED, WARNED, CLOSED)
REPORT_STATES = (OPEN, *DECISIONS)
REASONS = {
    "abuse": N_("Insults, threats or hate"),
    "fraud": N_("Wants to be paid outside the market, or to cheat"),
    "spam": N_("Advertising, or the same again and again"),
    "private": N_("Tells or asks for private data"),
    "other": N_("Something else"),
}
WARNING, DECIDED = "messages.warned", "messages.decided"
WRITTEN = {LISTING: "messages.listing", ORDER: "messages.order"}
NEWS = {
    WRITTEN[LISTING]: N_("%(who)s wrote to you about “%(about)s”."),
    WRITTEN[ORDER]: N_("%(who)s wrote to you about order %(about)s."),
    WARNING: N_("The market warns you because of a message you wrote about %(about)s."),
    DECIDED: N_("The market has looked at the message about %(about)s that you reported."),
}


def title_for(titles: Mapping[str, str], locale: str) -> str:
    """The subject's name for readers of `locale`: theirs, else English, else any."""
    return titles.get(locale) or titles.get("en") or next(iter(titles.values()), "")


def path_of(side: str, thread_id: object) -> str:
    """Where a side reads a thread; news and mails lead there."""
    return f"/messages/{thread_id}" if side == BUYER else f"/desk/messages/{thread_id}"


def other(side: str) -> str:
    return SHOP if side == BUYER else BUYER


def require_open(*, closed_at: datetime | None, erased_at: datetime | None) -> None:
    """Raises ThreadErased or ThreadClosed."""
    if erased_at is not None:
        raise ThreadErased(field="body")
    if closed_at is not None:
        raise ThreadClosed(field="body")


def require_unblocked(side: str, blocked_by: Collection[str], *, is_running: bool) -> None:
    """Goods and money that are under way have to be talked about. Raises YouHaveBlocked or TheyHaveBlocked."""
    if is_running or not blocked_by:
        return
    raise YouHaveBlocked(field="body") if side in blocked_by else TheyHaveBlocked(field="body")


def require_answer(unanswered: int, last_at: datetime, now: datetime) -> None:
    """So many messages in a row, then a pause. Raises AwaitAnswer."""
    if unanswered >= MOST_UNANSWERED and now < last_at + UNANSWERED_PAUSE:
        raise AwaitAnswer(field="body", count=unanswered, at=last_at + UNANSWERED_PAUSE)


def require_few_threads(started: Collection[datetime]) -> None:
    """`started`: when the buyer's newest threads about goods were, within the time that counts. Raises TooManyThreads."""
    if len(started) >= MOST_NEW_THREADS:
        raise TooManyThreads(field="body", count=len(started), at=min(started) + NEW_THREADS_WITHIN)


def require_undecided(state: str, decision: str) -> None:
    """Raises ReportDecided."""
    if state != OPEN or decision not in DECISIONS:
        raise ReportDecided
