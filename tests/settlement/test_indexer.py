"""The indexer follows one chain only, misses nothing that is final, and stops when a final block is gone."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.chain.actions import index_blocks as indexing
from app.chain.errors import DeepReorg
from app.chain.models import ChainBlock, ChainLog
from app.chain.rpc import Header, RawLog, Rpc
from app.console.health import chain_follows
from app.db.session import reading, transaction
from tests.support.settled import Settled

UNIT = 10_000


class ForgetfulRpc(Rpc):
    """A node that leaves out logs near the head, as some do."""

    def logs_of_block(self, block_hash: bytes, addresses: list[bytes]) -> list[RawLog]:
        super().logs_of_block(block_hash, addresses)
        return []


class MovingRpc(Rpc):
    """A node whose chain is replaced between two questions."""

    replace: object = None

    def header(self, block: int | str) -> Header | None:
        if isinstance(block, int) and callable(self.replace) and block == self.at:
            act, self.replace = self.replace, None
            act()
        return super().header(block)

    at = 0


class BrokenRpc(Rpc):
    """A node whose blocks above `above` do not follow those below: what a crash can make of one's data."""

    above = 0

    def header(self, block: int | str) -> Header | None:
        found = super().header(block)
        is_torn = isinstance(block, int) and block == self.above + 1
        return replace(found, parent_hash=bytes(32)) if found and is_torn else found


def tip(settled: Settled) -> indexing.Tip:
    with reading() as session:
        found = indexing.read_tip(session, settled.rpc.chain_id)
    assert found is not None
    return found


def test_logs_a_node_left_out_are_found_before_they_are_booked(settled: Settled) -> None:
    settled.worker.round()
    settled.worker.rpc = ForgetfulRpc(settled.rpc.url, settled.rpc.chain_id)
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    with reading() as session:
        assert session.query(ChainLog).filter(ChainLog.final_at.is_(None)).count() == 0
    assert settled.books("2110", owner=order) == 10_000 * UNIT
    settled.books_equal_chain()


def test_a_block_of_another_branch_is_not_put_upon_ours(settled: Settled) -> None:
    """The chain is replaced after the common ancestor was found and before the next block is read."""
    settled.worker.round()
    before = tip(settled)
    assert before.number is not None
    settled.chain.mine()
    moving = MovingRpc(settled.rpc.url, settled.rpc.chain_id)
    moving.at, moving.replace = before.number + 1, lambda: settled.chain.reorg(3)
    found = indexing.look(moving, before)
    assert found.blocks == []
    with transaction() as session:
        indexing.apply(session, found)
    settled.worker.round()
    with reading() as session:
        for block in session.query(ChainBlock).filter(ChainBlock.number > before.number - 3):
            assert "0x" + block.hash.hex() == settled.chain.block_hash(block.number)


def test_a_node_whose_blocks_do_not_join_is_not_asked_without_end(settled: Settled) -> None:
    settled.worker.round()
    seen = tip(settled).number
    assert seen is not None
    broken = BrokenRpc(settled.rpc.url, settled.rpc.chain_id)
    broken.above, settled.worker.rpc = seen, broken
    settled.chain.mine(indexing.BLOCKS_A_LOOK + 10)
    a_round = threading.Thread(target=settled.worker.round, daemon=True)
    a_round.start()
    a_round.join(60)
    is_over, seen_then = not a_round.is_alive(), tip(settled).number
    broken.above = -1  # the node is well again, which also ends a round that would not
    a_round.join(60)
    assert (is_over, seen_then) == (True, seen)
    settled.worker.round()
    assert tip(settled).number == seen + indexing.BLOCKS_A_LOOK + 10


def test_what_was_seen_from_another_tip_is_not_applied(settled: Settled) -> None:
    settled.worker.round()
    settled.chain.mine()
    stale = indexing.look(settled.rpc, tip(settled))
    with transaction() as session:
        session.execute(
            text("UPDATE chain_blocks SET hash = decode(repeat('ab', 32), 'hex') WHERE number = :n"),
            {"n": stale.tip.number},
        )
    with transaction() as session:
        assert not indexing.apply(session, stale)


def test_a_final_block_that_is_gone_halts_the_worker_until_it_is_back(settled: Settled) -> None:
    settled.chain.finalize()
    settled.worker.round()
    with transaction() as session:
        kept = {row.number: row.hash for row in session.query(ChainBlock)}
        session.execute(text("UPDATE chain_blocks SET hash = sha256(hash)"))
    settled.chain.mine()
    with pytest.raises(DeepReorg) as halt:
        settled.worker.round()
    settled.worker._halt(str(halt.value))
    assert not chain_follows().is_ready
    with transaction() as session:
        for number, block_hash in kept.items():
            session.execute(
                text("UPDATE chain_blocks SET hash = :hash WHERE number = :number"),
                {"hash": block_hash, "number": number},
            )
    settled.worker.round()
    assert chain_follows().is_ready
