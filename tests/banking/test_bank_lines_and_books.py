"""Lines of the bank against the journals of the bank account: each group is matched by a rule or has a reason."""

from collections.abc import Mapping

import pytest

from app.banking.actions.keep_statement import StatementFile, keep_statement
from app.banking.rules import read_statement
from app.bookkeeping.actions.book_capital import book_capital
from app.db.session import in_transaction, reading, transaction
from app.reconciliation.sql_files import statement
from tests.banking.files import camt, entry
from tests.closing.kept_books import Books, books  # noqa: F401


def outcome(books: Books, *entries: str) -> Mapping[str, tuple[int | None, str | None]]:  # noqa: F811
    """By reference: the rule that put both sides together, and the reason why they do not agree."""
    file = StatementFile("november.xml", camt(entries), "camt053", "")
    read = read_statement(file.content, file.format, "USD")
    in_transaction(lambda session: keep_statement(session, books.operator, file, read))
    with reading() as session:
        rows = session.execute(statement("bank_lines")).all()
    return {row.name: (row.rule, row.reason) for row in rows if row.name in {"aba7", "aba8", "new"}}


@pytest.fixture
def booked(books: Books) -> Books:  # noqa: F811
    with transaction() as session:
        book_capital(session, books.operator, cents=5_000, reference="ABA-7", at=books.moment(books.last))
    return books


def test_a_line_with_reference_and_amount_of_a_journal_is_matched_however_it_is_written(booked: Books) -> None:
    assert outcome(booked, entry("50.00", reference="aba 7")) == {"aba7": (1, None)}


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([entry("50.01", reference="ABA-7")], {"aba7": (1, "AMOUNT")}),
        ([entry("50.00", "DBIT", reference="ABA-7")], {"aba7": (1, "AMOUNT")}),
        ([entry("50.00", reference="ABA-7", currency="SGD")], {"aba7": (1, "CURRENCY")}),
        ([entry("50.00", reference="ABA-7"), entry("50.00", reference="ABA-7")], {"aba7": (1, "DUPLICATE")}),
        ([entry("50.00", reference="ABA-8")], {"aba7": (None, "BANK_MISSING"), "aba8": (None, "MISSING_LEDGER")}),
    ],
    ids=["by one cent", "wrong side", "currency", "twice", "swapped reference"],
)
def test_a_planted_fault_is_found_with_its_reason(
    booked: Books, entries: list[str], found: Mapping[str, tuple[int | None, str | None]]
) -> None:
    assert outcome(booked, *entries) == found
