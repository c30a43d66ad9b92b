"""A program of who reads the books reads months and trial balances as the pages show them, and closes none."""

import csv
import io

import pytest

from app.access.rules import SCOPES
from app.closing.schemas import MonthShownSchema, MonthsSchema, TrialAccountSchema, TrialBalanceSchema
from app.ledger.months import CLOSED, OPEN, RUNNING
from tests.closing.kept_books import Books
from tests.closing.test_closing import ask, closed
from tests.support.programs import Program, a_token, as_documented


@pytest.fixture
def program(books: Books) -> Program:
    """Of an auditor, who may close nothing on a page either."""
    return Program(books.front.app, a_token(books.auditor, "books:read"))


def test_months_stand_as_they_stand_on_their_page(books: Books, program: Program) -> None:
    closed(books, books.before)
    told = program.ask("GET", f"/books/months?year={books.before[:4]}")
    as_documented(MonthsSchema, told)
    rows = {row["period"]: row for row in told["rows"]}
    kept = books.month(books.before)
    assert kept.hash is not None
    assert (rows[books.before]["state"], rows[books.before]["closed_by"]) == (CLOSED, "sokha@books.example")
    assert rows[books.before]["kept"]["sha256"] == kept.hash.hex()
    assert list(rows) == sorted(rows, reverse=True)
    assert told["last"] == books.running
    assert program.ask("GET", "/books/months")["rows"][0]["state"] == RUNNING
    assert program.ask("GET", "/books/months?year=1999")["rows"] == []
    for year in ("0", "99999", "x", ""):
        program.ask("GET", f"/books/months?year={year}", status=422)


def test_what_stands_between_a_month_and_its_closing_is_told_until_nothing_does(books: Books, program: Program) -> None:
    path = f"/books/months/{books.before}"
    told = program.ask("GET", path)
    as_documented(MonthShownSchema, told)
    (compared,) = [gate for gate in told["gates"] if gate["key"] == "compared"]
    assert (told["state"], told["can_be_closed"], compared["is_clear"]) == (OPEN, False, False)
    books.compare()
    assert program.ask("GET", path)["can_be_closed"]
    closed(books, books.before)
    asked = str(ask(books, books.before))
    told = program.ask("GET", path)
    as_documented(MonthShownSchema, told)
    assert (told["gates"], told["can_be_closed"]) == ([], False)
    assert [event["kind"] for event in told["events"]] == ["closed", "soft_closed"]
    assert told["events"][0]["sha256"] == told["kept"]["sha256"]
    (reopening,) = told["reopenings"]
    assert (reopening["id"], reopening["state"], reopening["who"]) == (asked, "asked", "sokha@books.example")


def test_what_came_late_is_told_at_both_months_with_words_and_the_journal(books: Books, program: Program) -> None:
    closed(books, books.before)
    books.capital(books.before, 444, day=3)
    (late,) = program.ask("GET", f"/books/months/{books.before}")["late"]
    (here,) = program.ask("GET", f"/books/months/{books.last}")["late_here"]
    assert late == here
    assert (late["event"], late["text"], late["amount"]) == ("capital_paid_in", "Capital paid in", "4.44")
    assert (late["period"], late["late_for"]) == (books.last, books.before)
    assert program.ask("GET", f"/books/journals/{late['journal']}")["late_for"] == books.before


def test_a_trial_balance_is_the_one_of_the_file_and_balances(books: Books, program: Program) -> None:
    shop = books.trade.shop_of(name="=cmd()")
    books.trade.shipped_order(shop)
    path = f"/books/months/{books.running}/trial-balance"
    told = program.ask("GET", path)
    as_documented(TrialBalanceSchema, told)
    file = program.send("GET", f"{path}.csv")
    assert file.content_type.startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(file.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row for row in rows if row["account"] != "total"] == [
        line for total in told["totals"] for line in told["lines"] if line["asset"] == total["asset"]
    ]
    assert [total["asset"] for total in told["totals"]] == ["USD", "CTM", "GAS"]
    assert all(total["closing_debit"] == total["closing_credit"] for total in told["totals"])
    account = program.ask("GET", f"{path}/2110")
    as_documented(TrialAccountSchema, account)
    assert [line["about"].endswith("=cmd()") for line in account["lines"]] == [True]
    owners = program.send("GET", f"{path}/owners.csv").get_data(as_text=True)
    assert account["lines"][0]["owner"] in owners
    assert ",=cmd()" not in owners, "no text of a file is a formula"
    assert program.ask("GET", f"{path}/9999", status=404)["code"] == "no-such-account"


def test_a_closed_month_is_told_as_it_was_kept(books: Books, program: Program) -> None:
    closed(books, books.before)
    books.capital(books.before, 444, day=3)
    told = program.ask("GET", f"/books/months/{books.before}/trial-balance")
    assert [(line["account"], line["closing_debit"]) for line in told["lines"]] == [("1010", "50.00"), ("3000", "0.00")]
    assert told["kept"]["version"] == 1


@pytest.mark.parametrize("period", ["2026-13", "2026-1", "2999-01", "x", "%00", "2026-10%0A", "-2026-10"])
def test_there_are_no_other_months(program: Program, period: str) -> None:
    for rest in ("", "/trial-balance", "/trial-balance.csv", "/trial-balance/2110", "/trial-balance/owners.csv"):
        assert program.ask("GET", f"/books/months/{period}{rest}", status=404)["code"] == "no-such-month", rest


def test_no_token_closes_or_opens_a_month(books: Books) -> None:
    program = Program(books.front.app, a_token(books.operator))
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/books/months", f"/books/months/{books.before}"):
            assert program.send(method, path).status_code in {404, 405}
    assert not [scope for scope in SCOPES if scope.startswith("books:") and scope != "books:read"]
