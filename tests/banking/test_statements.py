"""Statements of the bank are taken in once, and nothing changes them."""

import io
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditEntry
from app.banking.actions.keep_statement import StatementFile, keep_statement
from app.banking.errors import StatementKeeperNeeded
from app.banking.models import BankLine, BankStatement
from app.banking.rules import read_statement
from app.db.session import in_transaction, reading, transaction
from app.identity.actor import Actor
from tests.banking.files import ABA, ABA_LATER, camt, entry
from tests.closing.kept_books import Books, books, somebody  # noqa: F401
from tests.support.front import Visitor

PATH = "/books/bank"


def sent(
    who: Visitor, content: str | bytes, *, form: str = "aba", account: str = "000 123 456"
) -> tuple[int, str, str]:
    data = content.encode() if isinstance(content, str) else content
    page = who.look(PATH)
    answer = who.send(
        page, PATH, format=form, account=account, currency="USD", file=(io.BytesIO(data), "statement.csv")
    )
    return answer.status_code, answer.get_data(as_text=True), answer.headers.get("Location", "")


def counts() -> tuple[int, int]:
    with reading() as session:
        return (
            session.scalar(select(func.count()).select_from(BankStatement)) or 0,
            session.scalar(select(func.count()).select_from(BankLine)) or 0,
        )


def test_a_statement_is_taken_in_on_the_page_and_written_down(books: Books) -> None:  # noqa: F811
    sokha = books.front.member(books.accountant)
    assert "No bank statement was taken in yet." in sokha.look(PATH)
    status, _, location = sent(sokha, ABA)
    assert status == 303
    page = sokha.look(location)
    for words in ("000123456", "STRIPE PAYOUT po_1, thank you", "50.00", "1,035.66", "ABA Bank CSV"):
        assert words in page, words
    assert "000123456" in sokha.look(PATH)
    with reading() as session:
        act = session.query(AuditEntry).filter_by(action="bank_statement.keep").one()
        assert (act.actor_id, act.details) == (
            books.accountant.user_id, {"account": "000123456", "lines": 4, "new": 4},
        )  # fmt: skip


def test_the_same_file_again_is_the_statement_it_was(books: Books) -> None:  # noqa: F811
    sokha, boss = books.front.member(books.accountant), books.front.member(books.operator)
    first, again = sent(sokha, ABA), sent(boss, ABA)
    assert first[0] == again[0] == 303
    assert first[2] == again[2]
    assert counts() == (1, 4)


def test_days_that_overlap_do_not_double_lines_and_equal_lines_stay_apart(books: Books) -> None:  # noqa: F811
    sokha = books.front.member(books.accountant)
    sent(sokha, ABA)
    _, _, location = sent(sokha, ABA_LATER)
    assert counts() == (2, 6)
    page = sokha.look(location)
    assert "Dara Chan" in page
    assert "Redemptions" not in page
    with reading() as session:
        charges = session.scalars(select(BankLine.occurrence).where(BankLine.description == "Service charge"))
        assert sorted(charges) == [1, 2, 3]


def test_a_file_with_one_line_that_cannot_be_read_leaves_nothing(books: Books) -> None:  # noqa: F811
    sokha = books.front.member(books.accountant)
    status, page, _ = sent(sokha, ABA.replace("12.34,USD", "12.x4,USD"))
    assert status == 422
    assert "Line 6, column “Money Out”: “12.x4” cannot be read." in page
    assert counts() == (0, 0)


def test_another_format_for_days_that_are_there_is_refused(books: Books) -> None:  # noqa: F811
    sokha = books.front.member(books.accountant)
    sent(sokha, ABA)
    status, page, _ = sent(
        sokha, camt([entry("50.00", day="2026-11-02")], iban="000123456"), form="camt053", account=""
    )
    assert status == 422
    assert "would count twice" in page
    assert counts() == (1, 4)
    assert sent(sokha, camt([entry("50.00", day="2026-11-09")], iban="000123456"), form="camt053", account="")[0] == 303


@pytest.mark.parametrize(
    ("form", "account", "content", "words"),
    [
        ("aba", "", ABA, "Enter the number of the bank account"),
        ("camt053", "999", camt([entry("1.00")]), "The file is of account SG12DBSS0001, not of 999."),
        ("camt053", "", camt([entry("1.00")], head="<!DOCTYPE x>"), "declares a document type"),
        ("aba", "1", ABA.replace("thank", "\0"), "is not UTF-8 text"),
        ("aba", "1", "", "No line of this file names the columns"),
    ],
)  # fmt: skip
def test_a_statement_that_is_not_taken_says_why(
    books: Books,  # noqa: F811
    form: str,
    account: str,
    content: str | bytes,
    words: str,
) -> None:
    status, page, _ = sent(books.front.member(books.accountant), content, form=form, account=account)
    assert status == 422
    assert words in page
    assert counts() == (0, 0)


def test_an_auditor_reads_statements_and_takes_none_in(books: Books) -> None:  # noqa: F811
    sokha, vanna = books.front.member(books.accountant), books.front.member(books.auditor)
    _, _, location = sent(sokha, ABA)
    assert "Take it in" not in vanna.look(PATH)
    assert "STRIPE PAYOUT" in vanna.look(location)
    with pytest.raises(StatementKeeperNeeded):
        keep(books.auditor, ABA_LATER)


def keep(actor: Actor, content: str) -> None:
    file = StatementFile("statement.csv", content.encode(), "aba", "000123456")
    read = read_statement(file.content, file.format, "USD")
    in_transaction(lambda session: keep_statement(session, actor, file, read))


def test_two_files_that_overlap_sent_at_once_do_not_double_lines(books: Books) -> None:  # noqa: F811
    start = Barrier(2)

    def go(content: str) -> None:
        start.wait()
        keep(books.operator, content)

    threads = [Thread(target=go, args=(content,)) for content in (ABA, ABA_LATER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts() == (2, 6)


@pytest.mark.parametrize("table", ["bank_statements", "bank_lines"])
@pytest.mark.parametrize("change", ["UPDATE {} SET account = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_changes_what_a_bank_said(books: Books, table: str, change: str) -> None:  # noqa: F811
    keep(books.operator, ABA)
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text(change.format(table)))
    assert counts() == (1, 4)
