"""What may be booked by hand, and how opening balances become one balanced entry. Pure.

A market begins its books with what it owns and owes on a day before its own first entry; what assets and liabilities
leave is equity (IFRS for SMEs 2.15 and 2.22). Accounts that mirror Stripe, the chain or other people's money are never
opened by hand: their balances follow from what Stripe and the chain say.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.bookkeeping.errors import OpeningEmpty
from app.identity.rules.roles import ACCOUNTANT, AUDITOR, OPERATOR
from app.ledger.chart import CHART, usd_account
from app.ledger.entries import Line

BOOKKEEPERS = (OPERATOR, ACCOUNTANT)
READERS = (*BOOKKEEPERS, AUDITOR)
BANK, CAPITAL = "1010", "3000"
OPENING = "opening_balances"
HAND_EVENTS = ("capital_paid_in", "capital_paid_out", OPENING)
OPENED_BY_HAND = ("1010", "2300", "4100", "5100", "5110", "5120")


@dataclass(frozen=True)
class Opening:
    """US cents on each account's natural side, by its number; the capital is what they leave."""

    cents: Mapping[str, int]

    @property
    def capital(self) -> int:
        """Cents on the credit side; negative when more is owed than owned."""
        return sum(CHART[number].natural_side * cents for number, cents in self.cents.items())

    def lines(self) -> tuple[Line, ...]:
        """The entry: accounts in order, capital last. Raises OpeningEmpty."""
        lines = [
            Line(usd_account(number), CHART[number].natural_side * cents)
            for number, cents in sorted(self.cents.items())
            if cents
        ]
        if not lines:
            raise OpeningEmpty
        return (*lines, Line(usd_account(CAPITAL), -self.capital)) if self.capital else tuple(lines)
