"""The whole books as files that a job makes, for programs we did not write."""

import io
from collections import defaultdict
from decimal import Decimal

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
    with reading() as session:
        ours = {
            (one.number, one.owner_id and str(one.owner_id), one.asset): balance
            for one, balance in session.execute(
                select(LedgerAccount, AccountBalance.balance).join(
                    AccountBalance, AccountBalance.account_id == LedgerAccount.id
                )
            )
        }
        assert table.num_rows == session.scalar(text("SELECT count(*) FROM postings"))
    assert {key: value for key, value in sums.items() if value} == {key: value for key, value in ours.items() if value}


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
