"""What reports cost as files: beside PostgreSQL's own COPY, beside bare Typst, and in memory."""

import json
import multiprocessing
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import psycopg
import typst
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from app.db import session as database
from app.db.session import reading, transaction
from app.documents.typesetting import FOLDER
from app.reports.queries import Scope
from app.reports.rules import Period
from app.reports.tables.all import GENERAL_LEDGER
from app.reports.tables.files import table_csv, table_pdf, table_xlsx
from app.reports.tables.reading import Asked, copy_statement, rows, statement_of

_MARKET = Scope(None, "Market", "market", "UTC")
_BARE = '#let it = json(bytes(sys.inputs.at("content")))\n#table(columns: it.columns, ..it.cells)\n'
_MIB = 1024
T = TypeVar("T")


def general_ledger(lines: int) -> tuple[Asked, int]:
    """Of the newest whole days that have about that many lines together; and how many those are."""
    with reading() as session:
        days = session.execute(
            text(
                "SELECT day, sum(lines) OVER (ORDER BY day DESC)::bigint AS lines FROM (SELECT j.booked_at::date AS day, count(*)"
                " AS lines FROM journals AS j JOIN postings AS p ON p.journal_id = j.id GROUP BY 1) AS of_day ORDER BY day DESC"
            )
        ).all()
    first = next((row for row in days if row.lines >= lines), days[-1])
    return Asked(GENERAL_LEDGER, _MARKET, Period(first.day, days[0].day, "UTC")), first.lines


@dataclass(frozen=True)
class CsvSeconds:
    """Of the report's file, of PostgreSQL's COPY of the same query without any of our formats, and of COPY of ready cells."""

    ours: float
    same_query: float
    ready_cells: float


def csv_seconds(asked: Asked, superuser: str) -> CsvSeconds:
    """Ready cells are those of the file, in a table of their own: nothing is joined, summed or formatted any more."""
    names = ", ".join(column.name for column in asked.table.columns)
    with psycopg.connect(superuser) as connection:
        connection.execute(f"CREATE TABLE cells ({names}) AS {_filled(connection, copy_statement(asked), asked)}")
        connection.execute("ANALYZE cells")
        same_query = _filled(connection, statement_of(asked.table), asked)
    ready_cells = _seconds(lambda: _copy(superuser, "TABLE cells"))
    with psycopg.connect(superuser) as connection:
        connection.execute("DROP TABLE cells")
    bare = _seconds(lambda: _copy(superuser, same_query))
    return CsvSeconds(_seconds(lambda: _made(asked, table_csv).close()), bare, ready_cells)


def _filled(connection: psycopg.Connection, statement: str, asked: Asked) -> str:
    """With its values in it: neither COPY nor CREATE TABLE takes parameters."""
    compiled = str(text(statement).compile(dialect=postgresql.dialect(paramstyle="pyformat")))
    return psycopg.ClientCursor(connection).mogrify(compiled, asked.values)


def _copy(superuser: str, query: str) -> None:
    copying = f"COPY ({query}) TO STDOUT WITH (FORMAT csv)"
    with (
        psycopg.connect(superuser) as connection,
        tempfile.TemporaryFile() as file,
        connection.cursor().copy(copying) as portions,
    ):
        for portion in portions:
            file.write(portion)


def pdf_seconds(asked: Asked) -> tuple[float, float]:
    """(a bare Typst table of the same cells, the report's file)."""
    with transaction() as session:
        found = list(rows(session, asked))
    places = [place for place, column in enumerate(asked.table.columns) if not column.files_only]
    cells = [row[place] for row in found for place in places]
    content = json.dumps({"columns": len(places), "cells": cells}, ensure_ascii=False)
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "bare.typ"
        template.write_text(_BARE)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "fonts"])

        def bare() -> None:
            typst.Compiler(template, root=folder, font_paths=fonts, sys_inputs={"content": content}).compile(
                format="pdf"
            )

        setting = _seconds(bare)
    return setting, _seconds(lambda: _made(asked, lambda session, it: table_pdf(session, it, "en")))


def xlsx_mib(url: str, asked: Asked) -> float:
    """How much more memory a process needs at most while it makes the workbook (peak of its resident set).

    A new process: a forked one would use again what this one has given back.
    """
    context = multiprocessing.get_context("spawn")
    said = context.Queue()
    child = context.Process(target=_workbook, args=(url, asked, said))
    child.start()
    grown = float(said.get())
    child.join()
    return grown


def _workbook(url: str, asked: Asked, said: "multiprocessing.Queue[float]") -> None:
    engine = database.configure(url)
    small = Asked(
        asked.table,
        asked.scope,
        Period(asked.period.last + timedelta(days=9), asked.period.last + timedelta(days=9), "UTC"),
    )
    _made(small, table_xlsx).close()  # what is loaded at first use is not of this workbook
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _resident("VmRSS")
    _made(asked, table_xlsx).close()
    said.put(_resident("VmHWM") - before)
    engine.dispose()


def _resident(field: str) -> float:
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / _MIB


def _made(asked: Asked, make: Callable[..., T]) -> T:
    with transaction() as session:
        return make(session, asked)


def _seconds(work: Callable[[], object]) -> float:
    """The quicker of two, so that neither pays for reading from the disk first."""
    took = []
    for _ in range(2):
        began = time.monotonic()
        work()
        took.append(time.monotonic() - began)
    return min(took)
