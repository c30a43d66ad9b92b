"""The trial balance of any month: of a closed one from its snapshot, of any other from the newest snapshot before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.ledger.chart import CHART
from app.ledger.sql_files import statement


@dataclass(frozen=True)
class TrialLine:
    """One account in one asset, owners added up, in the asset's smallest unit. `opening` and `closing` are debit positive."""

    number: str
    asset: str
    opening: int
    debits: int
    credits: int
    closing: int
    owner_count: int = 0

    @property
    def name(self) -> str:
        """For translators."""
        return CHART[self.number].name


def trial_balance(session: Session, period: str) -> list[TrialLine]:
    """By account number and asset. An account that was empty all month is left out."""
    rows = session.execute(statement("trial_balance"), {"period": period})
    return [
        TrialLine(
            row.number,
            row.asset,
            int(row.opening),
            int(row.debits),
            int(row.credits),
            int(row.closing),
            int(row.owner_count),
        )
        for row in rows
    ]


def sides(signed: int) -> tuple[int, int]:
    """(debit, credit) of a signed amount."""
    return max(signed, 0), max(-signed, 0)


def total(lines: Sequence[TrialLine], asset: str) -> tuple[int, int, int, int, int, int]:
    """Opening, moved and closing, debit and credit each, of all accounts in one asset: every pair is the same twice."""
    own = [line for line in lines if line.asset == asset]
    return (
        sum(sides(line.opening)[0] for line in own),
        sum(sides(line.opening)[1] for line in own),
        sum(line.debits for line in own),
        sum(line.credits for line in own),
        sum(sides(line.closing)[0] for line in own),
        sum(sides(line.closing)[1] for line in own),
    )
