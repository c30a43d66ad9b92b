"""The whole books as files: text for beancount and hledger, and Parquet for programs that count over millions of lines."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ledger.plain_text import plain_text
from app.ledger.sql_files import statement
from app.reports.files import Note, counted, written_file

COLUMNS = {
    "sequence": "BIGINT", "journal": "UUID", "event": "VARCHAR", "effective_at": "TIMESTAMP", "posted_at": "TIMESTAMP",
    "booked_on": "DATE", "late_for": "VARCHAR", "order_id": "UUID", "reverses": "UUID", "stripe_id": "VARCHAR",
    "tx": "VARCHAR", "line": "INTEGER", "account": "VARCHAR", "owner": "UUID", "asset": "VARCHAR", "exponent": "INTEGER",
    "amount": "DECIMAL(38,0)",
}  # fmt: skip
"""Of the Parquet file, a row a posting. Moments are UTC; `booked_on` is by the books' clock; `amount` counts the smallest
unit of `asset`, of which 10 to the power of `exponent` make one, debit positive."""
_MOMENT = "to_char(timezone('UTC', {name}), 'YYYY-MM-DD HH24:MI:SS.US')"
_CELLS = (
    "sequence", "id", "event", _MOMENT.format(name="effective_at"), _MOMENT.format(name="posted_at"), "day", "late_for",
    "order_id", "reverses_id", "stripe_id", "tx", "line", "number", "owner_id", "asset", "exponent", "amount",
)  # fmt: skip
_MEMORY, _AT_ONCE = "256MB", 100_000


def books_text(session: Session, kind: str, note: Note | None = None) -> IO[bytes]:
    """As `plain_text`. Raises NoRoomForFile."""

    def write(draft: IO[bytes]) -> None:
        for line in counted(plain_text(session, kind), note):
            draft.write(line.encode())

    return written_file(write)


def books_parquet(session: Session, note: Note | None = None) -> IO[bytes]:
    """PostgreSQL writes CSV, DuckDB makes Parquet of it: neither holds the books in memory. Raises NoRoomForFile.

    An amount of more than 38 digits, which no such number holds, ends it with an error and never with another amount.
    """

    def write(draft: IO[bytes]) -> None:
        with TemporaryDirectory(prefix="phsar-books-", ignore_cleanup_errors=True) as folder:
            lines, made = Path(folder, "books.csv"), Path(folder, "books.parquet")
            _copy_lines(session, lines, note)
            _convert(lines, made)
            with made.open("rb") as whole:
                shutil.copyfileobj(whole, draft)

    return written_file(write)


def _copy_lines(session: Session, lines: Path, note: Note | None) -> None:
    session.execute(text("SELECT set_config('DateStyle', 'ISO, YMD', true)"))
    inner = statement("whole_ledger").text.strip().removesuffix(";")
    query = f"COPY (SELECT {', '.join(_CELLS)} FROM ({inner}) AS posting ORDER BY sequence, line) TO STDOUT WITH (FORMAT csv)"  # noqa: S608 - words of our own
    driver = session.connection().connection.driver_connection
    assert driver is not None
    with lines.open("wb") as out, driver.cursor().copy(query) as portions:
        for portion in counted(portions, note):  # each is a line
            out.write(portion)


def _convert(lines: Path, made: Path) -> None:
    import duckdb  # 70 MB that processes do without until somebody asks for Parquet

    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": "1",  # so that equal books are equal bytes
        "memory_limit": _MEMORY,
        "temp_directory": str(lines.parent),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with duckdb.connect(":memory:", config=settings) as engine:
        engine.execute(
            f"COPY (FROM read_csv({_quoted(lines)}, header = false, auto_detect = false, delim = ',', quote = '\"',"
            f" escape = '\"', nullstr = '', columns = {{{columns}}}))"
            f" TO {_quoted(made)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_AT_ONCE})"
        )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
