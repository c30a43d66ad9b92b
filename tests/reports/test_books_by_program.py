"""A program of who reads the books: tie-out, open items, settlement, reports, journals, seals and proofs; and who may not."""

import csv
import hashlib
import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text

from app.access.models import ApiToken
from app.access.rules import OF_MARKET
from app.db.session import reading, transaction
from app.identity.models import Member, Organization
from app.ledger.chart import CHART
from app.proofs import jobs
from app.reports.api import shared, tables
from app.reports.books_schemas import LastTieOutSchema, OpenAccountsSchema, SealingSchema, SealShownSchema
from app.reports.schemas import SettlementSchema
from app.reports.table_schemas import JournalShownSchema, JournalsSchema, ReportTableShownSchema, ReportTablesSchema
from app.reports.tables.all import TABLES
from tests.closing.kept_books import somebody
from tests.reports.test_settlement_report import settled_order
from tests.support.front import Front
from tests.support.horizon import nobody_writes
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade

SCRIPT = Path(__file__).resolve().parents[2] / "docs/accountants/check_proof.py"
DAYS = "first=2026-01-01"
READS = (
    "/books/tie-out", "/books/open-items", "/books/open-items.csv", "/books/settlement", "/books/settlement.csv",
    "/books/sealing", "/books/seals", "/books/seals/1", "/books/reports", "/books/reports/fees", "/books/months",
    "/books/journals?order=x", "/books/files",
)  # fmt: skip


@pytest.fixture
def program(front: Front, trade: Trade) -> Program:
    return Program(front.app, a_token(somebody(trade, "auditor", "vanna@books.example"), "books:read"))


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_the_newest_tie_out_is_told_as_the_terminal_prints_it(front: Front, trade: Trade, program: Program) -> None:
    assert program.ask("GET", "/books/tie-out") == {"tie_out": None}
    trade.shipped_order(trade.shop_of())
    operator = front.member(trade.operator)
    assert operator.send(operator.look("/books"), "/books/compare").status_code == 303
    told = program.ask("GET", "/books/tie-out")
    as_documented(LastTieOutSchema, told)
    assert told["tie_out"]["ties"]
    assert all(row["ties"] for row in told["tie_out"]["rows"])


def test_open_items_are_those_of_the_file(trade: Trade, program: Program) -> None:
    trade.shipped_order(trade.shop_of())
    told = program.ask("GET", "/books/open-items")
    as_documented(OpenAccountsSchema, told)
    escrow = next(one for one in told["accounts"] if one["account"] == "2110")
    assert Decimal(escrow["balance"]) > 0
    assert Decimal(escrow["difference"]) == 0
    items = [
        row
        for row in table(program.send("GET", "/books/open-items.csv"))
        if row["account"] == "2110" and row["item"] != "balance"
    ]
    assert len(items) == escrow["item_count"]
    assert program.ask("GET", "/books/open-items?on=2020-01-31")["accounts"] == []
    program.ask("GET", "/books/open-items?on=yesterday", status=422)


def test_the_settlement_of_all_shops_or_of_one(trade: Trade, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Sokha Weaving")
    for one in (shop, other):
        settled_order(trade, one)
    everything = program.ask("GET", f"/books/settlement?{DAYS}")
    as_documented(SettlementSchema, everything)
    with reading() as session:
        slug = session.get_one(Organization, other.id).slug
    own = program.ask("GET", f"/books/settlement?{DAYS}&shop={slug}")
    assert {line["seller"] for line in own["lines"]} == {"Sokha Weaving"}
    assert {line["seller"] for line in everything["lines"]} == {"Sothy's Farm", "Sokha Weaving"}
    assert table(program.send("GET", f"/books/settlement.csv?{DAYS}&shop={slug}"))[:-1] == own["lines"], (
        "the file ends with a total"
    )
    program.ask("GET", "/books/settlement?shop=nobodys", status=404)
    assert program.ask("GET", "/books/settlement?first=2026-02-01&last=2026-01-01", status=422)["code"] == (
        "impossible-period"
    )
    monkeypatch.setattr(shared, "MOST_LINES", 1)
    assert program.ask("GET", f"/books/settlement?{DAYS}", status=422)["code"] == "report-too-long"


def test_every_report_of_the_books_is_told_line_by_line_as_its_file(trade: Trade, program: Program) -> None:
    settled_order(trade, trade.shop_of(name="=cmd()"))
    offered = program.ask("GET", "/books/reports")
    as_documented(ReportTablesSchema, offered)
    assert [one["report"] for one in offered["rows"]] == list(TABLES)
    for one in offered["rows"]:
        told = program.ask("GET", f"/books/reports/{one['report']}?{DAYS}")
        as_documented(ReportTableShownSchema, told)
        lines = table(program.send("GET", f"/books/reports/{one['report']}.csv?{DAYS}"))
        assert [{name: text.removeprefix("'") for name, text in line.items()} for line in lines] == told["lines"]
        names = [column["name"] for column in told["columns"]]
        assert all(sorted(line) == sorted(names) for line in told["lines"])
        assert sum(int(total["lines"]) for total in told["totals"]) == len(told["lines"])
    program.ask("GET", "/books/reports/of-nothing", status=404)


def test_a_general_ledger_of_one_account_adds_up(trade: Trade, program: Program) -> None:
    settled_order(trade, trade.shop_of())
    told = program.ask("GET", f"/books/reports/general_ledger?{DAYS}&account=4100")
    assert {line["account"] for line in told["lines"]} == {"4100"}
    (total,) = told["totals"]
    assert Decimal(total["credit"]) == sum(Decimal(line["credit"] or 0) for line in told["lines"]) > 0
    whole = program.ask("GET", f"/books/reports/general_ledger?{DAYS}&account=none-of-ours")
    assert (whole["account"], len(whole["lines"]) > len(told["lines"])) == ("", True)
    program.ask("GET", f"/books/reports/general_ledger?account={'9' * 21}", status=422)


def test_a_long_report_comes_as_a_file_only(trade: Trade, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    settled_order(trade, trade.shop_of())
    monkeypatch.setattr(tables, "MOST_LINES", 2)
    refused = program.ask("GET", f"/books/reports/general_ledger?{DAYS}", status=422)
    assert (refused["code"], refused["values"]) == ("report-too-long", {"most": 2})
    assert len(table(program.send("GET", f"/books/reports/general_ledger.csv?{DAYS}"))) > 2


def test_from_a_line_to_its_journal_and_to_what_the_chain_said(trade: Trade, program: Program) -> None:
    group = settled_order(trade, trade.shop_of())
    line = program.ask("GET", f"/books/reports/fees?{DAYS}")["lines"][0]
    told = program.ask("GET", f"/books/journals/{line['journal']}")
    as_documented(JournalShownSchema, told)
    for asset in {one["asset"] for one in told["lines"]}:
        sides = [
            [Decimal(one[side] or 0) for one in told["lines"] if one["asset"] == asset] for side in ("debit", "credit")
        ]
        assert sum(sides[0]) == sum(sides[1])
    assert {one["account"] for one in told["lines"]} <= CHART.keys()
    assert told["fact"]
    number = group.orders[0].number
    found = program.ask("GET", f"/books/journals?order={number}")
    as_documented(JournalsSchema, found)
    events = [one["event"] for one in found["rows"]]
    assert "leg_released" in events
    assert [one["text"] for one in found["rows"] if one["event"] == "leg_released"] == ["Released to the seller"]
    for wrong in ("/books/journals?order=nothing", f"/books/journals/{group.id}"):
        assert program.ask("GET", wrong, status=404)["code"] == "journal-not-found"
    program.ask("GET", "/books/journals", status=422)


def test_seals_are_told_and_a_proof_holds_without_the_market(trade: Trade, program: Program, tmp_path: Path) -> None:
    before = program.ask("GET", "/books/sealing")
    as_documented(SealingSchema, before)
    assert (before["newest"], before["sealed"]) == (None, 0)
    assert program.ask("GET", "/books/seals") == {"rows": [], "next_cursor": None}
    assert program.ask("GET", "/books/seals/1", status=404)["code"] == "seal-not-found"
    settled_order(trade, trade.shop_of())
    assert program.ask("GET", "/books/sealing")["waiting"] > 0
    line = program.ask("GET", f"/books/settlement?{DAYS}")["lines"][0]
    assert program.ask("GET", f"/books/entries/{line['journal']}/proof")["sealed"] is False
    nobody_writes()
    jobs.seal()
    trade.settle()
    jobs.verify()
    told = program.ask("GET", "/books/sealing")
    as_documented(SealingSchema, told)
    assert (told["last_look"]["fault_count"], told["anchor"]["seal"]) == (0, told["newest"]["number"])
    page = program.ask("GET", "/books/seals?size=1")
    assert page["rows"] == [told["newest"]]
    seal = program.ask("GET", f"/books/seals/{told['newest']['number']}")
    as_documented(SealShownSchema, seal)
    assert seal["anchor"] == told["anchor"]
    assert len(seal["leaves"]) == seal["journals"]
    proof = program.ask("GET", f"/books/entries/{line['journal']}/proof")
    leaf = hashlib.sha256(b"\0" + proof["words"].encode()).hexdigest()
    assert {"journal": line["journal"], "leaf": leaf} in seal["leaves"]
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(tmp_path / "proof.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert program.ask("GET", "/books/entries/00000000-0000-7000-8000-000000000000/proof", status=404)["code"] == (
        "entry-not-found"
    )
    program.ask("GET", f"/books/seals/{2**70}", status=404)


def test_many_seals_come_a_page_at_a_time(trade: Trade, program: Program) -> None:
    for _ in range(3):
        trade.shipped_order(trade.shop_of())
        nobody_writes()
        jobs.seal()
    numbers, cursor = [], ""
    while True:
        page = program.ask("GET", f"/books/seals?size=1{cursor}")
        numbers += [row["number"] for row in page["rows"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    with reading() as session:
        assert numbers == list(session.scalars(text("SELECT number FROM seals ORDER BY number DESC")))
    assert program.ask("GET", "/books/seals?cursor=x", status=422)["code"] == "bad-cursor"


def test_who_reads_no_books_gets_no_such_token_and_who_loses_the_role_reads_none(front: Front, trade: Trade) -> None:
    shop, accountant = trade.shop_of(), somebody(trade, "accountant", "sokha@books.example")
    refused = front.member(shop.owner)
    page = refused.look("/account/tokens")
    assert "Read the books of the market" not in page
    sent = {"name": "Books", "whom": "self", "scopes": ["books:read"], "days": "90"}
    assert refused.send(page, "/account/tokens", **sent).status_code == 422
    keeper = front.member(accountant)
    page = keeper.look("/account/tokens")
    assert "Read the books of the market" in page
    assert keeper.send(page, "/account/tokens", **sent).status_code == 200
    with reading() as session:
        assert [token.scopes for token in session.query(ApiToken)] == [["books:read"]]
    program = Program(front.app, a_token(accountant, "books:read"))
    everything_else = Program(front.app, a_token(shop.owner))
    for path in READS:
        assert everything_else.ask("GET", path, status=403)["code"] == "scope-missing", path
        assert Program(front.app).send("GET", path).status_code == 401, path
    with transaction() as session:
        session.execute(delete(Member).where(Member.user_id == accountant.user_id))
    for path in READS:
        assert program.ask("GET", path, status=403)["code"] == "books-reader-needed", path


def test_the_books_go_with_no_token_of_a_shop(front: Front, trade: Trade) -> None:
    shop, boss = trade.shop_of(), trade.operator
    with transaction() as session:
        session.add(Member(organization_id=shop.id, user_id=boss.user_id, role="owner"))
    member = front.member(boss)
    sent = {"name": "Books", "whom": str(shop.id), "scopes": ["books:read"], "days": "90"}
    answer = member.send(member.look("/account/tokens"), "/account/tokens", **sent)
    assert answer.status_code == 422
    assert "The books are the market&#39;s, not a shop&#39;s." in answer.get_data(as_text=True)
    assert {"books:read"} == OF_MARKET


def test_a_shop_reads_its_own_reports_and_none_of_the_markets(front: Front, trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Sokha Weaving")
    for one in (shop, other):
        settled_order(trade, one)
    program = Program(front.app, a_token(shop.owner, "reports:read", shop=shop.id))
    offered = program.ask("GET", "/shop/reports")
    as_documented(ReportTablesSchema, offered)
    assert {one["report"] for one in offered["rows"]} == {key for key, one in TABLES.items() if one.for_sellers}
    told = program.ask("GET", f"/shop/reports/fees?{DAYS}")
    as_documented(ReportTableShownSchema, told)
    assert {line["seller"] for line in told["lines"]} == {"Sothy's Farm"}
    assert table(program.send("GET", f"/shop/reports/fees.csv?{DAYS}")) == told["lines"]
    assert program.ask("GET", "/shop/reports/general_ledger", status=404)["code"] == "report-not-found"
    program.ask("GET", f"/shop/reports/fees?shop={other.id}", status=404)
    program.ask("GET", "/shop/reports/fees?account=2110", status=422)
