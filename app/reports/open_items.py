"""Open items: behind the balance of each receivable and liability, what it is made of and how old that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.errors import N_
from app.identity.actor import Actor, market_role
from app.identity.errors import BooksReaderNeeded
from app.identity.rules.roles import READING_BOOKS
from app.ledger.chart import CHART, DECIMALS
from app.reports.queries import statement
from app.reports.rules import decimal_text as exact

NUMBERS = (
    "1105",
    "1110",
    "1120",
    "1300",
    "1310",
    "2100",
    "2110",
    "2120",
    "2150",
    "2200",
    "2210",
    "2310",
    "2320",
    "2400",
    "2410",
    "2900",
)
OWN_WALLETS = "own wallets"
"""The item of what belongs to all wallets that are nobody's shop."""
MEANINGS = {
    "account": "Number of the account.",
    "account_name": "What it is.",
    "item": N_("The id of the order, shop, payment or redemption it is about."),
    "about": N_("The order, shop or buyer by the name or number people use."),
    "asset": "What the amount is counted in.",
    "amount": N_("What of the account's balance is open for it, on the account's natural side."),
    "since": N_("When the oldest of it happened."),
    "age_days": N_("Whole days from then to the end of the day of the report."),
}
"""Those marked for translators are printed."""
COLUMNS = tuple(MEANINGS)


@dataclass(frozen=True)
class OpenItem:
    """`amount` on the account's natural side, in the asset's smallest unit; `age_days` counted to the asked moment."""

    number: str
    asset: str
    item: str
    about: str
    amount: int
    since: datetime
    age_days: int


@dataclass(frozen=True)
class OpenAccount:
    """One account in one asset: its balance, summed apart from its items."""

    number: str
    asset: str
    balance: int
    items: Sequence[OpenItem]

    @property
    def name(self) -> str:
        """For translators."""
        return CHART[self.number].name

    @property
    def difference(self) -> int:
        """What the items do not explain: nothing, or the books are wrong."""
        return self.balance - sum(one.amount for one in self.items)


def open_accounts(session: Session, actor: Actor, *, before: datetime) -> list[OpenAccount]:
    """Every account that is not empty before that moment. Raises BooksReaderNeeded for others than the market's readers."""
    if not market_role(actor, *READING_BOOKS):
        raise BooksReaderNeeded
    return open_accounts_before(session, before)


def open_accounts_before(session: Session, before: datetime) -> list[OpenAccount]:
    """As `open_accounts`, for who was found to be allowed to read them."""
    values = {"numbers": list(NUMBERS), "before": before}
    items = [
        OpenItem(row.number, row.asset, row.item, row.about, int(row.amount), row.since, (before - row.since).days)
        for row in session.execute(statement("open_items"), values)
    ]
    by_account = {key: list(group) for key, group in groupby(items, key=lambda one: (one.number, one.asset))}
    balances = session.execute(statement("account_balances_before"), values)
    return [
        OpenAccount(row.number, row.asset, int(row.balance), by_account.get((row.number, row.asset), []))
        for row in balances
        if row.balance or (row.number, row.asset) in by_account
    ]


def lines(accounts: Sequence[OpenAccount], *, time_zone: str) -> Iterator[tuple[str, ...]]:
    """As rows of `COLUMNS`, amounts as exact decimals, moments by the clock of the market."""
    zone = ZoneInfo(time_zone)
    for account in accounts:
        for one in account.items:
            since = one.since.astimezone(zone).isoformat(timespec="seconds")
            yield (
                account.number, account.name, one.item, one.about, one.asset, decimal_text(one.amount, one.asset),
                since, str(one.age_days),
            )  # fmt: skip


def decimal_text(amount: int, asset: str) -> str:
    """`1234.50` or `1234.500000`: what a spreadsheet reads as a number."""
    return exact(amount, DECIMALS[asset])
