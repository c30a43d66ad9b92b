"""What the tests of the books share: amounts up to far beyond any supply, references, an in-memory book."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import strategies as st

from app.ledger.chart import CHART, TOKEN, USD, AccountRef
from app.ledger.entries import JournalEntry, LogRef

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
cents = st.integers(1, 2**200)
units = st.integers(1, 2**200)
bps = st.integers(0, 10_000)


def log_ref(index: int = 0, at: datetime = AT) -> LogRef:
    """A log nobody else stands at."""
    return LogRef(31337, 7, uuid4().bytes * 2, uuid4().bytes * 2, index, at)


def sums(entry: JournalEntry) -> Counter[str]:
    """Sum of the lines per asset; all zero in a balanced journal."""
    total: Counter[str] = Counter({USD: 0, TOKEN: 0})
    for line in entry.lines:
        total[line.account.asset] += line.amount
    return total


class Book:
    """Accounts in memory, with the same refusals as the database's triggers."""

    def __init__(self) -> None:
        self.balances: Counter[AccountRef] = Counter()
        self.totals: Counter[tuple[str, str]] = Counter()

    def post(self, entry: JournalEntry) -> None:
        assert set(sums(entry).values()) == {0}, entry
        assert all(line.amount for line in entry.lines)
        for line in entry.lines:
            self.balances[line.account] += line.amount
            self.totals[line.account.number, line.account.asset] += line.amount

    def of(self, number: str, asset: str, owner: UUID | None = None) -> int:
        """On the natural side; without owner the sum over all."""
        amount = self.balances[AccountRef(number, asset, owner)] if owner else self.totals[number, asset]
        return CHART[number].natural_side * amount

    def overdrawn(self) -> list[AccountRef]:
        return [
            ref
            for ref, amount in self.balances.items()
            if not CHART[ref.number].may_go_negative and amount * CHART[ref.number].natural_side < 0
        ]
