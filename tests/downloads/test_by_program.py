"""A program of who reads the books has a long report made, waits for it, and fetches the very bytes of the page's file."""

import hashlib
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.db.session import reading, transaction
from app.downloads.models import ReportFile
from app.downloads.rules import EXPIRED, MOST_FILES, READY, WAITING
from app.downloads.schemas import ReportFileSchema, ReportFilesSchema
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.rules.roles import MARKET
from tests.closing.kept_books import somebody
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade

WISH = {"report": "general_ledger", "format": "csv", "first": "2026-01-01"}


@pytest.fixture
def accountant(trade: Trade) -> Actor:
    trade.shipped_order(trade.shop_of())
    return somebody(trade, "accountant", "sokha@books.example")


@pytest.fixture
def program(front: Front, accountant: Actor) -> Program:
    return Program(front.app, a_token(accountant, "books:read"))


def files() -> int:
    with reading() as session:
        return session.scalars(select(func.count()).select_from(ReportFile)).one()


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_it_is_asked_for_once_made_and_fetched(front: Front, accountant: Actor, program: Program, form: str) -> None:
    told = program.twice("POST", "/books/files", {**WISH, "format": form}, status=201)
    as_documented(ReportFileSchema, told)
    assert (told["state"], told["title"], files()) == (WAITING, "General ledger", 1)
    assert program.ask("GET", f"/books/files/{told['id']}/content", status=404)["code"] == "report-file-not-found"
    front.work()
    ready = program.ask("GET", f"/books/files/{told['id']}")
    as_documented(ReportFileSchema, ready)
    assert (ready["state"], ready["problem"]) == (READY, None)
    listed = program.ask("GET", "/books/files")
    as_documented(ReportFilesSchema, listed)
    assert listed["rows"] == [ready]
    content = program.send("GET", f"/books/files/{told['id']}/content").data
    assert (len(content), hashlib.sha256(content).hexdigest()) == (ready["byte_count"], ready["sha256"])
    assert content == front.member(accountant).browser.get(f"/books/downloads/{told['id']}", buffered=True).data
    assert program.send("DELETE", f"/books/files/{told['id']}").status_code == 204
    assert program.send("DELETE", f"/books/files/{told['id']}").status_code == 204
    for rest in ("", "/content"):
        program.ask("GET", f"/books/files/{told['id']}{rest}", status=404)
    with reading() as session:
        assert session.scalars(select(ReportFile.state)).one() == EXPIRED


def test_a_file_of_one_shop_or_of_one_account(front: Front, trade: Trade, program: Program) -> None:
    other = trade.shop_of(name="Sokha Weaving")
    trade.shipped_order(other)
    with reading() as session:
        slug = session.get_one(Organization, other.id).slug
    of_shop = program.ask("POST", "/books/files", {**WISH, "report": "escrow_ageing", "shop": slug}, status=201)
    of_account = program.ask("POST", "/books/files", {**WISH, "account": "2110"}, status=201)
    assert (of_shop["whose"], of_account["account"]) == ("Sokha Weaving", "2110")
    front.work()
    text = program.send("GET", f"/books/files/{of_shop['id']}/content").get_data(as_text=True)
    assert "Sokha Weaving" in text
    assert "Sothy" not in text
    lines = program.send("GET", f"/books/files/{of_account['id']}/content").get_data(as_text=True).splitlines()[1:]
    assert lines
    assert all(",2110," in line for line in lines)


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"report": "of-nothing"}, 422, "invalid-request"),
        ({"format": "docx"}, 422, "invalid-request"),
        ({"report": "settlement", "format": "parquet"}, 422, "no-such-format"),
        ({"last": "2025-12-31"}, 422, "impossible-period"),
        ({"report": "fees", "shop": "nobodys"}, 404, "shop-not-found"),
        ({"every": "day"}, 422, "invalid-request"),
    ],
)
def test_what_cannot_be_made_is_refused(program: Program, wrong: dict[str, str], status: int, code: str) -> None:
    refused = program.ask("POST", "/books/files", {**WISH, **wrong}, status=status)
    assert refused["code"] == code or code == "invalid-request"
    assert files() == 0


def test_so_many_are_kept_and_no_more(accountant: Actor, program: Program) -> None:
    with transaction() as session:
        market = session.scalars(select(Organization.id).where(Organization.kind == MARKET)).one()
        days = {"first_day": date(2026, 1, 1), "last_day": date(2026, 1, 31)}
        asked = {"user_id": accountant.user_id, "organization_id": market, "locale": "en", **days}
        session.add_all(
            ReportFile(**asked, report="fees", format="csv", form_token=uuid4()) for _number in range(MOST_FILES)
        )
    assert program.ask("POST", "/books/files", WISH, status=409)["code"] == "too-many-report-files"


def test_nobody_else_of_the_market_fetches_or_removes_it(front: Front, trade: Trade, program: Program) -> None:
    told = program.ask("POST", "/books/files", WISH, status=201)
    front.work()
    auditor = Program(front.app, a_token(somebody(trade, "auditor", "vanna@books.example"), "books:read"))
    for method, rest in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        auditor.ask(method, f"/books/files/{told['id']}{rest}", status=404)
    assert auditor.ask("GET", "/books/files") == {"rows": []}
    assert program.ask("GET", f"/books/files/{told['id']}")["state"] == READY
