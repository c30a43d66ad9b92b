"""The indexer: block by block with parents checked, logs by block hash, reorgs undone and replayed in one transaction.

Reading the node and writing the database are apart: `look` asks the node, `apply` writes what it answered, and only if
the stored tip is still the one that `look` started from, so that two indexers cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.chain.actions.follow_transactions import forget_block
from app.chain.contracts import OURS, decode_log
from app.chain.errors import DeepReorg
from app.chain.events import DecodedLog, TransactionFinal, TransactionRolledBack, TransactionSeen
from app.chain.models import ChainBlock, ChainCursor, ChainLog, ChainTransaction, Deployment
from app.chain.rpc import Header, RawLog, Rpc
from app.events.bus import publish

BLOCKS_A_LOOK = 50
KEEP_BELOW_FINAL = 128


@dataclass(frozen=True)
class Tip:
    """Where the database stands: the last blocks applied, newest first, and the contracts to listen to."""

    chain_id: int
    number: int | None
    final_number: int
    hashes: dict[int, bytes]
    contracts: dict[bytes, str]
    first_block: int


@dataclass(frozen=True)
class NewBlock:
    header: Header
    logs: list[RawLog]


@dataclass(frozen=True)
class Look:
    """What the node answered: roll back to `keep`, then apply `blocks`."""

    tip: Tip
    keep: int | None
    blocks: list[NewBlock] = field(default_factory=list)
    safe_number: int = 0
    final: Header | None = None
    final_logs: list[RawLog] = field(default_factory=list)
    head: Header | None = None
    is_behind: bool = False
    """There is more to read at once. Not when nothing could be read: asking again without a pause would never end."""

    @property
    def does_not_join(self) -> bool:
        """The node names a block above ours that does not follow it: a chain that changes just now, or a broken one."""
        return not self.blocks and self.keep is not None and self.head is not None and self.keep < self.head.number

    @property
    def final_number(self) -> int:
        return self.final.number if self.final else 0


def read_tip(session: Session, chain_id: int) -> Tip | None:
    """None until the contracts are deployed."""
    deployments = session.execute(
        select(Deployment.address, Deployment.name, Deployment.block_number).where(Deployment.chain_id == chain_id)
    ).all()
    if not deployments:
        return None
    position = session.get(ChainCursor, chain_id)
    blocks = session.execute(select(ChainBlock.number, ChainBlock.hash).where(ChainBlock.chain_id == chain_id)).all()
    return Tip(
        chain_id,
        position.seen_number if position else None,
        position.final_number if position else -1,
        {row.number: row.hash for row in blocks},
        {row.address: row.name for row in deployments},
        min(row.block_number for row in deployments),
    )


def look(rpc: Rpc, tip: Tip) -> Look:
    """Ask the node for what is new. Raises DeepReorg when a final block is gone."""
    head = rpc.header("latest")
    assert head is not None
    final = rpc.header("finalized")
    safe = rpc.header("safe")
    keep = _common_ancestor(rpc, tip, head)
    first = tip.first_block if keep is None else keep + 1
    last = min(head.number, first + BLOCKS_A_LOOK - 1)
    blocks: list[NewBlock] = []
    parent = tip.hashes.get(keep) if keep is not None else None
    for number in range(first, last + 1):
        header = rpc.header(number)
        if header is None or (parent is not None and header.parent_hash != parent):
            break  # the chain changed while we looked: the next look finds the common ancestor
        parent = header.hash
        blocks.append(NewBlock(header, rpc.logs_of_block(header.hash, list(tip.contracts))))
    return Look(
        tip,
        keep,
        blocks,
        safe_number=safe.number if safe else 0,
        final=final,
        final_logs=_logs_that_become_final(rpc, tip, final, blocks[-1].header.number if blocks else keep),
        head=head,
        is_behind=bool(blocks) and last < head.number,
    )


def _logs_that_become_final(rpc: Rpc, tip: Tip, final: Header | None, seen: int | None) -> list[RawLog]:
    """Asked once more when they can no longer change: nodes are known to leave logs out near the head."""
    last = min(final.number if final else -1, seen if seen is not None else -1)
    first = max(tip.final_number + 1, tip.first_block)
    return rpc.logs_of_range(first, last, list(tip.contracts)) if first <= last else []


def _common_ancestor(rpc: Rpc, tip: Tip, head: Header) -> int | None:
    """The highest stored block that the node still has."""
    if tip.number is None:
        return None
    for number in sorted(tip.hashes, reverse=True):
        if number > head.number:
            continue
        header = rpc.header(number)
        if header is not None and header.hash == tip.hashes[number]:
            return number
        if number <= tip.final_number:
            raise DeepReorg(number=number)
    return min(tip.hashes) - 1 if tip.hashes else tip.number  # all that is stored is gone, and none of it was final


def apply(session: Session, found: Look) -> bool:
    """Write a look in this transaction: roll back, apply, advance finality. False when somebody else was quicker."""
    tip = found.tip
    assert found.head is not None
    position = session.get(ChainCursor, tip.chain_id, with_for_update=True)
    if (position.seen_number if position else None) != tip.number or not _is_still_tip(session, tip):
        return False
    if position is None:
        position = ChainCursor(
            chain_id=tip.chain_id,
            seen_number=tip.first_block - 1,
            safe_number=0,
            final_number=-1,
            head_time=found.head.time,
            updated_at=datetime.now(UTC),
        )
        session.add(position)
    if found.keep is not None and found.keep < position.seen_number:
        _roll_back(session, tip, found.keep)
        position.seen_number = found.keep
    for block in found.blocks:
        _apply_block(session, tip, block)
        position.seen_number = block.header.number
        position.head_time = block.header.time
    position.safe_number = max(min(found.safe_number, position.seen_number), position.final_number, 0)
    position.updated_at = datetime.now(UTC)
    position.halted_because = None
    session.flush()
    final_number = min(found.final_number, position.seen_number)
    if final_number > position.final_number and _is_ours(session, tip, found.final):
        _complete_logs(session, tip, found.final_logs, final_number)
        _make_final(session, tip, final_number)
        position.final_number = final_number
        session.execute(
            delete(ChainBlock).where(
                ChainBlock.chain_id == tip.chain_id, ChainBlock.number < final_number - KEEP_BELOW_FINAL
            )
        )
    return True


def _is_still_tip(session: Session, tip: Tip) -> bool:
    """Nobody replaced the tip by another block of the same number meanwhile."""
    return tip.number is None or _hash_of(session, tip.chain_id, tip.number) == tip.hashes.get(tip.number)


def _is_ours(session: Session, tip: Tip, final: Header | None) -> bool:
    """The node's final block is the one we followed, or is above what we have seen."""
    stored = _hash_of(session, tip.chain_id, final.number) if final else None
    return final is not None and stored in (None, final.hash)


def _hash_of(session: Session, chain_id: int, number: int) -> bytes | None:
    return session.scalar(select(ChainBlock.hash).where(ChainBlock.chain_id == chain_id, ChainBlock.number == number))


def _complete_logs(session: Session, tip: Tip, logs: Sequence[RawLog], final_number: int) -> None:
    """What the head did not show is added before it is booked. Raises DeepReorg when what we have is not there."""
    stored = {
        (row.block_hash, row.log_index)
        for row in session.execute(
            select(ChainLog.block_hash, ChainLog.log_index).where(
                ChainLog.chain_id == tip.chain_id,
                ChainLog.final_at.is_(None),
                ChainLog.block_number <= final_number,
            )
        )
    }
    told = {(log.block_hash, log.log_index): log for log in logs if log.block_number <= final_number}
    if stored - told.keys():
        raise DeepReorg(number=final_number)
    times = {
        row.number: row
        for row in session.scalars(
            select(ChainBlock).where(
                ChainBlock.chain_id == tip.chain_id, ChainBlock.number.in_({log.block_number for log in logs})
            )
        )
    }
    for key in sorted(told.keys() - stored, key=lambda place: (told[place].block_number, place[1])):
        block = times.get(told[key].block_number)
        if block is None or block.hash != told[key].block_hash:
            raise DeepReorg(number=told[key].block_number)
        _apply_logs(session, tip, block.hash, block.timestamp, [told[key]])


def _apply_block(session: Session, tip: Tip, block: NewBlock) -> None:
    header = block.header
    session.execute(
        upsert(ChainBlock).values(
            chain_id=tip.chain_id,
            number=header.number,
            hash=header.hash,
            parent_hash=header.parent_hash,
            timestamp=header.time,
        )
    )
    if block.logs:
        _apply_logs(session, tip, header.hash, header.time, block.logs)


def _apply_logs(session: Session, tip: Tip, block_hash: bytes, time: datetime, logs: Sequence[RawLog]) -> None:
    session.execute(
        insert(ChainLog),
        [
            {
                "chain_id": tip.chain_id,
                "block_hash": log.block_hash,
                "block_number": log.block_number,
                "block_time": time,
                "log_index": log.log_index,
                "tx_hash": log.tx_hash,
                "address": log.address,
                "topics": list(log.topics),
                "data": log.data,
            }
            for log in logs
        ],
    )
    indexes = [log.log_index for log in logs]
    rows = session.scalars(
        select(ChainLog)
        .where(ChainLog.block_hash == block_hash, ChainLog.log_index.in_(indexes))
        .order_by(ChainLog.log_index)
    ).all()
    for transaction_logs in _by_transaction(tip, rows):
        publish(session, TransactionSeen(transaction_logs))


def _roll_back(session: Session, tip: Tip, keep: int) -> None:
    gone = session.scalars(
        select(ChainLog)
        .where(ChainLog.chain_id == tip.chain_id, ChainLog.block_number > keep)
        .order_by(ChainLog.block_number, ChainLog.log_index)
    ).all()
    undone = _by_transaction(tip, gone)
    if any(row.final_at for row in gone):
        raise DeepReorg(number=keep + 1)
    session.execute(delete(ChainLog).where(ChainLog.chain_id == tip.chain_id, ChainLog.block_number > keep))
    session.execute(delete(ChainBlock).where(ChainBlock.chain_id == tip.chain_id, ChainBlock.number > keep))
    mined = select(ChainTransaction).where(
        ChainTransaction.chain_id == tip.chain_id,
        ChainTransaction.state == "mined",
        ChainTransaction.block_number > keep,
    )
    forget_block(session, session.scalars(mined.order_by(ChainTransaction.nonce).with_for_update()).all())
    session.flush()
    session.expire_all()
    for logs in undone:
        publish(session, TransactionRolledBack(logs))


def _make_final(session: Session, tip: Tip, final_number: int) -> None:
    rows = session.scalars(
        select(ChainLog)
        .where(ChainLog.chain_id == tip.chain_id, ChainLog.final_at.is_(None), ChainLog.block_number <= final_number)
        .order_by(ChainLog.block_number, ChainLog.log_index)
    ).all()
    now = datetime.now(UTC)
    for logs in _by_transaction(tip, rows):
        publish(session, TransactionFinal(logs))
    for row in rows:
        row.final_at = now


def _by_transaction(tip: Tip, rows: Sequence[ChainLog]) -> list[tuple[DecodedLog, ...]]:
    grouped = groupby(rows, key=lambda row: (row.block_number, row.tx_hash))
    return [tuple(log for row in group if (log := decode(tip.contracts, row))) for _, group in grouped]


def decode(contracts: dict[bytes, str], row: ChainLog) -> DecodedLog | None:
    """A stored log in our words; None for an event our contracts do not have."""
    decoded = decode_log(tuple(row.topics), row.data)
    if decoded is None or contracts.get(row.address) not in OURS:
        return None
    name, values = decoded
    return DecodedLog(
        name,
        contracts[row.address],
        values,
        row.chain_id,
        row.block_number,
        row.block_hash,
        row.block_time,
        row.tx_hash,
        row.log_index,
    )
