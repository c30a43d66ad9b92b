"""Trial balances as accountants take them away: by account, and account by account with whose each is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import N_
from app.ledger.chart import DECIMALS
from app.ledger.trial_balance import TrialLine, sides, total
from app.reports.open_items import decimal_text
from app.reports.queries import statement

MEANINGS = {
    "account": N_("Number of the account."),
    "account_name": N_("What it is."),
    "asset": "What amounts are counted in: US dollars, the token, or the chain's own coin; they never mix in one account.",
    "owner": "Whose part of the account it is; empty where it is nobody's in particular.",
    "about": "That order, shop, company, buyer or country by name.",
    "opening_debit": N_("What the account began the month with, when that is a debit."),
    "opening_credit": N_("The same, when it is a credit."),
    "debits": N_("Debits of the month."),
    "credits": N_("Credits of the month."),
    "closing_debit": N_("What the account ended the month with, when that is a debit."),
    "closing_credit": N_("The same, when it is a credit."),
}
"""Those marked for translators are printed."""
COLUMNS = tuple(name for name in MEANINGS if name not in ("owner", "about"))
OWNER_COLUMNS = tuple(MEANINGS)


@dataclass(frozen=True)
class OwnerLine(TrialLine):
    """A part of an account, and whose it is."""

    owner: str = ""
    about: str = ""


def owner_lines(
    session: Session, period: str, number: str | None = None, *, most: int | None = None
) -> list[OwnerLine]:
    """Of all accounts or one, the first `most` of them."""
    values = {"period": period, "number": number, "most": most}
    return [
        OwnerLine(
            row.number,
            row.asset,
            int(row.opening),
            int(row.debits),
            int(row.credits),
            int(row.closing),
            owner=row.owner,
            about=row.about,
        )
        for row in session.execute(statement("trial_balance_owners"), values)
    ]


def assets(lines: Sequence[TrialLine]) -> list[str]:
    """In the order of the books: dollars, tokens, the chain's coin."""
    found = {line.asset for line in lines}
    return [asset for asset in DECIMALS if asset in found]


def rows(lines: Sequence[TrialLine]) -> Iterator[tuple[str, ...]]:
    """As `COLUMNS`, a total after the accounts of each asset."""
    for asset in assets(lines):
        for line in lines:
            if line.asset == asset:
                yield line.number, line.name, asset, *_texts(_amounts(line), asset)
        yield "total", "", asset, *_texts(total(lines, asset), asset)


def owner_rows(lines: Sequence[OwnerLine]) -> Iterator[tuple[str, ...]]:
    """As `OWNER_COLUMNS`."""
    for line in lines:
        yield line.number, line.name, line.asset, line.owner, line.about, *_texts(_amounts(line), line.asset)


def _amounts(line: TrialLine) -> tuple[int, ...]:
    return *sides(line.opening), line.debits, line.credits, *sides(line.closing)


def _texts(amounts: Sequence[int], asset: str) -> Iterator[str]:
    return (decimal_text(amount, asset) for amount in amounts)
