"""Reports that are tables, against the books, and their files against foreign readers."""

import ast
import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from app.audit.actions.record_act import record_act
from app.db.session import reading, report_snapshot, transaction
from app.ledger import recipes
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import CHART
from app.ledger.models import Journal
from app.ledger.queries import balances_by_account
from app.ledger.recipes import charge_settled, gas_bought, gas_topped_up
from app.ledger.words import EVENTS
from app.orders.actions.confirm_receipt import confirm_receipt
from app.reports.errors import TooLongToPrint
from app.reports.queries import scope_for
from app.reports.rules import Period
from app.reports.tables import printing
from app.reports.tables.all import TABLES
from app.reports.tables.files import table_csv, table_pdf, table_xlsx
from app.reports.tables.reading import DECIMALS, Asked, rows, totals
from app.reports.tables.shape import Kind
from app.reports.tables.telling import told
from app.settlement.batches import _BATCHES
from tests.support.pdf import pdf_text
from tests.support.trade import Shop, Trade, buyer_of


@dataclass(frozen=True)
class Traded:
    """One order of `waiting` is in escrow, one of `paid` is released."""

    trade: Trade
    waiting: Shop
    paid: Shop


@pytest.fixture
def both(trade: Trade) -> Traded:
    found = Traded(trade, trade.shop_of(), trade.shop_of(name="Sokha Weaving"))
    trade.shipped_order(found.waiting, price=7_253)
    group = trade.shipped_order(found.paid, price=123_456)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()
    return found


@pytest.fixture
def traded(both: Traded) -> Trade:
    return both.trade


def asked(trade: Trade, key: str, *, actor=None, first: date | None = None, account: str = "") -> Asked:
    """Of the days around the chain's now."""
    today = datetime.fromtimestamp(trade.chain.now(), UTC).date()
    with reading() as session:
        scope = scope_for(session, actor or trade.operator, None)
    period = Period(first or today - timedelta(days=60), today + timedelta(days=2), scope.time_zone)
    return Asked(TABLES[key], scope, period, account)


def lines(question: Asked) -> list[dict[str, str]]:
    with report_snapshot() as session:
        names = [column.name for column in question.table.columns]
        return [dict(zip(names, row, strict=True)) for row in rows(session, question)]


def smallest(amount: str, asset: str) -> int:
    return int(Decimal(amount or "0").scaleb(DECIMALS[asset]))


def test_the_general_ledger_ends_with_the_balances_of_the_books(traded: Trade) -> None:
    found = lines(asked(traded, "general_ledger"))
    last, moved = {}, defaultdict(int)
    for line in found:
        key = line["account"], line["asset"]
        last[key] = smallest(line["balance"], line["asset"])
        side = CHART[line["account"]].natural_side
        moved[key] += side * (smallest(line["debit"], line["asset"]) - smallest(line["credit"], line["asset"]))
    with reading() as session:
        booked = {(row.number, row.asset): int(row.balance) for row in balances_by_account(session)}
    assert {key: amount for key, amount in last.items() if amount} == {
        key: amount for key, amount in booked.items() if amount
    }
    assert moved == last


def test_debits_and_credits_of_the_general_ledger_are_the_same_in_each_asset(traded: Trade) -> None:
    question = asked(traded, "general_ledger")
    with report_snapshot() as session:
        found = totals(session, question)
    assert {total["asset"] for total in found} == set(DECIMALS)
    for total in found:
        assert total["debit"] == total["credit"] != ""


def test_the_general_ledger_of_one_account_begins_with_what_was_there_before(traded: Trade) -> None:
    whole = lines(asked(traded, "general_ledger", account="2110"))
    assert {line["account"] for line in whole} == {"2110"}
    later = datetime.fromisoformat(whole[-1]["booked_at"]).date()
    part = lines(asked(traded, "general_ledger", account="2110", first=later + timedelta(days=1)))
    assert part == []
    part = lines(asked(traded, "general_ledger", account="2110", first=later))
    assert part == [line for line in whole if date.fromisoformat(line["booked_at"][:10]) >= later]


def test_fees_are_the_commission_and_the_costs_that_are_booked(traded: Trade) -> None:
    with transaction() as session:
        post_journal(session, charge_settled(balance_transaction="txn_1", gross=7_403, fee=245, at=traded.now()))
    with report_snapshot() as session:
        found = {total["asset"]: total for total in totals(session, asked(traded, "fees"))}
    assert smallest(found["CTM"]["commission"], "CTM") == traded.books("4100") > 0
    assert smallest(found["CTM"]["vat"], "CTM") == traded.books("2300") > 0
    assert smallest(found["USD"]["cost"], "USD") == traded.books("5100", "USD") > 0
    (commission,) = [line for line in lines(asked(traded, "fees")) if line["type"] == "commission"]
    assert commission["percent"] == "5.0000"


def test_a_seller_reads_its_own_commission_and_no_costs_of_the_market(both: Traded) -> None:
    (line,) = lines(asked(both.trade, "fees", actor=both.paid.owner))
    assert (line["type"], line["seller"]) == ("commission", "Sokha Weaving")
    assert lines(asked(both.trade, "fees", actor=both.waiting.owner)) == []


def test_what_is_in_escrow_stands_in_its_age_and_adds_up_to_the_account(traded: Trade) -> None:
    (line,) = lines(asked(traded, "escrow_ageing"))
    assert smallest(line["amount"], "CTM") == traded.books("2110") > 72_530_000  # goods and their sending
    assert line["days_0_7"] == line["amount"]
    assert line["days_8_30"] == ""


def test_tokens_end_with_the_supply_on_chain_and_what_changed_explains_it(traded: Trade) -> None:
    found = [line for line in lines(asked(traded, "tokens_and_reserve")) if line["account"] == "3910"]
    amounts = {line["what"]: smallest(line["amount"], "CTM") for line in found if line["what"] != "change"}
    changes = sum(smallest(line["amount"], "CTM") for line in found if line["what"] == "change")
    assert amounts["closing"] == traded.supply()
    assert amounts["opening"] + changes == amounts["closing"]


def test_gas_is_the_coin_that_transactions_took_and_the_dollars_it_cost(traded: Trade) -> None:
    with transaction() as session:
        post_journal(session, gas_topped_up(chain_id=1, block_number=1, wei=10**18 + 1, at=traded.now()))
        post_journal(session, gas_bought(key="coin", cents=30_012, at=traded.now()))
    question = asked(traded, "gas")
    with report_snapshot() as session:
        (found,) = totals(session, question)
    assert smallest(found["spent"], "GAS") == traded.books("5130", "GAS") > 0
    assert smallest(found["came"], "GAS") - smallest(found["spent"], "GAS") == traded.books("1220", "GAS")
    assert smallest(found["dollars"], "USD") == traded.books("5130", "USD") == 30_012
    spent = [line for line in lines(question) if line["spent"]]
    assert all(line["tx_hash"] for line in spent)
    assert {"mint", "deposit"} <= {line["purpose"] for line in spent}


@pytest.mark.parametrize("locale", ["en", "km"])
def test_what_gas_was_for_is_said_in_words(locale: str) -> None:
    column = next(one for one in TABLES["gas"].columns if one.name == "purpose")
    one, several = told(locale, column, "received"), told(locale, column, "release x3")
    assert several == f"{one} × 3"
    for kind in _BATCHES:
        assert told(locale, column, f"{kind} x2") != f"{kind} x2"


@pytest.mark.parametrize(
    ("locale", "act", "noted"),
    [
        ("en", "Payout approved", "amount: $12.50; reason: late; open gates: 2; member id: x"),
        ("km", "បានអនុម័តការទូទាត់ទៅអ្នកលក់", "ចំនួនប្រាក់: $12.50; មូលហេតុ: late; លក្ខខណ្ឌនៅសល់: 2; member id: x"),
    ],
)
def test_the_audit_trail_is_told_in_words(locale: str, act: str, noted: str) -> None:
    columns = {one.name: one for one in TABLES["audit_trail"].columns}
    details = '{"cents": 1250, "reason": "late", "open_gates": 2, "member_id": "x"}'
    assert told(locale, columns["action"], "redemption.approve").replace("\u200b", "") == act
    assert told(locale, columns["details"], details).replace("\u200b", "") == noted
    assert told(locale, columns["details"], "") == ""


def test_the_audit_trail_says_who_did_what(traded: Trade) -> None:
    with transaction() as session:
        record_act(session, traded.operator.user_id, "tested", why="=1+1")
    line = lines(asked(traded, "audit_trail"))[-1]
    assert (line["action"], line["details"]) == ("tested", '{"why": "=1+1"}')
    assert line["actor"]


@pytest.mark.parametrize("key", TABLES)
def test_all_files_of_a_report_say_what_its_lines_say(traded: Trade, key: str) -> None:
    question = asked(traded, key)
    found = lines(question)
    with report_snapshot() as session, table_csv(session, question) as file:
        read = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))
    assert read == found
    with report_snapshot() as session, table_xlsx(session, question) as file:
        book = openpyxl.load_workbook(file)
    grid = list(book["Report"].iter_rows(min_row=2, values_only=True))
    assert list(grid[0]) == [column.name for column in question.table.columns]
    for column in question.table.sums:
        place = grid[0].index(column.name)
        sums = sum(Decimal(line[column.name] or "0") for line in found)
        written = sum(Decimal(str(row[place] or 0)) for row in grid[1 : 1 + len(found)])
        assert written == sums
    assert {row[0] for row in book["Columns"].iter_rows(values_only=True)} == {
        one.name for one in question.table.columns
    }


@pytest.mark.parametrize("key", [key for key, table in TABLES.items() if table.sums])
def test_duckdb_reads_the_csv_and_adds_up_the_same(traded: Trade, key: str, tmp_path: Path) -> None:
    question = asked(traded, key)
    with report_snapshot() as session, table_csv(session, question) as file:
        (tmp_path / "report.csv").write_bytes(file.read())
        found = totals(session, question)
    assert added_up(tmp_path / "report.csv", question) == [
        [Decimal(total[column.name]) for column in question.table.sums] for total in found
    ]


def added_up(file: Path, question: Asked) -> list[list[Decimal]]:
    """The sums of columns as DuckDB reads them, for each asset in the order of the alphabet; exact to the last decimal."""
    sums = ", ".join(f"coalesce(sum({column.name}::DECIMAL(38, 18)), 0)" for column in question.table.sums)
    grouped = "" if all(column.asset for column in question.table.sums) else "GROUP BY asset ORDER BY asset"
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE report AS FROM read_csv(?, all_varchar = true, header = true)", [str(file)])
        return [list(row) for row in engine.execute(f"SELECT {sums} FROM report {grouped}").fetchall() if any(row)]


@pytest.mark.parametrize("locale", ["en", "km"])
@pytest.mark.parametrize("key", [key for key, table in TABLES.items() if table.sums])
def test_the_pdf_has_every_line_and_the_totals_of_the_report(traded: Trade, key: str, locale: str) -> None:
    question = asked(traded, key)
    with report_snapshot() as session:
        found = totals(session, question)
        pdf, again = (table_pdf(session, question, locale) for _ in range(2))
    assert pdf == again
    words = pdf_text(pdf)
    for total in found:
        for column in question.table.sums:
            assert f"{Decimal(total[column.name]):,f}" in words
    for line in lines(question):
        assert line.get("order_number", "") in words
        for column in question.table.shown:
            if column.kind is Kind.AMOUNT and line[column.name]:
                assert f"{Decimal(line[column.name]):,f}" in words
    assert (question.table.title in words) == (locale == "en")


def test_a_report_too_long_to_print_is_refused_in_words(traded: Trade, monkeypatch) -> None:
    monkeypatch.setattr(printing, "MOST_PRINTED", 3)
    with report_snapshot() as session, pytest.raises(TooLongToPrint) as refused:
        table_pdf(session, asked(traded, "general_ledger"), "en")
    assert refused.value.values["most"] == 3


def test_every_file_is_the_same_when_asked_again(traded: Trade) -> None:
    question = asked(traded, "general_ledger")
    for make in (table_csv, table_xlsx):
        both = []
        for _ in range(2):
            with report_snapshot() as session, make(session, question) as file:
                both.append(file.read())
        assert both[0] == both[1]


def test_every_event_of_the_recipes_has_a_name_for_people(traded: Trade) -> None:
    calls = (node for node in ast.walk(ast.parse(Path(recipes.__file__).read_text())) if isinstance(node, ast.Call))
    made = [call.args[1] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "JournalEntry"]
    named = {event.value for event in made if isinstance(event, ast.Constant)}
    with reading() as session:
        booked = {event for (event,) in session.query(Journal.event).distinct()}
    assert len(named) > 30
    assert booked | named <= set(EVENTS)


def test_a_text_that_a_spreadsheet_would_run_is_none_in_any_file(traded: Trade) -> None:
    with transaction() as session:
        record_act(session, traded.operator.user_id, "=cmd|' /C calc'!A0")
    question = asked(traded, "audit_trail")
    with report_snapshot() as session, table_csv(session, question) as file:
        read = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))
    assert read[-1]["action"] == "'=cmd|' /C calc'!A0"
