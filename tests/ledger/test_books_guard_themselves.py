"""The database refuses what no recipe writes, whoever asks."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import token_account, usd_account
from app.ledger.entries import JournalEntry, Line, credit, debit
from app.ledger.errors import JournalKeyReused, UnbalancedJournal
from app.ledger.models import Journal, Posting
from app.ledger.queries import balance
from app.ledger.recipes import capital_paid_in
from tests.ledger.amounts import AT, log_ref


def _header(session: Session) -> UUID:
    values = {"key": uuid4().hex, "event": "forged", "effective_at": AT, "payload_hash": b"", "details": {}}
    return session.scalars(insert(Journal).values(values).returning(Journal.id)).one()


def _line(session: Session, journal: UUID, number: int, line: int, amount: int) -> None:
    account = session.execute(text("SELECT id FROM ledger_accounts WHERE number = :n"), {"n": number}).scalar_one()
    session.execute(insert(Posting).values(journal_id=journal, line=line, account_id=account, amount=amount))


def _refused(session: Session, words: str) -> None:
    with pytest.raises(DBAPIError, match=words):
        session.commit()
    session.rollback()


@pytest.fixture
def books(session: Session) -> Session:
    post_journal(session, capital_paid_in(key="capital", cents=5_000, at=AT))
    session.commit()
    return session


def test_a_journal_that_does_not_balance_is_refused(books: Session) -> None:
    journal = _header(books)
    with pytest.raises(DBAPIError, match="does not balance in USD by 1"):
        books.execute(
            text(
                "INSERT INTO postings SELECT :j, row_number() OVER (), id,"
                " CASE number WHEN '1010' THEN 100 ELSE -99 END FROM ledger_accounts"
            ),
            {"j": journal},
        )


def test_a_journal_without_lines_is_refused(books: Session) -> None:
    _header(books)
    _refused(books, "has no postings")


def test_a_line_added_later_is_refused(books: Session) -> None:
    journal = books.execute(text("SELECT id FROM journals WHERE key = 'capital'")).scalar_one()
    books.execute(text("ALTER TABLE journals DISABLE TRIGGER journals_append_only"))
    books.execute(text("UPDATE journals SET xid = xid - 1"))  # as if it had been posted in an earlier transaction
    with pytest.raises(DBAPIError, match="lines cannot be added later"):
        _line(books, journal, "1010", 9, 1)


def test_a_line_of_nothing_is_refused(books: Session) -> None:
    journal = _header(books)
    with pytest.raises(DBAPIError, match="amount_is_not_zero"):
        _line(books, journal, "1010", 1, 0)


def test_a_line_that_is_not_a_number_is_refused(books: Session) -> None:
    journal = _header(books)
    with pytest.raises(DBAPIError, match="does not balance"):
        books.execute(
            text("INSERT INTO postings SELECT :j, 1, id, 'NaN' FROM ledger_accounts WHERE number = '1010'"),
            {"j": journal},
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journals SET effective_at = now()",
        "UPDATE postings SET amount = amount * 2",
        "DELETE FROM postings",
        "DELETE FROM journals",
        "TRUNCATE postings",
        "TRUNCATE journals CASCADE",
        "TRUNCATE ledger_accounts CASCADE",
    ],
)
def test_what_is_posted_cannot_be_changed_or_taken_away(books: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        books.execute(text(statement))


def test_an_account_cannot_be_spent_below_zero(books: Session) -> None:
    entry = JournalEntry(
        "overdraft", "forged", AT, (debit(token_account("1210"), 1), credit(token_account("1200"), 1)), log=log_ref()
    )
    with pytest.raises(DBAPIError, match=r"account 1200 CTM  would fall to -1\n.*overdraft"):
        post_journal(books, entry)
        books.commit()


def test_the_same_journal_twice_is_one(books: Session) -> None:
    entry = capital_paid_in(key="twice", cents=70, at=AT)
    assert post_journal(books, entry) == post_journal(books, entry)
    assert balance(books, "3000", "USD") == 5_070


def _other_amount(at: datetime) -> JournalEntry:
    return capital_paid_in(key="capital", cents=5_001, at=at)


def _other_time(at: datetime) -> JournalEntry:
    return capital_paid_in(key="capital", cents=5_000, at=at.replace(year=2027))


def _other_seller(at: datetime) -> JournalEntry:
    same = capital_paid_in(key="capital", cents=5_000, at=at)
    return JournalEntry(same.key, same.event, at, same.lines, organization_id=uuid4())


@pytest.mark.parametrize("other", [_other_amount, _other_time, _other_seller])
def test_the_same_key_with_another_content_is_refused(
    books: Session, other: Callable[[datetime], JournalEntry]
) -> None:
    with pytest.raises(JournalKeyReused, match="capital"):
        post_journal(books, other(AT))


def test_an_unbalanced_entry_is_refused_before_it_reaches_the_database(books: Session) -> None:
    entry = JournalEntry("bad", "bad", AT, (Line(usd_account("1010"), 2), Line(usd_account("3000"), -1)))
    with pytest.raises(UnbalancedJournal, match="USD by 1"):
        post_journal(books, entry)
