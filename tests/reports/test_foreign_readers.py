"""Files of reports read by LibreOffice, openpyxl, DuckDB and pdftotext, which we did not write: the sums are those of the books."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import openpyxl
import pytest
from sqlalchemy import select

from app.db.session import reading, report_snapshot
from app.downloads.making import BALANCE, TITLES, Wanted, formats_of, make
from app.embedded.postgres import EmbeddedPostgres
from app.identity.models import Organization
from app.ledger.chart import CHART, DECIMALS, TOKEN
from app.ledger.models import Journal
from app.ledger.queries import balances_by_account
from app.money.amounts import whole_cents
from app.reports.on_screen import OPEN_ITEMS, SETTLEMENT, TRIAL_BALANCE
from app.reports.queries import balances_around, scope_for, scope_of
from app.reports.rules import AMOUNTS, Period
from app.reports.tables.all import TABLES
from tests.reports.test_examples import some_days
from tests.support.evm import EvmChain, undone_afterwards
from tests.support.libreoffice import as_libreoffice_shows
from tests.support.pdf import pdf_text
from tests.support.postgres import a_clone
from tests.support.trade import Trade, trading

WORKBOOKS = [report for report in TITLES if "xlsx" in formats_of(report)]
SIX = ("opening_debit", "opening_credit", "debits", "credits", "closing_debit", "closing_credit")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)([+-]\d\d:?\d\d|Z)?")
Grid = Iterable[Sequence[object]]


@pytest.fixture(scope="module")
def market(database_server: EmbeddedPostgres, evm_session: EvmChain, deployed: str) -> Iterator[Trade]:
    """One for all tests of this file: they only read."""
    with (
        undone_afterwards(evm_session) as chain,
        a_clone(database_server, deployed) as url,
        trading(chain, url) as trade,
    ):
        yield some_days(trade)


def ask(market: Trade, report: str, form: str, *, of: str | None = None, locale: str = "en") -> bytes:
    """A file of all there is; a trial balance of the month that all is booked in."""
    with report_snapshot() as session:
        scope = scope_for(session, market.operator, of)
        wanted = Wanted(report, form, *days(market, report))
        with make(session, scope, wanted, locale, lambda _done: None) as file:
            return file.read()


def days(market: Trade, report: str) -> tuple[date, date]:
    today = market.now().date()
    if report != TRIAL_BALANCE:
        return today - timedelta(days=60), today + timedelta(days=2)
    with reading() as session:
        month = session.scalars(select(Journal.period).distinct()).one()
    return date.fromisoformat(f"{month}-01"), date.fromisoformat(f"{month}-01")


def csv_grid(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def told(cell: object) -> str:
    """A cell as the CSV has it but for the time zone, which spreadsheets do not know."""
    text = "" if cell is None else f"{Decimal(repr(cell)):f}" if isinstance(cell, float) else str(cell)
    found = MOMENT.fullmatch(text)
    return f"{found[1]} {found[2]}" if found else text


def below(grid: Grid, heads: Sequence[str]) -> list[list[str]]:
    rows = [[told(cell) for cell in row[: len(heads)]] for row in grid]
    return rows[rows.index(list(heads)) + 1 :]


def sums(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> Mapping[str, Decimal]:
    """Of every column that has nothing but numbers."""
    columns = {name: [row[place] for row in rows if row[place]] for place, name in enumerate(heads)}
    return {
        name: sum(map(Decimal, cells), Decimal())
        for name, cells in columns.items()
        if all(map(NUMBER.fullmatch, cells))
    }


def test_libreoffice_and_openpyxl_read_in_every_workbook_what_the_csv_says(market: Trade, tmp_path: Path) -> None:
    books = {report: ask(market, report, "xlsx") for report in WORKBOOKS}
    shown = as_libreoffice_shows(books, tmp_path)
    for report, book in books.items():
        heads, *lines = csv_grid(ask(market, report, "csv"))
        wanted = [[told(cell) for cell in line] for line in lines]
        assert wanted, f"the market has nothing for {report}"
        opened = openpyxl.load_workbook(io.BytesIO(book))
        assert set(shown[report]) == set(opened.sheetnames)
        first = opened.worksheets[0]
        by_libreoffice, by_openpyxl = (
            below(grid, heads) for grid in (shown[report][first.title], first.iter_rows(values_only=True))
        )
        assert by_libreoffice[: len(lines)] == wanted, report
        for rows in (by_libreoffice, by_openpyxl):
            of_lines, of_totals = (sums(part, heads) for part in (rows[: len(lines)], rows[len(lines) :]))
            assert of_lines == sums(wanted, heads), report
            names = [column.name for column in TABLES[report].sums] if report in TABLES else []
            assert [of_totals[name] for name in names] == [of_lines[name] for name in names], report
            assert (len(rows) > len(lines)) == bool(names), report
    with reading() as session:
        scope = scope_for(session, market.operator, None)
        around = balances_around(session, scope, Period(*days(market, SETTLEMENT), scope.time_zone))
    first_row, *_ = below(shown[SETTLEMENT]["Settlement"], shown[SETTLEMENT]["Settlement"][0])
    assert [smallest(Decimal(first_row[place]), TOKEN) for place in (1, 3)] == list(around)
    heads, *lines = csv_grid(ask(market, TRIAL_BALANCE, "csv"))
    owner_heads, *by_owner = shown[TRIAL_BALANCE]["By owner"]
    accounts, parts = sums([line for line in lines if line[0] != "total"], heads), sums(by_owner, owner_heads)
    assert any(row[owner_heads.index("about")] for row in by_owner)
    assert {name: parts[name] for name in ("debits", "credits")} == {
        name: accounts[name] for name in ("debits", "credits")
    }


def asked_of_duckdb(content: bytes, query: str) -> list[tuple]:
    """`query` of the table `report`, all whose columns are text."""
    with TemporaryDirectory() as folder, duckdb.connect() as engine:
        (Path(folder) / "report.csv").write_bytes(content)
        engine.execute(
            "CREATE TABLE report AS FROM read_csv(?, all_varchar = true, header = true)", [f"{folder}/report.csv"]
        )
        return engine.execute(query).fetchall()


def test_duckdb_adds_the_settlement_report_up_to_the_books(market: Trade) -> None:
    accounts = {"net": "2200", "commission": "4100", "commission_vat": "2300"}
    columns = ", ".join(f"sum({name}::DECIMAL(38, 6))" for name in AMOUNTS)
    lines, total = asked_of_duckdb(
        ask(market, SETTLEMENT, "csv"),
        f"SELECT {columns} FROM report GROUP BY settled_on = 'total' ORDER BY settled_on = 'total'",
    )
    assert lines == total
    found = dict(zip(AMOUNTS, lines, strict=True))
    for name, number in accounts.items():
        assert found[name] == Decimal(market.books(number)).scaleb(-6) > 0
    in_escrow = found["funded"] - found["gross"] - found["refunded"]
    assert in_escrow == Decimal(market.books("2110")).scaleb(-6) > 0


def test_duckdb_adds_the_trial_balance_up_to_the_books(market: Trade) -> None:
    query = "SELECT {} FROM report WHERE account {} 'total' {}"
    each = ", ".join(f"coalesce(sum({one}::DECIMAL(38, 18)), 0)" for one in SIX)
    content = ask(market, TRIAL_BALANCE, "csv")
    lines, totals = (
        asked_of_duckdb(content, query.format(f"asset, {each}", sign, "GROUP BY asset ORDER BY asset"))
        for sign in ("<>", "=")
    )
    assert lines == totals
    assert [row[0] for row in lines] == ["CTM", "GAS", "USD"]
    for _, *amounts in lines:
        assert amounts[::2] == amounts[1::2]
    closing = asked_of_duckdb(
        content,
        query.format(
            "account, asset, closing_debit::DECIMAL(38, 18) - closing_credit::DECIMAL(38, 18)", "<>", "ORDER BY ALL"
        ),
    )
    assert {
        (number, asset): smallest(amount, asset) for number, asset, amount in closing if amount
    } == signed_balances()


def signed_balances() -> dict[tuple[str, str], int]:
    """Of every account that is not empty, debit positive."""
    with reading() as session:
        found = balances_by_account(session)
    return {(row.number, row.asset): CHART[row.number].natural_side * int(row.balance) for row in found if row.balance}


def smallest(amount: Decimal, asset: str) -> int:
    return int(amount.scaleb(DECIMALS[asset]))


def test_duckdb_adds_open_items_up_to_the_accounts(market: Trade) -> None:
    query = (
        "SELECT account, asset, coalesce(sum(amount::DECIMAL(38, 18)) FILTER (item <> 'balance'), 0),"
        " sum(amount::DECIMAL(38, 18)) FILTER (item = 'balance') FROM report GROUP BY account, asset ORDER BY ALL"
    )
    balances = signed_balances()
    found = asked_of_duckdb(ask(market, OPEN_ITEMS, "csv"), query)
    assert {"2110", "2200"} <= {number for number, *_ in found}
    for number, asset, items, balance in found:
        booked = CHART[number].natural_side * balances.get((number, asset), 0)
        assert smallest(items, asset) == smallest(balance, asset) == booked


@pytest.mark.parametrize("form", ["xero", "quickbooks"])
def test_duckdb_adds_what_programs_import_up_to_the_sellers_balance(market: Trade, form: str) -> None:
    with reading() as session:
        farm = session.scalars(select(Organization).where(Organization.name == "Sothy's Farm")).one()
        scope = scope_of(farm)
        opening, closing = balances_around(session, scope, Period(*days(market, BALANCE), scope.time_zone))
    (found,) = asked_of_duckdb(
        ask(market, BALANCE, form, of=farm.slug), 'SELECT sum("Amount"::DECIMAL(38, 2)) FROM report'
    )
    assert found == (Decimal(whole_cents(closing) - whole_cents(opening)).scaleb(-2),)
    assert found[0] > 0


def grouped(cell: str) -> str:
    """An amount as people read it."""
    return f"{Decimal(cell):,f}" if Decimal(cell) else "–"


def rows_in_print(words: str) -> list[list[str]]:
    """What stands apart by white space, line by line."""
    return [line.split() for line in words.splitlines()]


@pytest.mark.parametrize("locale", ["en", "km"])
def test_pdftotext_reads_in_the_settlement_report_the_lines_and_totals_of_the_csv(market: Trade, locale: str) -> None:
    file = ask(market, SETTLEMENT, "pdf", locale=locale)
    assert file == ask(market, SETTLEMENT, "pdf", locale=locale)
    words = pdf_text(file)
    heads, *lines = csv_grid(ask(market, SETTLEMENT, "csv"))
    shown = [name for name in AMOUNTS if name not in ("gas", "tax_withheld", "supply_vat")]
    found = rows_in_print(words)
    for line in (dict(zip(heads, line, strict=True)) for line in lines):
        amounts = [grouped(line[name]) for name in shown]
        end = [f"{line['tx_hash'][:14]}…"] if line["tx_hash"] else []
        (row,) = (row for row in found if row[-len(amounts + end) :] == amounts + end)
        assert line["order_number"] in " ".join(row)
    assert ("Settlement report" in words) == ("Left escrow back to whoever paid." in words) == (locale == "en")
    with reading() as session:
        scope = scope_for(session, market.operator, None)
        around = balances_around(session, scope, Period(*days(market, SETTLEMENT), scope.time_zone))
    for balance in around:
        assert f"{Decimal(balance).scaleb(-6):,.6f}" in words


def test_the_settlement_report_in_print_tells_a_seller_of_nobody_else(market: Trade) -> None:
    words = pdf_text(ask(market, SETTLEMENT, "pdf", of="sothys-farm"))
    heads, *lines = csv_grid(ask(market, SETTLEMENT, "csv"))
    orders = {(line[heads.index("seller")], line[heads.index("order_number")]) for line in lines[:-1]}
    assert {seller for seller, _ in orders} == {"Sothy's Farm", "Mekong Silk"}
    for seller, order in orders:
        assert (order in words) == (seller == "Sothy's Farm")
    assert "Mekong Silk" not in words


@pytest.mark.parametrize("locale", ["en", "km"])
def test_pdftotext_reads_in_the_trial_balance_the_accounts_and_totals_of_the_csv(market: Trade, locale: str) -> None:
    file = ask(market, TRIAL_BALANCE, "pdf", locale=locale)
    assert file == ask(market, TRIAL_BALANCE, "pdf", locale=locale)
    words = pdf_text(file)
    found = rows_in_print(words)
    heads, *lines = csv_grid(ask(market, TRIAL_BALANCE, "csv"))
    for line in (dict(zip(heads, line, strict=True)) for line in lines):
        amounts = [grouped(line[name]) for name in SIX]
        starts = [row[0] for row in found if row[-len(SIX) :] == amounts]
        assert starts
        assert locale == "km" or line["account"].capitalize() in starts  # pdftotext breaks lines of Khmer
        assert (line["account_name"] in words) or locale == "km"
    assert ("Trial balance in GAS" in words) == ("Escrow owed on an order" in words) == (locale == "en")


@pytest.mark.parametrize("locale", ["en", "km"])
def test_pdftotext_reads_in_open_items_what_the_csv_says(market: Trade, locale: str) -> None:
    file = ask(market, OPEN_ITEMS, "pdf", locale=locale)
    assert file == ask(market, OPEN_ITEMS, "pdf", locale=locale)
    words = pdf_text(file)
    found = rows_in_print(words)
    heads, *lines = csv_grid(ask(market, OPEN_ITEMS, "csv"))
    for line in (dict(zip(heads, line, strict=True)) for line in lines):
        amount = f"{Decimal(line['amount']):,f}"
        if line["item"] == "balance":
            assert any(row[-1:] == [amount] for row in found)
            assert line["account"] in words
        else:
            day, time = line["since"][:10], line["since"][11:16]
            about = (line["about"] or line["item"]).split()
            assert any(row[: len(about) + 4] == [*about, day, time, line["age_days"], amount] for row in found)
    assert ("When the oldest of it happened." in words) == (locale == "en")
