"""Open items as files."""

from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

import xlsxwriter

from app.reports.files import IN_MEMORY, MADE, Cells
from app.reports.open_items import COLUMNS, OpenAccount, decimal_text, lines
from app.web.spreadsheets import csv_line, safe

_AMOUNT, _SINCE, _AGE = (COLUMNS.index(name) for name in ("amount", "since", "age_days"))


def open_items_csv(accounts: Sequence[OpenAccount], *, time_zone: str) -> Iterator[str]:
    """UTF-8 CSV with a byte-order mark; after the items of an account a line with its balance."""
    yield "\ufeff" + csv_line(COLUMNS)
    for account in accounts:
        for row in lines([account], time_zone=time_zone):
            yield csv_line([text if place == _AMOUNT else safe(text) for place, text in enumerate(row)])
        yield csv_line(_balance(account))


def _balance(account: OpenAccount) -> tuple[str, ...]:
    amount = decimal_text(account.balance, account.asset)
    return account.number, account.name, "balance", "", account.asset, amount, "", ""


def open_items_xlsx(accounts: Sequence[OpenAccount], *, title: str, time_zone: str) -> IO[bytes]:
    """A workbook whose amounts and moments can be counted with."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed to the answer, which closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": MADE})
    sheet, write = book.add_worksheet("Open items"), Cells(book)
    sheet.freeze_panes(2, 0)
    sheet.set_column(0, len(COLUMNS) - 1, 20)
    sheet.write_row(0, 0, [title], write.bold)
    sheet.write_row(1, 0, COLUMNS, write.bold)
    number = 2
    for account in accounts:
        for row in lines([account], time_zone=time_zone):
            for place, text in enumerate(row):
                if place in {_AMOUNT, _AGE}:
                    write.number(sheet, number, place, text)
                elif place == _SINCE:
                    write.moment(sheet, number, place, text)
                else:
                    sheet.write_string(number, place, safe(text))
            number += 1
        for place, text in enumerate(_balance(account)):
            if place == _AMOUNT:
                write.number(sheet, number, place, text, bold=True)
            else:
                sheet.write_string(number, place, safe(text), write.bold)
        number += 1
    book.close()
    file.seek(0)
    return file
