"""Nonces and fees: what is signed is mined once, whatever happens on the way."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text, update

from app.chain.actions import follow_transactions as following
from app.chain.models import ChainTransaction
from app.db.session import reading, transaction
from app.settlement.actions.deploy_market import deploy_market
from app.settlement.actions.exit_leg import release_leg
from app.settlement.models import ChainIntent
from app.settlement.worker import SIGNER_LOCK, SettlementWorker
from tests.support.settled import Settled
from tests.support.waiting import wait_for

UNIT = 10_000


def funded(settled: Settled) -> UUID:
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    return order


def rows(purpose: str) -> list[ChainTransaction]:
    with reading() as session:
        found = session.query(ChainTransaction).filter_by(purpose=purpose).order_by(ChainTransaction.id)
        return list(found)


def sent_and_forgotten(settled: Settled, order: UUID) -> None:
    """A release that was broadcast long ago and that no block took."""
    settled.chain.mine_with_each_transaction(on=False)
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.worker.round()
    long_ago = datetime.now(UTC) - following.BUMP_AFTER - timedelta(seconds=1)
    with transaction() as session:
        session.execute(update(ChainTransaction).where(ChainTransaction.state == "signed").values(created_at=long_ago))


def test_what_no_block_takes_is_sent_again_with_higher_fees_and_every_hash_is_kept(settled: Settled) -> None:
    order = funded(settled)
    sent_and_forgotten(settled, order)
    settled.worker.round()
    first, second = rows("release:1")
    assert (second.nonce, second.replaces_id) == (first.nonce, first.id)
    assert second.max_fee * 8 >= first.max_fee * 9
    assert second.priority_fee * 8 >= first.priority_fee * 9
    settled.worker.round()
    settled.settle()
    first, second = rows("release:1")
    assert (first.state, second.state) == ("replaced", "final")
    assert settled.books("2110", owner=order) == 0
    with reading() as session:
        assert session.query(ChainIntent).filter_by(key="release:1").one().state == "done"
    settled.books_equal_chain()


def test_the_first_one_may_be_mined_after_all(settled: Settled) -> None:
    order = funded(settled)
    sent_and_forgotten(settled, order)
    settled.worker._bump()
    settled.chain.mine()
    settled.settle()
    assert [row.state for row in rows("release:1")] == ["final", "replaced"]
    with reading() as session:
        assert session.query(ChainIntent).filter_by(key="release:1").one().state == "done"
    settled.books_equal_chain()


def test_after_a_reorg_any_transaction_of_the_nonce_counts(settled: Settled) -> None:
    order = funded(settled)
    sent_and_forgotten(settled, order)
    settled.worker._bump()
    settled.chain.mine()
    settled.worker.round()
    assert [row.state for row in rows("release:1")] == ["mined", "replaced"]
    settled.chain.reorg(1)
    settled.worker.round()
    assert {row.state for row in rows("release:1")} == {"signed"}
    settled.settle()
    assert sorted(row.state for row in rows("release:1")) == ["final", "replaced"]
    assert settled.books("2110", owner=order) == 0
    settled.books_equal_chain()


def test_a_nonce_used_with_our_key_elsewhere_is_noticed_and_the_work_done_under_another(settled: Settled) -> None:
    order = funded(settled)
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.worker._sign()
    treasury = settled.keys.treasury().address
    settled.chain.call("anvil_impersonateAccount", treasury)
    settled.chain.send(treasury, treasury)
    settled.chain.call("anvil_stopImpersonatingAccount", treasury)
    settled.worker.round()
    settled.chain.finalize()
    settled.worker.round()
    settled.worker._due_at = 0
    settled.settle()

    def is_sent_again() -> bool:
        settled.worker.round()
        return len(rows("release:1")) > 1

    wait_for(is_sent_again, what="the second attempt, which waits a little")
    settled.settle()
    lost, done = rows("release:1")
    assert (lost.state, done.state, done.nonce) == ("replaced", "final", lost.nonce + 1)
    assert settled.books("2110", owner=order) == 0
    settled.books_equal_chain()


def test_deploying_again_finds_what_is_there_and_signs_nothing(settled: Settled) -> None:
    with reading() as session:
        before = session.query(ChainTransaction).count()
    assert all("was there" in line for line in deploy_market())
    with reading() as session:
        assert session.query(ChainTransaction).count() == before
        stored = session.execute(text("SELECT name, chain_id FROM deployments ORDER BY name")).all()
    assert [tuple(row) for row in stored] == [("Escrow", 31337), ("LedgerAnchor", 31337), ("SettlementToken", 31337)]


def test_a_deployment_that_died_before_it_was_recorded_goes_on_at_the_same_address(settled: Settled) -> None:
    with transaction() as session:
        address = session.execute(text("DELETE FROM deployments WHERE name = 'Escrow' RETURNING address")).scalar_one()
    lines = deploy_market()
    assert f"Escrow 0x{bytes(address).hex()} on chain 31337 (deployed)" in lines


def test_a_worker_that_lost_the_database_leads_again_and_a_second_one_waits(settled: Settled) -> None:
    first, second = SettlementWorker(), SettlementWorker()
    for worker in (first, second):
        worker.stop()  # whoever cannot lead does not wait
    assert first._holds_lock()
    assert not second._holds_lock()
    with transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ),
            {"key": SIGNER_LOCK},
        )
    first._let_go()
    wait_for(second._holds_lock, what="the lock of a connection that ended")
    assert not first._holds_lock()
    second._let_go()
    wait_for(first._holds_lock, what="the lock that was let go")
    first._let_go()
