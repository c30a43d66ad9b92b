"""The rows of `make bench ARGS="--books"`."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.embedded.postgres import EmbeddedPostgres
from benchmarks.books import balances, files, matching, posting
from benchmarks.books.ledger import empty_ledger, filled_ledger
from benchmarks.database import tpc_b
from benchmarks.rows import Row, at_least, at_most, limit
from benchmarks.waiting import settle
from tests.planted.play import BARE, LATER_MATCH, WHOLE, WHOLE_AGAIN

POSTINGS = 10_000_000
LEAST_POSTED = 0.25
LEAST_ON_ONE_ACCOUNT = 0.7
LEAST_TOGETHER, TOGETHER = 0.5, 6_000
MOST_TRIAL_BALANCE = 3
MOST_CSV, CSV_LINES = 2.5, 1_000_000
MOST_PDF, PDF_LINES = 1.5, 5_000
MOST_XLSX_MIB, XLSX_LINES = 120, 200_000
MOST_MATCH, MOST_LATER = 1.6, 0.02
ORDERS, FEWEST_ORDERS = 50_000, 4_000
_SMALLER = 20


def books(*, orders: int, quick: bool) -> list[Row]:
    """Of a ledger of ten million postings, and of a month of so many orders to match; `quick` takes a twentieth of everything."""
    part = _SMALLER if quick else 1
    with _server() as server:
        rows = _posting(server, seconds=3 if quick else 10, runs=1 if quick else 3, journals=TOGETHER // part)
        with filled_ledger(server, postings=POSTINGS // part) as name:
            settle()
            rows += _balances() + _files(server, name, part)
        return rows + _matching(server, max(orders // part, FEWEST_ORDERS))


@contextmanager
def _server() -> Iterator[EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="phsar-bench-"))
    folder.chmod(0o755)  # PostgreSQL may run as somebody else
    try:
        with EmbeddedPostgres(folder / "database") as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _posting(server: EmbeddedPostgres, *, seconds: int, runs: int, journals: int) -> list[Row]:
    fastest = limit("pgbench TPC-B, 8 clients", tpc_b(server, seconds=seconds, runs=runs), "tps")
    with empty_ledger(server, "posting") as name:
        url = server.url_of(name)
        posting.capital()
        mixed = posting.journals_per_second(url, posting.orders_by_card, seconds=seconds)
        spread = posting.journals_per_second(url, posting.between_wallets, seconds=seconds)
        hot = posting.journals_per_second(url, posting.from_the_treasury, seconds=seconds)
        together, copied = posting.rows_per_second(server.superuser_at(name), journals=journals, runs=runs)
    bare = limit("journals one by one, each on accounts of its own", spread, "journals/s")
    by_copy = limit("COPY of the same rows, primary keys only", copied, "rows/s")
    return [
        fastest,
        at_least("journals of orders one by one, 8 clients", mixed, "journals/s", LEAST_POSTED, against=fastest),
        bare,
        at_least("journals one by one, all on one account", hot, "journals/s", LEAST_ON_ONE_ACCOUNT, against=bare),
        by_copy,
        at_least(f"{journals:,} journals of orders together", together, "rows/s", LEAST_TOGETHER, against=by_copy),
    ]


def _balances() -> list[Row]:
    bare, ours = balances.trial_balance_seconds()
    reading = limit("account balances read bare", bare, "s")
    return [reading, at_most("trial balance of the running month", ours, "s", MOST_TRIAL_BALANCE, against=reading)]


def _files(server: EmbeddedPostgres, name: str, part: int) -> list[Row]:
    asked, lines = files.general_ledger(CSV_LINES // part)
    took = files.csv_seconds(asked, server.superuser_at(name))
    copied = limit(f"COPY of the same query, {lines:,} lines", took.same_query, "s")
    cells = limit(f"COPY of {lines:,} lines of ready cells", took.ready_cells, "s")
    csv = at_most(f"general ledger of {lines:,} lines as CSV", took.ours, "s", MOST_CSV, against=copied)
    asked, printed = files.general_ledger(PDF_LINES)
    setting, pdf = files.pdf_seconds(asked)
    bare = limit(f"bare Typst table of {printed:,} lines", setting, "s")
    asked, in_sheet = files.general_ledger(XLSX_LINES // part)
    grown = files.xlsx_mib(server.url_of(name), asked)
    return [
        copied,
        csv,
        cells,
        Row(f"{csv.name}, beside ready cells", took.ours, "s", cells.name, took.ours / cells.value),
        bare,
        at_most(f"general ledger of {printed:,} lines as PDF", pdf, "s", MOST_PDF, against=bare),
        at_most(f"memory for a workbook of {in_sheet:,} lines", grown, "MiB", MOST_XLSX_MIB),
    ]


def _matching(server: EmbeddedPostgres, orders: int) -> list[Row]:
    verdict = matching.matched_month(server, orders=orders)
    seconds, rows = verdict.seconds, verdict.sizes[WHOLE]
    bare = limit(f"bare join of {rows:,} rows of Stripe, books and chain", seconds[BARE], "s")
    whole = at_most(f"match of {rows:,} rows", seconds[WHOLE], "s", MOST_MATCH, against=bare)
    again = Row(
        "the same again, when nothing is new", seconds[WHOLE_AGAIN], "s", bare.name, seconds[WHOLE_AGAIN] / bare.value
    )
    later = f"match of {matching.new_rows(verdict):,} new rows"
    return [bare, whole, again, at_most(later, seconds[LATER_MATCH], "s", MOST_LATER, against=whole)]
