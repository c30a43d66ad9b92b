"""Several journals in one statement: each is what it would be alone, or none of them is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app.db import session as database
from app.db.session import in_transaction, reading, transaction
from app.ledger.actions import post_journal as posting
from app.ledger.actions.post_journal import post_journal, post_journals
from app.ledger.chart import token_account, usd_account
from app.ledger.entries import JournalEntry, credit, debit
from app.ledger.errors import JournalKeyReused, UnbalancedJournal
from app.ledger.models import Journal, Posting
from app.ledger.queries import balance
from app.ledger.recipes import capital_paid_in, tokens_minted_to_treasury
from tests.ledger.amounts import AT, log_ref
from tests.ledger.entries import RECIPES
from tests.ledger.test_posting_at_once import DRIFT

WRITERS = 8


def paid_in(number: int, cents: int = 10) -> JournalEntry:
    return capital_paid_in(key=f"capital:{number}", cents=cents, at=AT)


def to_order(key: str, *orders: UUID, units: int = 5) -> JournalEntry:
    owed = tuple(credit(token_account("2110", order), units) for order in orders)
    return JournalEntry(key, "moved", AT, (debit(token_account("2150"), units * len(orders)), *owed))


def count(session: Session, table: str) -> int:
    return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def content(session: Session, ids: list[UUID]) -> list[tuple[object, ...]]:
    """All that was given of the journals, and their lines."""
    rows = session.scalars(select(Journal).where(Journal.id.in_(ids)).order_by(Journal.sequence))
    return [
        (
            row.event, row.effective_at, row.payload_hash, row.order_id, row.organization_id, row.stripe_id, row.chain_id,
            row.block_number, row.block_hash and len(row.block_hash), row.tx_hash and len(row.tx_hash), row.log_index,
            row.is_adjustment, row.details, [(line.line, line.account_id, line.amount) for line in row.postings],
        )
        for row in rows
    ]  # fmt: skip


def test_journals_posted_together_are_those_posted_one_by_one(session: Session) -> None:
    given = {"tokens_minted_to_treasury": 1_000_000, "leg_funded_by_card": 100, "leg_released": 1_000_000}
    alone = [RECIPES[name](amount, 0) for name, amount in given.items()] + [RECIPES["card_payment_succeeded"](7, 0)]
    one_by_one = [post_journal(session, entry) for entry in alone]
    session.commit()
    together = post_journals(session, [replace(entry, key=f"{entry.key}:again") for entry in alone])
    assert content(session, together) == content(session, one_by_one)


def test_ids_come_in_the_order_of_the_entries_known_ones_and_repeated_ones_among_them(session: Session) -> None:
    first, second = post_journals(session, [paid_in(1), paid_in(2)])
    again = post_journals(session, [paid_in(3), paid_in(2), paid_in(3), paid_in(1)])
    assert again == [again[0], second, again[0], first]
    assert balance(session, "1010", "USD") == 30


def test_their_sequence_is_the_order_they_came_in(session: Session) -> None:
    ids = post_journals(session, [paid_in(number) for number in (7, 3, 9, 1)])
    assert list(session.scalars(select(Journal.id).order_by(Journal.sequence))) == ids


def test_none_are_posted_of_no_entries(session: Session) -> None:
    assert post_journals(session, []) == []


def test_an_account_is_opened_once_for_all_that_name_it(session: Session) -> None:
    one, other = uuid4(), uuid4()
    post_journals(session, [to_order("a", one, other), to_order("b", other, one), to_order("c", one)])
    assert [balance(session, "2110", "CTM", order) for order in (one, other)] == [15, 10]
    assert count(session, "ledger_accounts WHERE number = '2110'") == 2


def test_a_key_that_stands_for_other_content_is_named_and_nothing_is_posted(session: Session) -> None:
    post_journal(session, paid_in(2))
    session.commit()
    with pytest.raises(JournalKeyReused, match="capital:2"), session.begin_nested():
        post_journals(session, [paid_in(1), paid_in(2, cents=11), paid_in(3)])
    assert count(session, "journals") == 1


def test_one_key_with_two_contents_among_the_entries_is_named(session: Session) -> None:
    with pytest.raises(JournalKeyReused, match="capital:1"):
        post_journals(session, [paid_in(1), paid_in(2), paid_in(1, cents=11)])


def test_the_one_that_does_not_balance_is_named(session: Session) -> None:
    crooked = JournalEntry("crooked", "x", AT, (debit(usd_account("1010"), 5), credit(usd_account("3000"), 4)))
    with pytest.raises(UnbalancedJournal, match="crooked"):
        post_journals(session, [paid_in(1), crooked])
    assert count(session, "journals") == 0


def test_the_one_that_takes_what_is_not_there_is_named_and_nothing_is_posted(session: Session) -> None:
    minted = tokens_minted_to_treasury(units=5, log=log_ref())
    taken = JournalEntry("taken", "x", AT, (debit(token_account("1210"), 6), credit(token_account("1200"), 6)))
    with pytest.raises(DBAPIError, match=r"account 1200 CTM  would fall to -1\n.*taken"), session.begin_nested():
        post_journals(session, [minted, taken])
        balance(session, "1200", "CTM")
    assert count(session, "journals") == 0


def test_what_one_brings_another_of_them_may_take(session: Session) -> None:
    taken = JournalEntry("taken", "x", AT, (debit(token_account("1210"), 5), credit(token_account("1200"), 5)))
    post_journals(session, [taken, tokens_minted_to_treasury(units=5, log=log_ref())])
    session.commit()
    assert balance(session, "1210", "CTM") == 5


def test_an_adjustment_of_a_closed_month_is_named(session: Session) -> None:
    session.execute(text("ALTER TABLE books DISABLE TRIGGER USER"))
    session.execute(text("UPDATE books SET soft_closed_through = now(), closed_through = now()"))
    with pytest.raises(DBAPIError, match=r"journal capital:2: .* is closed"):
        post_journals(session, [paid_in(1), replace(paid_in(2), is_adjustment=True)])


def test_more_than_one_statement_holds_are_all_posted(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "MOST_AT_ONCE", 3)
    ids = post_journals(session, [paid_in(number % 7) for number in range(10)])
    assert ids[7:] == ids[:3]
    assert balance(session, "1010", "USD") == 70


@pytest.mark.parametrize("journals", [1, 200])
def test_a_statement_posts_them_however_many_they_are(session: Session, journals: int) -> None:
    sent: list[str] = []
    listen = event.listens_for(session.connection(), "before_cursor_execute")
    listen(lambda _connection, _cursor, words, *_: sent.append(words))
    post_journals(session, [to_order(f"n:{number}", uuid4()) for number in range(journals)])
    assert len(sent) == 1
    assert count(session, "postings") == 2 * journals


def test_what_they_add_up_to_counts_once_whenever_it_is_asked(session: Session) -> None:
    for number in range(5):
        post_journals(session, [paid_in(number * 3 + more) for more in range(3)])
        if number % 2:
            assert balance(session, "1010", "USD") == 30 * (number + 1)
    session.commit()
    assert balance(session, "1010", "USD") == 150
    assert session.scalar(text(DRIFT)) == 0


def test_what_a_savepoint_counted_and_took_back_counts_again(session: Session) -> None:
    post_journals(session, [paid_in(1)])
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        assert balance(session, "1010", "USD") == 10
        _ = 1 // 0
    assert balance(session, "1010", "USD") == 10


def test_posting_waits_for_nobody_before_it_ends(cloned_database: str) -> None:
    """Two transactions move the same account at the same time; only their ends stand in line."""
    engine = database.configure(cloned_database)
    with transaction() as session:
        post_journal(session, paid_in(0))
    with transaction() as one:
        post_journal(one, paid_in(1))
        with transaction() as other:
            other.execute(text("SET LOCAL lock_timeout = '100ms'"))
            post_journal(other, paid_in(2))
    with reading() as session:
        assert balance(session, "1010", "USD") == 30
    engine.dispose()


def test_eight_threads_that_open_the_same_accounts_in_other_orders_all_post(cloned_database: str) -> None:
    engine = database.configure(cloned_database)
    rounds = [[uuid4() for _ in range(6)] for _ in range(12)]

    def post(writer: int) -> None:
        for number, orders in enumerate(rounds):
            turned = orders if writer % 2 else orders[::-1]
            entries = [to_order(f"{writer}:{number}:{order}", order) for order in turned]
            in_transaction(lambda session, entries=entries: post_journals(session, entries))  # type: ignore[misc]

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(post, range(WRITERS)))
    with reading() as session:
        assert session.scalar(text(DRIFT)) == 0
        assert count(session, "postings") == WRITERS * 12 * 6 * 2
        assert count(session, "ledger_accounts WHERE number = '2110'") == 12 * 6
    engine.dispose()


def test_lines_wait_for_an_account_that_somebody_else_opens_at_the_same_moment(cloned_database: str) -> None:
    engine = database.configure(cloned_database)
    order = uuid4()
    with ThreadPoolExecutor(1) as pool, transaction() as other:
        with transaction() as first:
            post_journal(first, to_order("first", order))
            waiting = pool.submit(_post_alone, to_order("second", order))
            _wait_until_somebody_waits(other)
        waiting.result(10)
    with reading() as session:
        assert balance(session, "2110", "CTM", order) == 10
        assert session.scalar(select(Posting.amount).where(Posting.line == 3)) is None
    engine.dispose()


def _post_alone(entry: JournalEntry) -> None:
    with transaction() as session:
        post_journal(session, entry)


def _wait_until_somebody_waits(session: Session) -> None:
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
    while not session.scalar(waits):
        session.execute(text("SELECT pg_sleep(0.01)"))


def test_of_a_process_that_dies_before_the_commit_nothing_stands_and_again_all_is_posted(cloned_database: str) -> None:
    engine = database.configure(cloned_database)
    entries = [paid_in(number) for number in range(3)]
    with pytest.raises(OperationalError), transaction() as session:
        post_journals(session, entries)
        assert balance(session, "1010", "USD") == 30
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with reading() as session:
        assert [count(session, table) for table in ("journals", "postings", "account_balances")] == [0, 0, 0]
    for _ in range(2):
        in_transaction(lambda session: post_journals(session, entries))
    with reading() as session:
        assert balance(session, "1010", "USD") == 30
    engine.dispose()
