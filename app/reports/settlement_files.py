"""The settlement report as files."""

from collections.abc import Iterable, Iterator
from typing import IO, Any

from app.reports.files import Book, Sheet, csv_file, workbook_file
from app.reports.queries import Scope
from app.reports.rules import AMOUNTS, BALANCES, COLUMNS, MEANINGS, Period, SettlementLine, Totals, cells, units_text

_COUNTED = (
    *AMOUNTS,
    *BALANCES,
    "order_total_usd",
    "order_discount_usd",
    "order_market_usd",
    "order_total_local",
    "fx_rate",
    "block_number",
    "log_index",
)
_NUMBERS = frozenset(COLUMNS.index(name) for name in _COUNTED)
_MOMENTS = frozenset(COLUMNS.index(name) for name in ("settled_on", "paid_on"))
_WAITING = ("order_number", "seller", "being_paid_in", "being_released", "being_refunded")
_WIDTH = 18


def settlement_title(scope: Scope, period: Period) -> str:
    """What stands at the head of the workbook."""
    return f"Settlement report · {scope.name} · {period.first} – {period.last} ({period.time_zone})"


def settlement_csv(lines: Iterable[SettlementLine]) -> IO[bytes]:
    """Totals last. Raises NoRoomForFile."""

    def rows() -> Iterator[Iterable[str]]:
        totals = Totals()
        yield COLUMNS
        for line in lines:
            totals.add(line)
            yield cells(line)
        yield _totals_row(totals)

    return csv_file(rows())


def _totals_row(totals: Totals) -> list[str]:
    return [
        "total" if name == "settled_on" else units_text(totals.sums[name]) if name in AMOUNTS else ""
        for name in COLUMNS
    ]


def settlement_xlsx(
    lines: Iterable[SettlementLine], *, title: str, opening: int, closing: int, waiting: Iterable[Any] = ()
) -> IO[bytes]:
    """Amounts are numbers with six decimals, moments are dates: both can be counted with. Raises NoRoomForFile.

    `waiting` are the rows of `not_final`, on a sheet of their own: in no total.
    """

    def fill(book: Book) -> None:
        sheet = book.sheet("Settlement", widths=[_WIDTH] * len(COLUMNS), frozen=3)
        sheet.add([title], bold=True)
        sheet.add(["Opening balance", units_text(opening), "Closing balance", units_text(closing)], numbers={1, 3})
        sheet.add(COLUMNS, bold=True)
        totals = Totals()
        for line in lines:
            totals.add(line)
            sheet.add(cells(line), numbers=_NUMBERS, moments=_MOMENTS)
        sheet.add(_totals_row(totals), numbers=_NUMBERS, bold=True)
        _write_waiting(book.sheet("Not final", widths=[_WIDTH] * len(_WAITING)), waiting)
        meanings = book.sheet("Columns", widths=[22, 90])
        for meaning in MEANINGS.items():
            meanings.add(meaning)

    return workbook_file(title, fill)


def _write_waiting(sheet: Sheet, waiting: Iterable[Any]) -> None:
    """What may still be taken back."""
    sheet.add(_WAITING)
    for row in waiting:
        amounts = (units_text(int(units)) for units in (row.funding, row.releasing, row.refunding))
        sheet.add([row.order_number, row.seller, *amounts], numbers={2, 3, 4})
