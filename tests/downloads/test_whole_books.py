"""The whole books as files that a job makes, for programs we did not write."""

import io
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from sqlalchemy import select, text

from app.db.session import reading, report_snapshot
from app.downloads.models import ReportFile
from app.ledger.models import AccountBalance, LedgerAccount
from app.ledger.plain_text import plain_text
from app.reports.books_files import COLUMNS, books_parquet
from tests.downloads.test_files import fetched, only_file
from tests.support.front import Front
from tests.support.trade import Trade


def asked(front: Front, form: str) -> bytes:
    accountant = front.member(front.trade.operator)
    shown = accountant.look("/books/reports")
    assert accountant.send(shown, "/books/downloads", report="books", format=form).status_code == 303
    front.work()
    assert only_file().state == "ready", only_file().problem
    return fetched(accountant, only_file())


@pytest.mark.parametrize("form", ["beancount", "hledger"])
def test_the_text_a_job_makes_is_the_one_of_the_command(front: Front, trade: Trade, form: str) -> None:
    trade.shipped_order(trade.shop_of())
    made = asked(front, form)
    with report_snapshot() as session:
        assert made == "".join(plain_text(session, form)).encode()


def test_pyarrow_reads_every_line_and_comes_to_the_balance_of_every_account(front: Front, trade: Trade) -> None:
    trade.shipped_order(trade.shop_of())
    table = pyarrow.parquet.read_table(io.BytesIO(asked(front, "parquet")))
    assert table.column_names == list(COLUMNS)
    sums: dict[tuple[str, str | None, str], Decimal] = defaultdict(Decimal)
    for row in table.to_pylist():
        sums[row["account"], row["owner"] and str(row["owner"]), row["asset"]] += row["amount"]
    assert table.num_rows == line_count()
    assert {key: value for key, value in sums.items() if value} == balances()


def balances() -> dict[tuple[str, str | None, str], int]:
    """Of every account that is not empty, by number, owner and asset."""
    query = select(LedgerAccount, AccountBalance.balance).join(AccountBalance)
    with reading() as session:
        return {
            (one.number, one.owner_id and str(one.owner_id), one.asset): balance
            for one, balance in session.execute(query)
            if balance
        }


def line_count() -> int:
    with reading() as session:
        return session.scalar(text("SELECT count(*) FROM postings"))


def test_duckdb_adds_the_parquet_up_to_the_balance_of_every_account(front: Front, trade: Trade, tmp_path: Path) -> None:
    trade.shipped_order(trade.shop_of())
    file = tmp_path / "books.parquet"
    file.write_bytes(asked(front, "parquet"))
    query = "SELECT account, owner::VARCHAR, asset, sum(amount), count(*) FROM read_parquet(?) GROUP BY ALL"
    with duckdb.connect() as engine:
        found = engine.execute(query, [str(file)]).fetchall()
    assert sum(count for *_, count in found) == line_count()
    assert {(number, owner, asset): amount for number, owner, asset, amount, _ in found if amount} == balances()
    assert {asset for _, _, asset, _, _ in found} == {"USD", "CTM", "GAS"}


def test_equal_books_are_equal_bytes(trade: Trade) -> None:
    trade.shipped_order(trade.shop_of())
    with report_snapshot() as session, books_parquet(session) as first, books_parquet(session) as again:
        assert first.read() == again.read()


def test_a_seller_gets_none_of_it(front: Front, trade: Trade) -> None:
    seller = front.member(trade.shop_of().owner)
    shown = seller.look("/books/settlement?first=2026-01-01")
    assert "beancount" not in seller.look("/books/reports")
    assert seller.send(shown, "/books/downloads", report="books", format="parquet").status_code == 404
    with reading() as session:
        assert session.query(ReportFile).count() == 0
