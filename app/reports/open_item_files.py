"""Open items as files."""

from collections.abc import Iterator, Sequence
from typing import IO

from app.reports.files import Book, csv_file, workbook_file
from app.reports.open_items import COLUMNS, OpenAccount, decimal_text, lines
from app.reports.rules import Period

_AMOUNT, _SINCE, _AGE = (COLUMNS.index(name) for name in ("amount", "since", "age_days"))


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

    return workbook_file(title, fill)
