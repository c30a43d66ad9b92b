"""The settlement report as files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from app.errors import N_
from app.notify.words import in_language
from app.reports.files import Book, Sheet, csv_file, workbook_file
from app.reports.queries import Scope
from app.reports.rules import (
    AMOUNTS,
    BALANCES,
    COLUMNS,
    KINDS,
    MEANINGS,
    Period,
    SettlementLine,
    Totals,
    cells,
    units_text,
)
from app.reports.tables.printing import MOST_PRINTED, Part, printed, require_printable, told_or_dash
from app.reports.tables.shape import Column, Kind
from app.reports.tables.telling import days_told, grouped

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
_PRINTED = tuple(
    Column(name, label, MEANINGS[name], kind, words=words)
    for name, label, kind, words in (
        ("settled_on", N_("When"), Kind.MOMENT, None),
        ("kind", N_("What happened"), Kind.TEXT, {words: words for words in KINDS.values()}),
        ("seller", N_("Seller"), Kind.TEXT, None),
        ("order_number", N_("Order"), Kind.TEXT, None),
        ("funded", N_("Paid in"), Kind.AMOUNT, None),
        ("gross", N_("Gross"), Kind.AMOUNT, None),
        ("refunded", N_("Refunded"), Kind.AMOUNT, None),
        ("commission", N_("Commission"), Kind.AMOUNT, None),
        ("commission_vat", N_("VAT"), Kind.AMOUNT, None),
        ("net", N_("Net"), Kind.AMOUNT, None),
        ("tax_withheld", N_("Tax withheld"), Kind.AMOUNT, None),
        ("supply_vat", N_("VAT owed by the market"), Kind.AMOUNT, None),
        ("redeemed", N_("Redeemed"), Kind.AMOUNT, None),
        ("balance_change", N_("Change of balance"), Kind.AMOUNT, None),
        ("tx_hash", N_("Transaction"), Kind.HASH, None),
    )
)
_RARE = ("tax_withheld", "supply_vat")
"""Printed where there is any: most sellers have none."""
_PRINTED_WAITING = tuple(
    Column(name, label, meaning, kind)
    for name, label, meaning, kind in (
        ("order_number", N_("Order"), MEANINGS["order_number"], Kind.TEXT),
        ("seller", N_("Seller"), MEANINGS["seller"], Kind.TEXT),
        ("funding", N_("Being paid in"), N_("Seen to be paid into escrow; may still be taken back."), Kind.AMOUNT),
        (
            "releasing",
            N_("Being released"),
            N_("Seen to leave escrow for the seller; may still be taken back."),
            Kind.AMOUNT,
        ),
        (
            "refunding",
            N_("Being refunded"),
            N_("Seen to leave escrow for the buyer; may still be taken back."),
            Kind.AMOUNT,
        ),
    )
)


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


def settlement_pdf(
    lines: Iterable[SettlementLine],
    locale: str,
    scope: Scope,
    period: Period,
    *,
    opening: int,
    closing: int,
    waiting: Iterable[Any] = (),
) -> bytes:
    """In that language, the columns that there is room for; `waiting` as in `settlement_xlsx`. Raises TooLongToPrint."""

    def _(words: str) -> str:
        return in_language(locale, words)

    totals, kept = Totals(), []
    for line in lines:
        totals.add(line)
        if totals.count <= MOST_PRINTED:
            kept.append(dict(zip(COLUMNS, cells(line), strict=True)))
    require_printable(totals.count)
    columns = _columns_of(scope, kept)
    parts = [
        Part(
            columns,
            [_printed_cells(locale, columns, row) for row in kept],
            [[_("Total"), *_printed_cells(locale, columns, _summed(totals))[1:]]],
            name=_("Settled in this period, amounts in CTM"),
            empty=_("Nothing was settled in these days."),
        )
    ]
    being = [_waiting_texts(row) for row in waiting]
    if being:
        told = [_printed_cells(locale, _PRINTED_WAITING, row) for row in being]
        parts.append(Part(_PRINTED_WAITING, told, [], name=_("Not yet final, and not in the totals")))
    return printed(
        locale,
        parts,
        title=f"{_('Settlement report')} · {scope.name} · {days_told(locale, period)} ({period.time_zone})",
        about=_(
            "What was paid into escrow, released, refunded and redeemed, final on the chain. The CSV and Excel files have more columns."
        ),
        facts=[
            (_("Opening balance held by the market"), grouped(units_text(opening))),
            (_("Closing balance held by the market"), grouped(units_text(closing))),
        ],
        dated=period.last,
    )


def _columns_of(scope: Scope, rows: Sequence[Mapping[str, str]]) -> list[Column]:
    """Without what no line has, and without the seller where all lines are theirs."""
    unused = {name for name in _RARE if not any(row[name].strip("0.") for row in rows)}
    return [
        column for column in _PRINTED if column.name not in unused and (column.name != "seller" or not scope.seller_id)
    ]


def _summed(totals: Totals) -> dict[str, str]:
    return {name: units_text(units) for name, units in totals.sums.items()}


def _waiting_texts(row: Any) -> dict[str, str]:
    amounts = {name: units_text(int(getattr(row, name))) for name in ("funding", "releasing", "refunding")}
    return {"order_number": row.order_number, "seller": row.seller, **amounts}


def _printed_cells(locale: str, columns: Iterable[Column], texts: Mapping[str, str]) -> list[str]:
    return [told_or_dash(locale, column, texts.get(column.name, "")) for column in columns]
