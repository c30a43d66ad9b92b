"""How much may be owed, for how long, and how old a debt is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.credit.errors import (
    NoTerms,
    OverCreditLimit,
    TermsForOneShop,
    TermsOverdue,
    UnusableCreditLimit,
    UnusableDays,
    UnusableDueDay,
)
from app.credit.events import TermsMove
from app.money.amounts import usd
from app.orders.rules.pricing import PricedOrder
from app.states.edges import Axis, By, edge, table

DAYS = (7, 15, 30, 45, 60, 90)
LARGEST_LIMIT = 999_999_999  # US cents
LATEST_DUE = timedelta(days=365)
LONGEST_NOTE, LONGEST_REASON = 300, 300
ACTIVE, PAUSED = "active", "paused"


class DebtState(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    CANCELED = "canceled"
    SETTLED_OUTSIDE = "settled_outside"


GRANT = Axis(
    "terms",
    "credit_grants.state",
    "Whether a company may order on a seller's terms. It changes new orders only.",
    table(
        edge(None, ACTIVE, "credit.grant_terms", By.SELLER),
        edge(ACTIVE, PAUSED, "credit.grant_terms", By.SELLER),
        edge(PAUSED, ACTIVE, "credit.grant_terms", By.SELLER),
    ),
)
DEBT = Axis(
    "debt",
    "debts.state",
    "What a company owes for one order on terms. It follows the order: no act changes it by itself.",
    table(
        edge(None, DebtState.UNPAID, "credit.take_credit", By.BUYER),
        edge(DebtState.UNPAID, DebtState.PAID, "credit.handlers", By.NEWS),
        edge(DebtState.UNPAID, DebtState.CANCELED, "credit.handlers", By.BUYER, By.SELLER),
        edge(DebtState.UNPAID, DebtState.SETTLED_OUTSIDE, "credit.handlers", By.SELLER),
        edge(DebtState.PAID, DebtState.UNPAID, "credit.handlers", By.NEWS),  # the payment came to nothing
    ),
)


class Age(StrEnum):
    """Of a debt, by the days since it was to be paid."""

    NOT_DUE = "not_due"
    UP_TO_30 = "up_to_30"
    UP_TO_60 = "up_to_60"
    OVER_60 = "over_60"


LAST_DAY = {Age.NOT_DUE: 0, Age.UP_TO_30: 30, Age.UP_TO_60: 60}
"""The last day after the day to pay on which a debt is of that age."""


@dataclass(frozen=True)
class Credit:
    """What one seller lets one company owe, and what it owes already; US cents."""

    seller: str
    limit_cents: int
    days: int
    is_active: bool
    used_cents: int
    is_overdue: bool

    @property
    def left_cents(self) -> int:
        return max(self.limit_cents - self.used_cents, 0)

    def covers(self, cents: int) -> bool:
        return self.is_active and not self.is_overdue and cents <= self.left_cents


def terms_move(before: str, after: str) -> TermsMove:
    """What the company is told: that it may order on them again, not any more, or otherwise."""
    if before == after:
        return TermsMove.CHANGED
    return TermsMove.WITHDRAWN if after == PAUSED else TermsMove.GIVEN


def require_grant(limit_cents: int, days: int) -> None:
    """Raises UnusableCreditLimit, UnusableDays."""
    if not 100 <= limit_cents <= LARGEST_LIMIT:  # noqa: PLR2004 - said in the error
        raise UnusableCreditLimit(field="limit", most=usd(LARGEST_LIMIT))
    if days not in DAYS:
        raise UnusableDays(field="days")


def require_owable(orders: Sequence[PricedOrder]) -> PricedOrder:
    """The one order. Raises TermsForOneShop."""
    if len(orders) != 1:
        raise TermsForOneShop
    return orders[0]


def require_covered(credit: Credit, cents: int) -> None:
    """Raises NoTerms, TermsOverdue, OverCreditLimit."""
    if not credit.is_active:
        raise NoTerms(seller=credit.seller)
    if credit.is_overdue:
        raise TermsOverdue(seller=credit.seller)
    if cents > credit.left_cents:
        raise OverCreditLimit(seller=credit.seller, left=usd(credit.left_cents), limit=usd(credit.limit_cents))


def require_later(due_on: date, *, now_due: date, today: date) -> None:
    """More time is given, never taken. Raises UnusableDueDay."""
    if not max(now_due, today) < due_on <= today + LATEST_DUE:
        raise UnusableDueDay(field="due_on")


def age_at(due_on: date, today: date) -> Age:
    days = (today - due_on).days
    return next((age for age, last in LAST_DAY.items() if days <= last), Age.OVER_60)
