"""Sending what was signed, and watching it until it is final. The same bytes are sent again as often as needed."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.chain.errors import ChainUnavailable, RpcRefused
from app.chain.events import OwnTransactionFailed
from app.chain.models import ChainBlock, ChainCursor, ChainTransaction
from app.chain.rpc import Receipt, Rpc
from app.db.session import reading, transaction
from app.events.bus import publish

RESEND_AFTER = timedelta(seconds=10)
WAIT_SECONDS = 60
SETTING_UP = ("deploy:", "approve:")
_KNOWN_ALREADY = ("already known", "already imported", "nonce too low", "transaction already in pool")


@dataclass(frozen=True)
class Pending:
    id: UUID
    hash: bytes
    raw: bytes
    state: str


def send_again_what_was_lost(rpc: Rpc) -> None:
    """Before anything new is signed: what was signed and never sent, and what a killed node mined and forgot.

    The same bytes in the order of their nonces. Waits for what once was mined, and for what puts the contracts there.
    Dies half-way: the rest is still lost, and found by the next call. Raises ChainUnavailable when no block comes.
    """
    with reading() as session:
        rows = session.execute(
            select(
                *(ChainTransaction.id, ChainTransaction.hash, ChainTransaction.raw, ChainTransaction.state),
                ChainTransaction.purpose,
            )
            .where(ChainTransaction.chain_id == rpc.chain_id, ChainTransaction.state.in_(("signed", "mined")))
            .order_by(ChainTransaction.nonce, ChainTransaction.id)
        ).all()
    lost = [row for row in rows if rpc.receipt(row.hash) is None]
    for row in lost:
        send(rpc, Pending(*row[:4]))
    for row in lost:
        if row.state == "mined" or row.purpose.startswith(SETTING_UP):
            receipt = wait_for_receipt(rpc, row.hash)
            with transaction() as session:
                record_receipt(session, row.id, receipt)


def wait_for_receipt(rpc: Rpc, tx_hash: bytes) -> Receipt:
    """Raises ChainUnavailable when it is in no block after a minute."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        receipt = rpc.receipt(tx_hash)
        if receipt is not None:
            return receipt
        time.sleep(0.1)
    raise ChainUnavailable


def to_broadcast(session: Session, chain_id: int, now: datetime) -> list[Pending]:
    """Signed and not yet mined, in nonce order: never sent, or sent a while ago."""
    rows = session.execute(
        select(ChainTransaction.id, ChainTransaction.hash, ChainTransaction.raw, ChainTransaction.state)
        .where(
            ChainTransaction.chain_id == chain_id,
            ChainTransaction.state == "signed",
            (ChainTransaction.broadcast_at.is_(None)) | (ChainTransaction.broadcast_at < now - RESEND_AFTER),
        )
        .order_by(ChainTransaction.nonce, ChainTransaction.id)
        .limit(200)
    )
    return [Pending(*row) for row in rows]


def send(rpc: Rpc, pending: Pending) -> str | None:
    """Broadcast; None when the node has it, else what it said. An error never gives the nonce to another one."""
    try:
        rpc.send_raw(pending.raw)
    except RpcRefused as refusal:
        reason = str(refusal.values["reason"])
        return None if any(known in reason.lower() for known in _KNOWN_ALREADY) else reason
    return None


def record_broadcast(session: Session, transaction_id: UUID, problem: str | None) -> None:
    session.execute(
        update(ChainTransaction)
        .where(ChainTransaction.id == transaction_id)
        .values(
            broadcast_at=datetime.now(UTC), broadcast_count=ChainTransaction.broadcast_count + 1, last_error=problem
        )
    )


def to_watch(session: Session, chain_id: int) -> list[Pending]:
    """Broadcast and not yet known to be mined."""
    rows = session.execute(
        select(ChainTransaction.id, ChainTransaction.hash, ChainTransaction.raw, ChainTransaction.state)
        .where(
            ChainTransaction.chain_id == chain_id,
            ChainTransaction.state == "signed",
            ChainTransaction.broadcast_at.is_not(None),
        )
        .order_by(ChainTransaction.nonce)
        .limit(200)
    )
    return [Pending(*row) for row in rows]


def record_receipt(session: Session, transaction_id: UUID, receipt: Receipt) -> None:
    """The chain included it; another transaction of the same nonce can no longer be."""
    row = session.get_one(ChainTransaction, transaction_id, with_for_update=True)
    row.state = "mined"
    row.block_number, row.block_hash = receipt.block_number, receipt.block_hash
    row.succeeded, row.gas_used = receipt.succeeded, receipt.gas_used
    session.execute(
        update(ChainTransaction)
        .where(
            ChainTransaction.chain_id == row.chain_id,
            ChainTransaction.signer == row.signer,
            ChainTransaction.nonce == row.nonce,
            ChainTransaction.id != row.id,
        )
        .values(state="replaced")
    )


def settle_transactions(session: Session, chain_id: int) -> None:
    """Mined in a block that is final: final. Mined in a block that left the chain: signed again, and sent again."""
    position = session.get(ChainCursor, chain_id)
    if position is None:
        return
    mined = session.scalars(
        select(ChainTransaction)
        .where(
            ChainTransaction.chain_id == chain_id,
            ChainTransaction.state == "mined",
            ChainTransaction.block_number <= position.seen_number,
        )
        .order_by(ChainTransaction.nonce)
        .with_for_update()
    ).all()
    for row in mined:
        stored = session.scalar(
            select(ChainBlock.hash).where(ChainBlock.chain_id == chain_id, ChainBlock.number == row.block_number)
        )
        if stored is not None and stored != row.block_hash:
            row.state, row.broadcast_at = "signed", None
            row.block_number = row.block_hash = row.succeeded = None
        elif row.block_number is not None and row.block_number <= position.final_number:
            row.state = "final"
            if not row.succeeded:
                publish(session, OwnTransactionFailed(row.id, row.hash))
