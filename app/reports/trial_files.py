"""Trial balances as files."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import IO, Any

from app.config.days import day_in
from app.errors import N_
from app.ledger.months import CLOSED, Month
from app.ledger.trial_balance import TrialLine
from app.notify.words import in_language
from app.reports.files import Book, csv_file, workbook_file
from app.reports.tables.printing import Part, printed, told_or_dash
from app.reports.tables.shape import Column, Kind
from app.reports.trial import COLUMNS, MEANINGS, OWNER_COLUMNS, OwnerLine, assets, owner_rows, rows

_AMOUNTS = ("opening_debit", "opening_credit", "debits", "credits", "closing_debit", "closing_credit")
_WIDTH = 18
_ASSET = COLUMNS.index("asset")
_PRINTED = (
    Column("account", N_("Account"), MEANINGS["account"]),
    Column("account_name", N_("Name"), MEANINGS["account_name"]),
    Column("opening_debit", N_("Opening debit"), MEANINGS["opening_debit"], Kind.AMOUNT),
    Column("opening_credit", N_("Opening credit"), MEANINGS["opening_credit"], Kind.AMOUNT),
    Column("debits", N_("Debits"), MEANINGS["debits"], Kind.AMOUNT),
    Column("credits", N_("Credits"), MEANINGS["credits"], Kind.AMOUNT),
    Column("closing_debit", N_("Closing debit"), MEANINGS["closing_debit"], Kind.AMOUNT),
    Column("closing_credit", N_("Closing credit"), MEANINGS["closing_credit"], Kind.AMOUNT),
)
"""Of `COLUMNS` but the asset: each has a table."""
_PRINTED_WIDTHS = (None, 0, *(None for _name in _AMOUNTS))


def trial_balance_csv(lines: Sequence[TrialLine]) -> IO[bytes]:
    """Owners added up, a total for each asset. Raises NoRoomForFile."""

    def content() -> Iterator[Sequence[str]]:
        yield COLUMNS
        yield from rows(lines)

    return csv_file(content())


def trial_owners_csv(lines: Sequence[OwnerLine]) -> IO[bytes]:
    """Owners one by one. Raises NoRoomForFile."""

    def content() -> Iterator[Sequence[str]]:
        yield OWNER_COLUMNS
        yield from owner_rows(lines)

    return csv_file(content())


def trial_title(asked: Month) -> str:
    return f"Trial balance · {asked.period} ({asked.time_zone})"


def trial_standing(asked: Month) -> str:
    """Whether it can still change."""
    if asked.hash is not None:
        return f"Closed for good: version {asked.version}, SHA-256 {asked.hash.hex()}"
    return "Not closed for good: entries of this month can still come"


def trial_balance_xlsx(lines: Sequence[TrialLine], owners: Sequence[OwnerLine], *, title: str, note: str) -> IO[bytes]:
    """Three sheets: owners added up, one by one, and what the columns mean. Raises NoRoomForFile."""

    def fill(book: Book) -> None:
        sheet = book.sheet("Trial balance", widths=[_WIDTH] * len(COLUMNS), frozen=3)
        sheet.add([title], bold=True)
        sheet.add([note])
        sheet.add(COLUMNS, bold=True)
        for row in rows(lines):
            sheet.add(row, numbers=_numbers(COLUMNS), bold=row[0] == "total")
        parts = book.sheet("By owner", widths=[_WIDTH] * len(OWNER_COLUMNS), frozen=1)
        parts.add(OWNER_COLUMNS, bold=True)
        for row in owner_rows(owners):
            parts.add(row, numbers=_numbers(OWNER_COLUMNS))
        meanings = book.sheet("Columns", widths=[22, 90])
        for meaning in MEANINGS.items():
            meanings.add(meaning)

    return workbook_file(title, fill)


def trial_balance_pdf(lines: Sequence[TrialLine], locale: str, asked: Month) -> bytes:
    """In that language, owners added up: a table for each asset, its total last."""

    def _(words: str, **values: Any) -> str:
        return in_language(locale, words, **values)

    def told(row: Sequence[str], name: str) -> list[str]:
        cells = row[0], name, *row[_ASSET + 1 :]
        return [told_or_dash(locale, column, cell) for column, cell in zip(_PRINTED, cells, strict=True)]

    parts = []
    for asset in assets(lines):
        *accounts, total = (row for row in rows(lines) if row[_ASSET] == asset)
        parts.append(
            Part(
                _PRINTED,
                [told(row, _(row[1])) for row in accounts],
                [[_("Total"), *told(total, "")[1:]]],
                name=_("Trial balance in %(asset)s", asset=asset),
                widths=_PRINTED_WIDTHS,
            )
        )
    return printed(
        locale,
        parts,
        title=f"{_('Trial balance')} · {asked.period} ({asked.time_zone})",
        about=_standing(locale, asked),
        empty=_("Nothing was booked up to the end of this month."),
        dated=day_in(asked.time_zone, asked.ends_at) - timedelta(days=1),
    )


def _standing(locale: str, asked: Month) -> str:
    """Whether it can still change, as the page says it."""
    if asked.state != CLOSED:
        return in_language(locale, N_("Not closed for good: it can still change."))
    if asked.hash is None:
        return in_language(locale, N_("Closed for good."))
    kept = in_language(locale, N_("As it was closed for good, version %(version)s."), version=asked.version)
    return f"{kept} SHA-256 {asked.hash.hex()}"


def _numbers(columns: Sequence[str]) -> frozenset[int]:
    return frozenset(columns.index(name) for name in _AMOUNTS)
