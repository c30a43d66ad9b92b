"""What may be booked by hand, and how opening balances become one balanced entry. Pure.

A market begins its books with what it owns and owes on a day before its own first entry; what assets and liabilities
leave is equity (IFRS for SMEs 2.15 and 2.22). Accounts that mirror Stripe, the chain or other people's money are never
opened by hand: their balances follow from what Stripe and the chain say. What companies owe and what sellers and buyers
are owed from before is entered by party, in accounts that nothing else posts to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.bookkeeping.errors import OpeningEmpty
from app.identity.rules.roles import ACCOUNTANT, OPERATOR
from app.ledger.chart import CHART, OWED_BY_BANK, RESERVE_ACCOUNTS, usd_account
from app.ledger.entries import Line
from app.states.edges import Axis, By, edge, table

BOOKKEEPERS = (OPERATOR, ACCOUNTANT)
BANK, CAPITAL = "1010", "3000"
OPENING = "opening_balances"
BANK_LINES = (
    *("gas_bought", "bank_difference", "exchange_difference"),
    *("float_bought", "float_sold", "float_revalued"),
)
HAND_EVENTS = ("capital_paid_in", "capital_paid_out", OPENING, "carried_paid", "carried_received", *BANK_LINES)
ROUNDING_CENTS = 1
"""What a bank's line may differ by and still be rounding; more is exchange."""
OPENED_BY_HAND = ("1010", "2300", "4100", "5100", "5110", "5120")
OWED_BY_COMPANIES, OWED_TO_SELLERS, OWED_TO_BUYERS = "1300", "2400", "2410"
BY_PARTY = (OWED_BY_COMPANIES, OWED_TO_SELLERS, OWED_TO_BUYERS)
"""Each party has an account of its own. What is in them is paid by bank, `settle_carried`."""
MOST_PARTIES = 2_000


@dataclass(frozen=True)
class PartyBalance:
    """US cents on the natural side of one party's account."""

    number: str
    owner: UUID
    cents: int


@dataclass(frozen=True)
class Opening:
    """US cents on each account's natural side, by its number, and by party; the capital is what they leave."""

    cents: Mapping[str, int]
    parties: Sequence[PartyBalance] = ()

    @property
    def capital(self) -> int:
        """Cents on the credit side; negative when more is owed than owned."""
        amounts = [*self.cents.items(), *((one.number, one.cents) for one in self.parties)]
        return sum(CHART[number].natural_side * cents for number, cents in amounts)

    def lines(self) -> tuple[Line, ...]:
        """The entry: accounts in order, parties in each, capital last. Raises OpeningEmpty."""
        amounts = [(usd_account(number), cents) for number, cents in self.cents.items()]
        amounts += [(usd_account(one.number, one.owner), one.cents) for one in self.parties]
        lines = [
            Line(account, CHART[account.number].natural_side * cents)
            for account, cents in sorted(amounts, key=lambda one: (one[0].number, str(one[0].owner)))
            if cents
        ]
        if not lines:
            raise OpeningEmpty
        return (*lines, Line(usd_account(CAPITAL), -self.capital)) if self.capital else tuple(lines)


ASKED, AGREED, REFUSED, WITHDRAWN = "asked", "agreed", "refused", "withdrawn"
REVERSAL = Axis(
    "reversal of a journal",
    "journal_reversals.state",
    "A journal that nobody booked by hand turns out wrong: one person asks to have it turned back and says why, another one "
    "agrees, which posts the opposite, or refuses.",
    table(
        edge(None, ASKED, "bookkeeping.ask_reversal", By.OPERATOR),
        edge(ASKED, AGREED, "bookkeeping.decide_reversal", By.OPERATOR),
        edge(ASKED, REFUSED, "bookkeeping.decide_reversal", By.OPERATOR),
        edge(ASKED, WITHDRAWN, "bookkeeping.decide_reversal", By.OPERATOR),
    ),
)
REASON_LONGEST = 500


def reserve_effect(lines: Iterable[Line]) -> int:
    """Cents by which an entry makes the reserve larger, or smaller."""
    return sum(line.amount for line in lines if line.account.number in (*RESERVE_ACCOUNTS, *OWED_BY_BANK))
