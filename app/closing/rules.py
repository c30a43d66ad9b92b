"""Which gates there are and what each binds, who closes, and the life of a request to open a month again. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.errors import N_
from app.identity.rules.roles import ACCOUNTANT, OPERATOR
from app.states.edges import Axis, By, edge, table

CLOSERS = (OPERATOR, ACCOUNTANT)
REASON_LONGEST = 500
DECEMBER = "-12"


@dataclass(frozen=True)
class Gate:
    """One thing to look at. A binding one has to be in order before a month is closed for good; of the others, and before
    a month is closed for entries, somebody writes why it is closed all the same.

    `label` says what is so when it is in order, `path` is where to look.
    """

    key: str
    label: str
    path: str
    is_binding: bool = True


GATES = {
    gate.key: gate
    for gate in (
        Gate("compared", N_("Stripe, books and chain were compared after the month had ended"), "/books"),
        Gate("unmatched", N_("Nothing differs between Stripe, books and chain"), "/books"),
        Gate("exceptions", N_("No exception of this time is open"), "/books/exceptions"),
        Gate("drift", N_("Every address, Stripe and the bank hold what the books say"), "/books"),
        Gate("unposted", N_("All that happened is booked"), "/books"),
        Gate("unfinalized", N_("All that happened on the chain is final"), "/books"),
        Gate("payouts", N_("Each Stripe payout is the sum of what it pays out, and arrived as such"), "/books"),
        Gate("negative", N_("No account is below zero that must not be"), "/books/trial-balance?month={period}"),
        Gate(
            "unusual", N_("No other account is on its unusual side"), "/books/trial-balance?month={period}",
            is_binding=False,
        ),
        Gate("suspense", N_("Nothing of a cent or more is in suspense"), "/books/open-items?on={last_day}", is_binding=False),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """What makes a gate red: a payment, a transaction, an account."""

    kind: str
    name: str
    asset: str
    amount: int
    since: datetime | None = None
    path: str = ""
    """Where it has a page of its own."""


@dataclass(frozen=True)
class Result:
    """A gate as it stands: `count` things are not in order, some of them listed."""

    gate: Gate
    count: int
    items: tuple[Item, ...] = ()

    @property
    def is_clear(self) -> bool:
        return self.count == 0


def not_clear(results: Iterable[Result]) -> list[Result]:
    return [one for one in results if not one.is_clear]


def stopping(results: Iterable[Result]) -> list[Result]:
    """What stands between a month and its closing for good, whatever anybody writes."""
    return [one for one in not_clear(results) if one.gate.is_binding]


def counts(results: Sequence[Result]) -> dict[str, int]:
    """By gate, of those that are not clear: what is kept with a closing."""
    return {one.gate.key: one.count for one in not_clear(results)}


def month_after(period: str) -> str:
    year, number = map(int, period.split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def month_before(period: str) -> str:
    year, number = map(int, period.split("-"))
    return f"{year - (number == 1):04d}-{(number - 2) % 12 + 1:02d}"


ASKED, AGREED, REFUSED, WITHDRAWN, LAPSED = "asked", "agreed", "refused", "withdrawn", "lapsed"
REOPENING = Axis(
    "request to open a month again",
    "reopenings.state",
    "One person asks and says why, another one agrees or refuses. It lapses when the month is opened by another request.",
    table(
        edge(None, ASKED, "closing.ask_reopening", By.OPERATOR),
        edge(ASKED, AGREED, "closing.decide_reopening", By.OPERATOR),
        edge(ASKED, REFUSED, "closing.decide_reopening", By.OPERATOR),
        edge(ASKED, WITHDRAWN, "closing.decide_reopening", By.OPERATOR),
        edge(ASKED, LAPSED, "closing.decide_reopening", By.OPERATOR),
    ),
)
