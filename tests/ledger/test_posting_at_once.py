"""Several processes post at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.ledger import recipes
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import JournalEntry
from tests.ledger.entries import AT, leg, log_ref

THREADS, EACH = 8, 25


@pytest.fixture
def engine(cloned_database: str) -> Engine:
    made = create_engine(cloned_database, pool_size=THREADS)
    yield made
    made.dispose()


def entries(thread: int) -> list[JournalEntry]:
    """The same accounts in ever other order; a third of the keys is everybody's."""
    chance = Random(thread)
    found = []
    for number in range(EACH):
        owner = "all" if number % 3 == 0 else f"thread-{thread}"
        key, at = f"{owner}-{number}", AT + timedelta(seconds=number)
        found += [
            recipes.capital_paid_in(key=key, cents=100 + number, at=at),
            recipes.card_payment_succeeded(payment_intent=key, cents=100 + number, at=at),
            recipes.charge_settled(balance_transaction=f"txn-{key}", gross=100 + number, fee=3, at=at),
            recipes.card_refund_succeeded(refund=f"re-{key}", cents=1, at=at, order_id=None),
        ]
    chance.shuffle(found)
    return found


def test_eight_threads_keep_balances_equal_to_the_sums(engine: Engine) -> None:
    start = Barrier(THREADS)

    def work(thread: int) -> None:
        start.wait()
        for entry in entries(thread):
            with Session(engine) as session, session.begin():
                post_journal(session, entry)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    with engine.connect() as connection:
        drift = connection.scalar(
            text(
                "SELECT count(*) FROM account_balances AS b WHERE b.balance <>"
                " (SELECT coalesce(sum(p.amount), 0) FROM postings AS p WHERE p.account_id = b.account_id)"
            )
        )
        journals = connection.scalar(text("SELECT count(*) FROM journals"))
        accounts = connection.scalar(text("SELECT count(*) FROM ledger_accounts"))
    assert drift == 0
    shared = len(range(0, EACH, 3))
    assert journals == 4 * (shared + THREADS * (EACH - shared))
    assert accounts == 6


def test_a_balance_is_spent_once_by_eight_who_want_it(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        post_journal(session, recipes.tokens_minted_to_treasury(units=1_000_000, log=log_ref()))
        post_journal(session, recipes.leg_funded_by_card(leg=leg(), units=1_000_000, log=log_ref()))
    start = Barrier(THREADS)

    def work(_thread: int) -> bool:
        start.wait()
        try:
            with Session(engine) as session, session.begin():
                post_journal(session, recipes.leg_refunded_to_wallet(leg=leg(), units=1_000_000, log=log_ref()))
        except DBAPIError:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(work, range(THREADS))) == 1


def test_lines_cannot_be_added_after_the_commit(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        journal = post_journal(session, recipes.capital_paid_in(key="capital", cents=100, at=AT))
    late = (
        "INSERT INTO postings (journal_id, line, account_id, amount)"
        " SELECT :journal, line + 2, account_id, amount FROM postings WHERE journal_id = :journal"
    )
    with pytest.raises(DBAPIError, match="lines cannot be added later"), engine.begin() as connection:
        connection.execute(text(late), {"journal": journal})


def test_a_journal_cannot_be_left_open_by_claiming_a_later_transaction(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO ledger_accounts (number, asset, natural_side) VALUES ('1010', 'USD', 1)"))
        later = connection.scalar(
            text(
                "INSERT INTO journals (key, event, effective_at, payload_hash, xid, posted_at)"
                " VALUES ('x', 'x', now(), ''::bytea, pg_current_xact_id()::text::bigint + 1, '2020-01-01') RETURNING id"
            )
        )
        for line, amount in ((1, 5), (2, -5)):
            connection.execute(
                text("INSERT INTO postings SELECT :id, :line, id, :amount FROM ledger_accounts"),
                {"id": later, "line": line, "amount": amount},
            )
    with pytest.raises(DBAPIError, match="lines cannot be added later"), engine.begin() as connection:
        connection.execute(text("INSERT INTO postings SELECT :id, 3, id, 9 FROM ledger_accounts"), {"id": later})
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT posted_at > now() - interval '1 hour' FROM journals WHERE key = 'x'"))
