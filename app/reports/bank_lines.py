"""A seller's balance as an account at a bank: what accounting programs read. Pure.

The balance is kept in parts of a cent; such programs count cents. Each line moves the balance from whole cents to whole
cents, so that opening, lines and closing always add up, and no cent is made or lost over time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.money.amounts import whole_cents
from app.reports.rules import SettlementLine


@dataclass(frozen=True)
class BankLine:
    """`cents` are those that came, or negative that went. `reference` is the order, as people say it, where there is one."""

    on: date
    cents: int
    reference: str
    words: str
    journal: str

    @property
    def description(self) -> str:
        return f"{self.words} · {self.reference}" if self.reference else self.words


def bank_lines(lines: Iterable[SettlementLine]) -> Iterator[BankLine]:
    """Those that move a cent; what stays in escrow or went to an own wallet moves none of the balance."""
    for line in lines:
        cents = whole_cents(line.balance_after) - whole_cents(line.balance_before)
        if cents:
            on = date.fromisoformat(line.settled_on[:10])
            yield BankLine(on, cents, line.order_number, line.kind, line.journal)
