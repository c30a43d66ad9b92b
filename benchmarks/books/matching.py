"""What the three-way match costs beside a bare join of what it matches: of a whole month, and of what came since."""

from datetime import UTC, datetime

from app.embedded.postgres import EmbeddedPostgres
from benchmarks.books.ledger import empty_ledger
from tests.planted.play import LATER_MATCH, WHOLE, Plan, Verdict, newest_month, play

NAME = "matched"
FAULTS = 80
LATER_ORDERS = 100
"""About a thousand rows of Stripe, books and chain."""


def matched_month(server: EmbeddedPostgres, *, orders: int) -> Verdict:
    """Of a month with faults in it, each of which must be found: raises RuntimeError when one is not."""
    plan = Plan(orders, 1, newest_month(datetime.now(UTC).date()), FAULTS, LATER_ORDERS)
    with empty_ledger(server, NAME) as name:
        verdict = play(plan, server.url_of(name), server.superuser_at(name), lambda _words: None)
    if verdict.problems:
        raise RuntimeError("the match is wrong: " + "; ".join(verdict.problems))
    return verdict


def new_rows(verdict: Verdict) -> int:
    """That came after the month was matched."""
    return verdict.sizes[LATER_MATCH] - verdict.sizes[WHOLE]
