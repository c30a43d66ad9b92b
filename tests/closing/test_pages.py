"""The pages of closing and `phsar books …`, as an accountant uses them without JavaScript or with a terminal."""

import csv
import hashlib
import io
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sqlalchemy import text

from app.cli.books_commands import books as command
from app.closing.rules import month_after, month_before
from app.db.session import reading, transaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import GAS, usd_account
from app.ledger.entries import JournalEntry, credit, debit
from app.ledger.months import CLOSED, OPEN, SOFT_CLOSED
from app.ledger.period_models import PeriodSnapshot
from app.ledger.queries import balance
from app.ledger.recipes import gas_topped_up
from tests.banking.files import entry
from tests.closing.kept_books import Books
from tests.closing.test_closing import ask, closed
from tests.matching.resolving import id_of, say
from tests.support.front import Visitor, hidden_fields

SOKHA, BOSS = "sokha@books.example", "operator@phsar.example"


def sign_in(books: Books) -> tuple[Visitor, Visitor]:
    return books.front.member(books.accountant), books.front.member(books.operator)


def typed(*words: str) -> Result:
    return CliRunner().invoke(command, words)


def test_a_month_is_closed_and_opened_on_its_page(books: Books) -> None:
    sokha, boss = sign_in(books)
    path = f"/books/months/{books.before}"
    assert "Not everything is in order." in sokha.look(path)
    books.trade.settle()
    answer = sokha.send(sokha.look("/books"), "/books/compare")
    assert answer.status_code == 303
    page = sokha.look(path)
    assert "Everything is in order." in page
    assert sokha.send(page, f"{path}/soft-close").status_code == 303
    page = sokha.look(path)
    assert "closed for entries" in page
    assert sokha.send(page, f"{path}/close").status_code == 303
    page = sokha.look(path)
    assert "It takes nothing more." in page
    kept = books.month(books.before).hash
    assert kept is not None
    assert kept.hex() in page
    assert sokha.send(page, f"{path}/reopen", reason="Booked twice.").status_code == 303
    page = sokha.look(path)
    assert "Somebody else has to agree." in page
    assert "Agree: open it again" not in page
    page = boss.look(path)
    refusing = re.search(r'action="(/books/reopenings/[^"]*/refuse)"', page)
    assert refusing is not None
    agreeing = refusing[1].replace("/refuse", "/agree")
    assert f'formaction="{agreeing}"' in page
    assert boss.browser.post(agreeing, data=hidden_fields(page, refusing[1])).status_code == 303
    assert books.state(books.before) == OPEN
    page = sokha.look(path)
    assert "Opened again" in page
    assert "Booked twice." in page


def test_what_was_typed_comes_back_with_what_is_wrong(books: Books) -> None:
    sokha, _boss = sign_in(books)
    path = f"/books/months/{books.before}"
    answer = sokha.send(sokha.look(path), f"{path}/soft-close", reason="")
    assert answer.status_code == 422
    assert "Write why the month is closed all the same" in answer.text
    books.soft_close(books.before, reason="Later.")
    answer = sokha.send(sokha.look(path), f"{path}/close", reason="<b>Now</b>")
    assert answer.status_code == 422
    assert "Not closed: 1 of the things" in answer.text
    assert "&lt;b&gt;Now&lt;/b&gt;" in answer.text
    answer = sokha.send(sokha.look(path), f"{path}/reopen", reason="")
    assert answer.status_code == 422
    assert books.state(books.before) == SOFT_CLOSED


def test_a_form_sent_twice_closes_once(books: Books) -> None:
    books.compare()
    sokha, _boss = sign_in(books)
    path = f"/books/months/{books.before}"
    page = sokha.look(path)
    assert sokha.send(page, f"{path}/soft-close").status_code == 303
    again = sokha.send(page, f"{path}/soft-close")
    assert again.status_code == 422
    assert "is closed already" in again.text
    assert books.state(books.before) == SOFT_CLOSED


def test_an_auditor_reads_everything_and_is_offered_nothing(books: Books) -> None:
    closed(books, books.before)
    ask(books, books.before)
    vanna = books.front.member(books.auditor)
    for period in (books.before, books.last, books.running):
        page = vanna.look(f"/books/months/{period}")
        assert not re.findall(r'action="/books/', page)
    assert books.before in vanna.look("/books/months?year=" + books.before[:4])
    vanna.look("/books/trial-balance")
    for action in (f"/books/months/{books.last}/soft-close", f"/books/months/{books.last}/close"):
        assert vanna.browser.post(action).status_code in (400, 403)


def test_what_came_late_is_listed_on_both_months_and_leads_from_one_to_the_other(books: Books) -> None:
    closed(books, books.before)
    books.capital(books.before, 444, day=3)
    sokha, _boss = sign_in(books)
    page = sokha.look(f"/books/months/{books.before}")
    assert "Came late for this month" in page
    assert f'href="/books/months/{books.last}#late-here"' in page
    page = sokha.look(f"/books/months/{books.last}")
    assert "Booked here, too late for its own month" in page
    assert f'href="/books/months/{books.before}#late"' in page
    for one in (page, sokha.look(f"/books/months/{books.before}")):
        assert re.search(r'<a href="/books/journals/[^"]+">Capital paid in</a><br>', one)
        assert "capital_paid_in<" not in one
    assert "4.44" in page


@pytest.mark.parametrize("path", ["2026-13", "2026-1", "2999-01", "x", "%00", "2026-10%0A", "-2026-10"])
def test_there_are_no_other_months(books: Books, path: str) -> None:
    sokha, _boss = sign_in(books)
    sokha.look(f"/books/months/{path}", status=404)
    sokha.look(f"/books/trial-balance?month={path}", status=404)


def test_years_that_are_none_lead_to_one_that_is(books: Books) -> None:
    sokha, _boss = sign_in(books)
    for year in ("", "x", "0", "9999", "２０２６", "-1", "2026.0"):
        assert "Months of the books" in sokha.look(f"/books/months?year={year}")


def test_a_year_shows_its_months_and_what_they_earned_and_cost(books: Books) -> None:
    lines = debit(usd_account("5100"), 250), credit(usd_account("1010"), 250)
    income = debit(usd_account("1010"), 1_100), credit(usd_account("4100"), 1_100)
    year = books.before[:4]
    with transaction() as session:
        for number, entry in enumerate((lines, income)):
            post_journal(session, JournalEntry(f"test:{number}", "test", books.moment(books.before), entry))
    sokha, _boss = sign_in(books)
    page = sokha.look(f"/books/years/{year}")
    (row,) = re.findall(rf"<tr>(?:(?!</tr>).)*>{books.before}</a>.*?</tr>", page)
    assert re.findall(r"[0-9]+\.[0-9]{2}", row) == ["11.00", "2.50", "8.50"]
    assert "It is closed when its December is closed for good." in page
    assert f'href="/books/years/{year}"' in sokha.look(f"/books/months?year={year}")
    for path in ("1999", "2999", "0", "99999999999999999999", "x"):
        sokha.look(f"/books/years/{path}", status=404)


def test_a_trial_balance_is_shown_and_taken_away_as_it_was_closed(books: Books) -> None:
    closed(books, books.before)
    sokha, _boss = sign_in(books)
    page = sokha.look(f"/books/trial-balance?month={books.before}")
    assert "As it was closed for good, version 1." in page
    file = sokha.browser.get(f"/books/trial-balance.csv?month={books.before}", buffered=True)
    rows = list(csv.DictReader(io.StringIO(file.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [(row["account"], row["debits"], row["credits"], row["closing_debit"], row["closing_credit"]) for row in rows] == [
        ("1010", "50.00", "0.00", "50.00", "0.00"),
        ("3000", "0.00", "50.00", "0.00", "50.00"),
        ("total", "50.00", "50.00", "50.00", "50.00"),
    ]  # fmt: skip
    answer = sokha.browser.get(f"/books/trial-balance.xlsx?month={books.before}", buffered=True)
    book = load_workbook(io.BytesIO(answer.data), read_only=True)
    assert book.sheetnames == ["Trial balance", "By owner", "Columns"]
    kept = books.month(books.before).hash
    assert kept is not None
    assert kept.hex() in next(iter(book["Trial balance"].iter_rows(min_row=2, max_row=2, values_only=True)))[0]


def test_parts_of_an_account_are_shown_by_name(books: Books) -> None:
    shop = books.trade.shop_of(name="=cmd()")
    books.trade.shipped_order(shop)
    sokha, _boss = sign_in(books)
    page = sokha.look("/books/trial-balance")
    assert "/books/trial-balance/2110?month=" in page
    assert "=cmd()" in sokha.look(f"/books/trial-balance/2110?month={books.running}")
    answer = sokha.browser.get("/books/trial-balance.xlsx", buffered=True)
    sheet = load_workbook(io.BytesIO(answer.data))["By owner"]
    (about,) = (row[4].value for row in sheet.iter_rows() if row[0].value == "2110")
    assert about.endswith("=cmd()")
    sokha.look("/books/trial-balance/9999", status=404)


def test_it_balances_in_a_market_that_trades(books: Books) -> None:
    """What is shown is what the running balances are."""
    books.trade.shipped_order(books.trade.shop_of())
    sokha, _boss = sign_in(books)
    file = sokha.browser.get("/books/trial-balance.csv", buffered=True)
    totals = [row for row in csv.reader(io.StringIO(file.get_data(as_text=True))) if row[0] == "total"]
    assert [row[2] for row in totals] == ["USD", "CTM", "GAS"]
    assert all(row[3] == row[4] and row[5] == row[6] and row[7] == row[8] for row in totals)
    with reading() as session:
        found = session.execute(
            text("SELECT count(*) FROM month_balances(:period) AS m FULL JOIN account_balances AS b USING (account_id)"
                 " WHERE coalesce(m.closing, 0) <> coalesce(b.balance, 0)"), {"period": books.running}
        )  # fmt: skip
        assert found.scalar() == 0


def test_coin_for_gas_is_written_to_its_eighteenth_decimal(books: Books) -> None:
    """In files as on screen, and no spreadsheet rounds it."""
    spent = 12_345_678_901_234_567_891
    with transaction() as session:
        post_journal(session, gas_topped_up(chain_id=1, block_number=7, wei=spent, at=datetime.now(UTC)))
        exact = f"{Decimal(balance(session, '1220', GAS)).scaleb(-18):.18f}"
    sokha, _boss = sign_in(books)
    assert exact in sokha.look("/books/trial-balance").replace(",", "").replace("<wbr>", "")
    file = sokha.browser.get("/books/trial-balance.csv", buffered=True).get_data(as_text=True)
    (row,) = (row for row in csv.reader(io.StringIO(file)) if row[0] == "1220")
    assert row[7] == exact
    answer = sokha.browser.get("/books/trial-balance.xlsx", buffered=True)
    (line,) = (line for line in load_workbook(io.BytesIO(answer.data))["Trial balance"].values if line[0] == "1220")
    assert line[7] == exact


def test_a_terminal_closes_opens_and_verifies(books: Books) -> None:
    done = typed("close", "--month", books.before, "--soft", "--by", SOKHA)
    assert done.exit_code == 1
    assert "not so: Stripe, books and chain were compared" in done.output
    books.compare()
    assert typed("close", "--month", books.before, "--soft", "--by", SOKHA).exit_code == 0
    done = typed("close", "--month", books.before, "--hard", "--by", SOKHA)
    kept = books.month(books.before).hash
    assert kept is not None
    assert f"{books.before} is closed for good: version 1, SHA-256 {kept.hex()}" in done.output
    shown = typed("snapshot", "show", "--month", books.before)
    assert hashlib.sha256(shown.stdout.encode()).hexdigest() == kept.hex()
    assert f"{books.before}  closed       " in typed("months").output
    assert "1 snapshots are what the books say." in typed("snapshot", "verify").output
    assert typed("reopen", "--month", books.before, "--by", BOSS, "--agree").exit_code == 2
    assert typed("reopen", "--month", books.before, "--by", BOSS, "--reason", "Twice.").exit_code == 0
    own = typed("reopen", "--month", books.before, "--by", BOSS, "--agree")
    assert own.exit_code == 1
    assert books.state(books.before) == CLOSED
    assert typed("reopen", "--month", books.before, "--by", SOKHA, "--agree").exit_code == 0
    assert books.state(books.before) == OPEN


def test_a_terminal_names_the_snapshot_that_was_tampered_with(books: Books) -> None:
    closed(books, books.before)
    with transaction() as session:
        session.execute(text("ALTER TABLE period_balances DISABLE TRIGGER USER"))
        session.execute(text("UPDATE period_balances SET opening = opening + 1, closing = closing + 1"))
    done = typed("snapshot", "verify")
    assert done.exit_code == 1
    assert f"{books.before} version 1: its lines do not give its hash" in done.output
    assert f"{books.before} version 1: the entries of the month tell otherwise 1010 USD" in done.output


def test_a_terminal_says_who_and_what_is_missing(books: Books) -> None:
    for words in (
        ("close", "--month", books.before, "--by", SOKHA),
        ("close", "--month", books.before, "--soft", "--by", "nobody@x.example"),
        ("reopen", "--month", books.before, "--by", SOKHA, "--refuse"),
        ("snapshot", "show", "--month", books.before),
    ):
        assert typed(*words).exit_code == 2, words
    assert typed("close", "--month", "2026-13", "--soft", "--by", SOKHA).exit_code == 1


def test_months_follow_each_other_over_the_end_of_a_year() -> None:
    assert month_after("2026-12") == "2027-01"
    assert month_before("2027-01") == "2026-12"
    assert all(month_before(month_after(f"2026-{n:02d}")) == f"2026-{n:02d}" for n in range(1, 13))


def test_a_snapshot_is_of_one_event_of_one_month(books: Books) -> None:
    closed(books, books.before, books.last)
    with reading() as session:
        assert [one.period for one in session.query(PeriodSnapshot).order_by(PeriodSnapshot.period)] == [
            books.before,
            books.last,
        ]


def test_a_month_leads_to_its_neighbors_and_to_each_exception_that_stops_it(books: Books) -> None:
    say(books, entry("50.00", day=f"{books.moment(books.last):%Y-%m-%d}", reference="ABA-8"))
    sokha, _boss = sign_in(books)
    page = sokha.look(f"/books/months/{books.last}")
    assert f'rel="prev" href="/books/months/{books.before}"' in page
    assert f'rel="next" href="/books/months/{books.running}"' in page
    assert f'Bank <a href="/books/exceptions/{id_of("aba8")}"><code>aba8</code></a>' in page
    assert 'rel="next"' not in sokha.look(f"/books/months/{books.running}")


def test_a_month_is_compared_from_its_own_page(books: Books) -> None:
    sokha, vanna = books.front.member(books.accountant), books.front.member(books.auditor)
    path = f"/books/months/{books.before}"
    page = sokha.look(path)
    assert "not yet" in page
    assert "Compare now" not in vanna.look(path)
    books.trade.settle()
    answer = sokha.send(page, "/books/compare", next=path)
    assert (answer.status_code, answer.location) == (303, path)
    assert "Everything is in order." in sokha.look(path)
