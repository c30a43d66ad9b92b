"""Journals are sealed once each, in order, and never before one that may still be committed ahead of them."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.session import reading, transaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import usd_account
from app.ledger.entries import JournalEntry, credit, debit
from app.ledger.recipes import capital_paid_in
from app.proofs.actions.seal_journals import seal_journals
from app.proofs.models import JournalSeal, Seal
from app.proofs.queries import newest_seal, waiting
from app.proofs.rules import GENESIS
from app.proofs.sealing import seal_all
from tests.ledger.amounts import AT
from tests.proofs.conftest import look, post, seal_in_blocks
from tests.support.horizon import nobody_writes


def seals() -> list[Seal]:
    with reading() as session:
        return list(session.scalars(select(Seal).order_by(Seal.number)))


def sealed_ids() -> list[UUID]:
    with reading() as session:
        return list(session.scalars(select(JournalSeal.journal_id).order_by(JournalSeal.seal, JournalSeal.position)))


def test_every_journal_is_sealed_once_in_the_order_it_was_posted_in(posted: list[UUID]) -> None:
    seal_in_blocks(4)
    assert sealed_ids() == posted
    first, second, third = seals()
    assert [(one.number, one.journals, one.first_position) for one in (first, second, third)] == [
        (1, 4, 0),
        (2, 4, 4),
        (3, 1, 8),
    ]
    assert (first.previous_hash, second.previous_hash, third.previous_hash) == (GENESIS, first.hash, second.hash)


def test_sealing_again_without_new_journals_makes_no_seal(posted: list[UUID]) -> None:
    nobody_writes()
    assert [seal_all(), seal_all()] == [1, 0]
    post(capital_paid_in(key="later", cents=5, at=AT))
    nobody_writes()
    assert seal_all() == 1
    assert [one.journals for one in seals()] == [len(posted), 1]


def test_a_journal_that_commits_late_goes_into_the_next_seal_and_nothing_is_amiss(
    posted: list[UUID], cloned_database: str
) -> None:
    slow_engine = create_engine(cloned_database)
    with Session(slow_engine) as slow:
        fee = (debit(usd_account("5110"), 5), credit(usd_account("1120"), 5))
        late = post_journal(slow, JournalEntry("slow", "moved", AT, fee))
        (after,) = post(capital_paid_in(key="quick", cents=5, at=AT))
        seal_all()
        assert sealed_ids() == posted  # what came after the slow one waits for it
        with reading() as session:
            assert waiting(session, newest_seal(session)).count == 1
            assert look(session)[1] == []
        slow.commit()
    nobody_writes()
    seal_all()
    assert sealed_ids() == [*posted, late, after]
    with reading() as session:
        check, faults = look(session)
    assert (faults, check.looked.unsealed) == ([], 0)
    slow_engine.dispose()


def test_four_who_seal_at_once_make_one_chain(posted: list[UUID]) -> None:
    def seal(_: int) -> None:
        while True:
            with transaction() as session:
                if seal_journals(session, most=2) is None:
                    return

    nobody_writes()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(seal, range(4)))
    assert sealed_ids() == posted
    assert [one.number for one in seals()] == [1, 2, 3, 4, 5]
    with reading() as session:
        assert look(session)[1] == []


def test_a_run_that_died_is_gone_on_with(posted: list[UUID]) -> None:
    nobody_writes()
    with transaction() as session:
        seal_journals(session, most=4)
    with pytest.raises(ZeroDivisionError), transaction() as session:
        seal_journals(session, most=4)
        _ = 1 // 0
    nobody_writes()
    seal_all()
    assert sealed_ids() == posted
    assert [one.journals for one in seals()] == [4, 5]


def test_on_another_server_whose_transactions_begin_anew_all_that_waits_is_sealed(
    posted: list[UUID], superuser: Engine
) -> None:
    """As after a restore: journals of transactions this server has not come to, and a seal of another one."""
    with transaction() as session:
        seal_journals(session, most=4)
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE journals SET xid = xid + 1000000000"))
        connection.execute(text("DELETE FROM journal_seals"))
        connection.execute(text("DELETE FROM seals"))
    (new,) = post(capital_paid_in(key="new", cents=5, at=AT))
    nobody_writes()
    assert seal_all() == 1
    assert sealed_ids() == [new, *posted]
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE seals SET cluster = 1"))
    (newer,) = post(capital_paid_in(key="newer", cents=5, at=AT))
    nobody_writes()
    assert seal_all() == 1
    assert sealed_ids()[-1] == newer


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE seals SET journals = 1", "append-only"),
        ("DELETE FROM journal_seals", "append-only"),
        ("TRUNCATE seals CASCADE", "append-only"),
        (
            (
                "INSERT INTO seals SELECT number + 2, journals, first_position, merkle_root, previous_hash, '\\x01', horizon,"
                " cluster, sealed_at FROM seals WHERE number = 1"
            ),
            "does not follow",
        ),
    ],
)
def test_the_database_refuses_what_is_no_sealing(sealed: list[UUID], statement: str, words: str) -> None:
    with pytest.raises(DBAPIError, match=words), transaction() as session:
        session.execute(text(statement))
