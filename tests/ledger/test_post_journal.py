"""The way into the books, and what the database itself refuses."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.ledger import recipes
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import token_account, usd_account
from app.ledger.entries import JournalEntry, credit, debit
from app.ledger.errors import JournalKeyReused, UnbalancedJournal
from app.ledger.queries import balance, balances_by_account, reserve_cents
from tests.ledger.entries import AT, RECIPES, log_ref

CAPITAL = recipes.capital_paid_in(key="capital:1", cents=500, at=AT)
RAW_JOURNAL = (
    "INSERT INTO journals (key, event, effective_at, payload_hash, xid) VALUES ('raw', 'raw', now(), ''::bytea, :xid)"
    " RETURNING id"
)
RAW_POSTING = "INSERT INTO postings (journal_id, line, account_id, amount) VALUES (:journal, :line, :account, :amount)"


def commit(session: Session) -> None:
    """As the end of a transaction would: deferred constraints are asked."""
    session.flush()
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def raw_journal(session: Session, xid: int = 1) -> object:
    return session.scalar(text(RAW_JOURNAL), {"xid": xid})


def account(session: Session, number: str, asset: str = "USD") -> object:
    return session.scalar(
        text("SELECT id FROM ledger_accounts WHERE number = :number AND asset = :asset"),
        {"number": number, "asset": asset},
    )


def refused(session: Session, statement: str, words: str, **values: object) -> None:
    with pytest.raises(DBAPIError, match=words), session.begin_nested():
        session.execute(text(statement), values)
        commit(session)


@pytest.fixture
def books(session: Session) -> Session:
    post_journal(session, CAPITAL)
    commit(session)
    return session


def test_what_is_posted_is_read_on_the_natural_side(books: Session) -> None:
    assert balance(books, "1010", "USD") == 500
    assert balance(books, "3000", "USD") == 500
    assert reserve_cents(books) == 500
    assert [tuple(row) for row in balances_by_account(books)] == [("1010", "USD", 500), ("3000", "USD", 500)]


def test_amounts_of_two_hundred_bits_are_kept_exactly(books: Session) -> None:
    post_journal(books, recipes.capital_paid_in(key="capital:huge", cents=2**200 - 1, at=AT))
    assert balance(books, "1010", "USD") == 2**200 + 499


def test_the_same_key_with_the_same_content_is_one_journal(books: Session) -> None:
    assert post_journal(books, CAPITAL) == post_journal(books, CAPITAL)
    assert balance(books, "1010", "USD") == 500


@pytest.mark.parametrize(
    "other",
    [
        recipes.capital_paid_in(key="capital:1", cents=501, at=AT),
        recipes.capital_paid_in(key="capital:1", cents=500, at=AT + timedelta(seconds=1)),
        replace(CAPITAL, event="gift"),
        replace(CAPITAL, stripe_id="pi_1"),
        replace(CAPITAL, lines=tuple(reversed(CAPITAL.lines))),
    ],
    ids=["amount", "time", "event", "source", "order of lines"],
)
def test_the_same_key_with_other_content_is_refused(books: Session, other: JournalEntry) -> None:
    with pytest.raises(JournalKeyReused):
        post_journal(books, other)


def test_an_unbalanced_journal_is_refused_before_it_reaches_the_database(session: Session) -> None:
    crooked = JournalEntry("x", "x", AT, (debit(usd_account("1010"), 5), credit(usd_account("3000"), 4)))
    with pytest.raises(UnbalancedJournal):
        post_journal(session, crooked)


def test_balancing_one_asset_with_another_is_refused_by_the_database(books: Session) -> None:
    post_journal(books, recipes.tokens_minted_to_treasury(units=100, log=log_ref()))
    refused(
        books,
        RAW_POSTING + ", (:journal, 2, :other, -5)",
        "does not balance in",
        journal=raw_journal(books),
        line=1,
        account=account(books, "1010"),
        amount=5,
        other=account(books, "1200", "CTM"),
    )


def test_posting_reads_the_accounts_it_needs_however_many_orders_have_one(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO ledger_accounts (number, asset, owner_id, natural_side)"
            " SELECT '2110', 'CTM', uuidv7(), -1 FROM generate_series(1, 2000)"
        )
    )
    session.execute(text("ANALYZE ledger_accounts"))
    order = token_account("2110", uuid4())
    before = accounts_read(session)
    for key in ("opens the account", "finds it"):
        post_journal(session, JournalEntry(key, "moved", AT, (debit(token_account("2150"), 5), credit(order, 5))))
    assert accounts_read(session) - before < 100


def accounts_read(session: Session) -> int:
    """Rows of `ledger_accounts` that this transaction has read so far."""
    read = text(
        "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'ledger_accounts'"
    )
    return int(session.scalar(read) or 0)


def test_a_journal_without_lines_is_refused(books: Session) -> None:
    raw_journal(books)
    refused(books, "SELECT 1", "has no postings")


@pytest.mark.parametrize("table", ["journals", "postings", "ledger_accounts"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_is_booked_can_be_neither_changed_nor_deleted(books: Session, table: str, verb: str) -> None:
    column = {"journals": "event = 'x'", "postings": "amount = 1", "ledger_accounts": "may_go_negative = true"}[table]
    refused(books, verb.format(table, column), "is refused")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account_balances SET balance = balance + 1",
        "DELETE FROM account_balances",
        "TRUNCATE account_balances",
        "INSERT INTO account_balances (account_id, balance) SELECT id, 7 FROM ledger_accounts",
    ],
)
def test_a_balance_cannot_be_written_by_hand(books: Session, statement: str) -> None:
    refused(books, statement, "by hand is refused")


def test_a_line_of_nothing_is_refused(books: Session) -> None:
    values = {"journal": raw_journal(books), "line": 1, "account": account(books, "1010"), "amount": 0}
    refused(books, RAW_POSTING, "amount_is_not_zero", **values)


@pytest.mark.parametrize("name", ["leg_released", "leg_refunded_to_wallet", "treasury_tokens_burned"])
def test_money_that_is_not_there_cannot_leave(books: Session, name: str) -> None:
    with pytest.raises(DBAPIError, match="would fall to"), books.begin_nested():
        post_journal(books, RECIPES[name](10_000, 0))
        commit(books)
    assert balance(books, "1210", "CTM") == 0


def test_redeeming_more_than_a_seller_has_is_refused_even_when_another_seller_has_it(books: Session) -> None:
    for name in ("tokens_minted_to_treasury", "leg_funded_by_card", "leg_released"):
        post_journal(books, RECIPES[name](1_000_000 if name != "leg_funded_by_card" else 100, 0))
    poor = recipes.seller_tokens_redeemed(organization_id=uuid4(), units=10_000, log=log_ref())
    with pytest.raises(DBAPIError, match="would fall to"), books.begin_nested():
        post_journal(books, poor)
        commit(books)
