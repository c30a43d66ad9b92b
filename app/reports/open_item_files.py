"""Open items as files."""

from collections.abc import Iterator, Sequence
from typing import IO

from app.errors import N_
from app.notify.words import in_language
from app.reports.files import Book, csv_file, workbook_file
from app.reports.open_items import COLUMNS, MEANINGS, OWN_WALLETS, OpenAccount, decimal_text, lines
from app.reports.rules import Period
from app.reports.tables.printing import Part, printed, require_printable
from app.reports.tables.shape import Column, Kind
from app.reports.tables.telling import days_told, grouped, told

_AMOUNT, _SINCE, _AGE = (COLUMNS.index(name) for name in ("amount", "since", "age_days"))
_PRINTED = (
    Column("about", N_("About"), MEANINGS["about"], words={OWN_WALLETS: N_("Own wallets, all together")}),
    Column("since", N_("Since"), MEANINGS["since"], Kind.MOMENT),
    Column("age_days", N_("Age in days"), MEANINGS["age_days"], Kind.COUNT),
    Column("amount", N_("Amount"), MEANINGS["amount"], Kind.AMOUNT),
    Column("item", N_("Which"), MEANINGS["item"]),
)
"""Each account has a table."""
_PRINTED_WIDTHS = (90, 32, 24, 45, 40)


def open_items_csv(accounts: Sequence[OpenAccount], *, time_zone: str) -> IO[bytes]:
    """After the items of an account a line with its balance. Raises NoRoomForFile."""

    def rows() -> Iterator[Sequence[str]]:
        yield COLUMNS
        for account in accounts:
            yield from lines([account], time_zone=time_zone)
            yield _balance(account)

    return csv_file(rows())


def _balance(account: OpenAccount) -> tuple[str, ...]:
    amount = decimal_text(account.balance, account.asset)
    return account.number, account.name, "balance", "", account.asset, amount, "", ""


def open_items_title(whose: str, period: Period) -> str:
    return f"Open items · {whose} · end of {period.last} ({period.time_zone})"


def open_items_xlsx(accounts: Sequence[OpenAccount], *, title: str, time_zone: str) -> IO[bytes]:
    """A workbook whose amounts and moments can be counted with. Raises NoRoomForFile."""

    def fill(book: Book) -> None:
        sheet = book.sheet("Open items", widths=[20] * len(COLUMNS), frozen=2)
        sheet.add([title], bold=True)
        sheet.add(COLUMNS, bold=True)
        for account in accounts:
            for row in lines([account], time_zone=time_zone):
                sheet.add(row, numbers={_AMOUNT, _AGE}, moments={_SINCE})
            sheet.add(_balance(account), numbers={_AMOUNT}, bold=True)
        meanings = book.sheet("Columns", widths=[22, 90])
        for meaning in MEANINGS.items():
            meanings.add(meaning)

    return workbook_file(title, fill)


def open_items_pdf(accounts: Sequence[OpenAccount], locale: str, whose: str, period: Period) -> bytes:
    """In that language: a table for each account, its balance last. Raises TooLongToPrint."""
    require_printable(sum(len(account.items) for account in accounts))

    def _(words: str) -> str:
        return in_language(locale, words)

    parts = [
        Part(
            _PRINTED,
            [_told(locale, row) for row in lines([account], time_zone=period.time_zone)],
            [[_("Balance"), "", "", grouped(decimal_text(account.balance, account.asset)), ""]],
            name=f"{account.number} {_(account.name)} · {account.asset}",
            widths=_PRINTED_WIDTHS,
        )
        for account in accounts
    ]
    days = days_told(locale, period, at_a_day=True)
    return printed(
        locale,
        parts,
        title=f"{_('Open items')} · {whose} · {days} ({period.time_zone})",
        about=_("What receivables and liabilities are made of at the end of that day, and how old each is."),
        empty=_("Nothing is open."),
        dated=period.last,
    )


def _told(locale: str, row: Sequence[str]) -> list[str]:
    cells = dict(zip(COLUMNS, row, strict=True))
    cells["about"] = cells["about"] or cells["item"]
    cells["since"] = cells["since"].replace("T", " ")
    return [told(locale, column, cells[column.name]) for column in _PRINTED]
