"""Reading a table of a report. PostgreSQL writes each cell as its text, so that page and files say the same.

Amounts leave the database as exact decimals and moments by the report's clock; nothing in Python rounds or shifts them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.db.sql_files import statement_text
from app.ledger.chart import CHART, DECIMALS
from app.money.currencies import CURRENCIES
from app.reports.queries import Scope
from app.reports.rules import Period
from app.reports.tables.shape import Column, Kind, Table

_FOLDER = Path(__file__).parents[1] / "sql" / "tables"
AT_ONCE = 1_000


_DECIMALS = DECIMALS | {code: one.iso for code, one in CURRENCIES.items() if code not in DECIMALS}
"""Those of the books first: most lines are in one of them."""


def _smallest(asset: str) -> str:
    return f"1e-{_DECIMALS[asset]}::numeric"


_BY_ASSET = " ".join(f"WHEN '{code}' THEN {_smallest(code)}" for code in _DECIMALS)
_FORMS = {
    Kind.TEXT: "{name}::text",
    Kind.COUNT: "{name}::text",
    Kind.RATE: "({name} * 0.000001)::text",
    Kind.MOMENT: "to_char({name}, 'YYYY-MM-DD HH24:MI:SSTZHTZM')",
    Kind.DAY: "to_char({name}, 'YYYY-MM-DD')",
    Kind.HASH: "'0x' || encode({name}, 'hex')",
}
# An apostrophe keeps a spreadsheet from taking a text for a formula (CWE-1236), as app/web/spreadsheets.py does.
_SAFE = (
    "CASE WHEN {text} ~ '^[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]' AND {text} !~ '^-?[0-9]+(\\.[0-9]+)?$'"
    " THEN '''' || {text} ELSE {text} END"
)


@dataclass(frozen=True)
class Asked:
    """Which table, whose, of which days, and of which account where it is by account."""

    table: Table
    scope: Scope
    period: Period
    account: str = ""

    @property
    def values(self) -> dict[str, Any]:
        return {
            "starts_at": self.period.starts_at,
            "ends_at": self.period.ends_at,
            "seller_id": self.scope.seller_id,
            "account": self.account or None,
            "names": json.dumps({number: line.name for number, line in CHART.items()}),
        }


def rows(session: Session, asked: Asked, *, skip: int = 0, most: int | None = None) -> Iterator[Sequence[str]]:
    """Cells as texts, empty where there is nothing, in the order of the columns; read in portions."""
    set_clock(session, asked)
    query = _as_texts(asked.table).execution_options(yield_per=AT_ONCE)
    with session.execute(query, {**asked.values, "skip": skip, "most": most}) as found:
        for row in found:
            yield tuple(row)


def totals(session: Session, asked: Asked) -> list[dict[str, str]]:
    """For each asset its sums by column, as exact decimals, and the number of lines under `lines`; no row without lines."""
    set_clock(session, asked)
    found = session.execute(_as_totals(asked.table), asked.values).mappings()
    return [{name: value or "" for name, value in row.items()} for row in found if row["lines"] != "0"]


def line_count(found: Sequence[Mapping[str, str]]) -> int:
    """How many lines the report has, by its `totals`."""
    return sum(int(total["lines"]) for total in found)


def copy_statement(asked: Asked) -> str:
    """What `COPY … TO STDOUT` is to send: the cells, safe for spreadsheets. Named parameters as `:name`."""
    cells = (_cell(column, is_safe=True) for column in asked.table.columns)
    return f"SELECT {', '.join(cells)} FROM ({statement_of(asked.table)}) AS line"  # noqa: S608 - names of our own


def set_clock(session: Session, asked: Asked) -> None:
    """Until the transaction ends, PostgreSQL tells moments by the clock of the report."""
    session.execute(text("SELECT set_config('TimeZone', :zone, true)"), {"zone": asked.period.time_zone})


@cache
def statement_of(table: Table) -> str:
    """What the report is read by, as it stands in its file."""
    return statement_text(_FOLDER / f"{table.key}.sql")


@cache
def _as_texts(table: Table) -> TextClause:
    cells = ", ".join(_cell(column) for column in table.columns)
    return text(f"SELECT {cells} FROM ({statement_of(table)}) AS line LIMIT :most OFFSET :skip")  # noqa: S608 - as above


@cache
def _as_totals(table: Table) -> TextClause:
    is_by_line = any(not column.asset for column in table.sums)
    sums = "".join(f", {_amount(column, f'coalesce(sum({column.name}), 0)')} AS {column.name}" for column in table.sums)
    grouped = " GROUP BY asset ORDER BY asset" if is_by_line else ""
    named = "asset" if is_by_line else f"'{table.sums[0].asset if table.sums else ''}' AS asset"
    return text(f"SELECT {named}, count(*)::text AS lines{sums} FROM ({statement_of(table)}) AS line{grouped}")  # noqa: S608 - as above


def _cell(column: Column, *, is_safe: bool = False) -> str:
    if column.kind is Kind.AMOUNT:
        written = _amount(column, column.name)
    else:
        written = _FORMS[column.kind].format(name=column.name)
    if is_safe and column.kind is Kind.TEXT:
        return f"nullif({_SAFE.format(text=written)}, '') AS {column.name}"
    return written if is_safe else f"coalesce({written}, '') AS {column.name}"


def _amount(column: Column, value: str) -> str:
    """Times the value of one smallest unit: PostgreSQL multiplies exactly and keeps all decimals, dividing it would not."""
    unit = _smallest(column.asset) if column.asset else f"CASE asset {_BY_ASSET} END"
    return f"({value} * {unit})::text"
