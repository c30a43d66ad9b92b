"""Sending what was signed, and watching it until it is final. The same bytes are sent again as often as needed."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session, aliased

from app.chain.errors import ChainUnavailable, NodeInTrouble, RpcRefused
from app.chain.events import OwnTransactionFailed, OwnTransactionFinal, OwnTransactionMined
from app.chain.models import ChainBlock, ChainCursor, ChainTransaction, SignerNonce
from app.chain.rpc import Receipt, Rpc
from app.db.session import reading, transaction
from app.events.bus import publish

RESEND_AFTER = timedelta(seconds=10)
BUMP_AFTER = timedelta(minutes=3)
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
    bump = aliased(ChainTransaction)
    with reading() as session:
        rows = session.execute(
            select(
                *(ChainTransaction.id, ChainTransaction.hash, ChainTransaction.raw, ChainTransaction.state),
                ChainTransaction.purpose,
            )
            .where(ChainTransaction.chain_id == rpc.chain_id, ChainTransaction.state.in_(("signed", "mined")))
            .where(~exists().where(bump.replaces_id == ChainTransaction.id, bump.state == "signed"))
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
    """Signed and not yet mined, in nonce order: never sent, or sent a while ago. Of a nonce, the latest bump only."""
    bump = aliased(ChainTransaction)
    rows = session.execute(
        select(ChainTransaction.id, ChainTransaction.hash, ChainTransaction.raw, ChainTransaction.state)
        .where(
            ChainTransaction.chain_id == chain_id,
            ChainTransaction.state == "signed",
            (ChainTransaction.broadcast_at.is_(None)) | (ChainTransaction.broadcast_at < now - RESEND_AFTER),
            ~exists().where(bump.replaces_id == ChainTransaction.id),
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
    except NodeInTrouble as trouble:  # it may have it or not: the others are sent and watched all the same
        return trouble.reason
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


def open_by_purpose(session: Session, chain_id: int, purpose: str) -> Pending | None:
    """What was signed for a purpose that has one transaction, if it is not final yet: mined, else its latest bump."""
    row = session.scalars(
        select(ChainTransaction)
        .where(
            ChainTransaction.chain_id == chain_id,
            ChainTransaction.purpose == purpose,
            ChainTransaction.state.in_(("signed", "mined")),
        )
        .order_by(ChainTransaction.state, ChainTransaction.id.desc())
        .limit(1)
    ).first()
    return Pending(row.id, row.hash, row.raw, row.state) if row is not None else None


def record_receipt(session: Session, transaction_id: UUID, receipt: Receipt) -> None:
    """The chain included it; while it does, no other transaction of the same nonce can be."""
    row = session.get_one(ChainTransaction, transaction_id, with_for_update=True)
    row.state = "mined"
    row.block_number, row.block_hash = receipt.block_number, receipt.block_hash
    row.succeeded, row.gas_used = receipt.succeeded, receipt.gas_used
    row.gas_price, row.gas_paid = receipt.gas_price, receipt.gas_paid
    others = session.scalars(
        update(ChainTransaction)
        .where(_same_nonce(row), ChainTransaction.id != row.id)
        .values(state="replaced")
        .returning(ChainTransaction.id)
    ).all()
    if others:
        publish(session, OwnTransactionMined(row.id, tuple(others)))


def _same_nonce(row: ChainTransaction) -> ColumnElement[bool]:
    return and_(
        ChainTransaction.chain_id == row.chain_id,
        ChainTransaction.signer == row.signer,
        ChainTransaction.nonce == row.nonce,
    )


def forget_block(session: Session, rows: Iterable[ChainTransaction]) -> None:
    """The block that held them left the chain: they are sent again, and any of the same nonce may be mined now."""
    for row in rows:
        row.state, row.broadcast_at = "signed", None
        row.block_number = row.block_hash = row.succeeded = row.gas_used = row.gas_price = row.gas_paid = None
        session.execute(
            update(ChainTransaction)
            .where(_same_nonce(row), ChainTransaction.state == "replaced")
            .values(state="signed", broadcast_at=None)
        )


def stuck_transaction(session: Session, chain_id: int, now: datetime) -> ChainTransaction | None:
    """The head of the line, when it was sent long ago and no block took it: the newest bump of the lowest nonce."""
    row = session.scalars(
        select(ChainTransaction)
        .where(ChainTransaction.chain_id == chain_id, ChainTransaction.state == "signed")
        .order_by(ChainTransaction.nonce, ChainTransaction.id.desc())
        .limit(1)
    ).first()
    return row if row is not None and row.broadcast_at and row.created_at < now - BUMP_AFTER else None


@dataclass(frozen=True)
class SignerView:
    """What the node says of a signer: its next nonce at the final block, and which of ours are mined."""

    final_count: int
    is_mined: dict[UUID, bool]


def reconcile_signer(session: Session, chain_id: int, signer: bytes, view: SignerView) -> int:
    """Make our counting agree with the chain: somebody may have used our key elsewhere. Returns how many were lost.

    A nonce that is used up in a final block, while none of the hashes we signed for it was mined, is lost: what those
    transactions were to do is planned again.
    """
    counter = session.get(SignerNonce, (chain_id, signer), with_for_update=True)
    if counter is not None and counter.next_nonce < view.final_count:
        counter.next_nonce = view.final_count
    rows = session.scalars(
        select(ChainTransaction)
        .where(
            ChainTransaction.chain_id == chain_id,
            ChainTransaction.signer == signer,
            ChainTransaction.state == "signed",
            ChainTransaction.nonce < view.final_count,
        )
        .order_by(ChainTransaction.nonce, ChainTransaction.id)
        .with_for_update()
    ).all()
    mined = {row.nonce for row in rows if view.is_mined.get(row.id, True)}
    lost = [row for row in rows if row.nonce not in mined]
    for row in lost:
        row.state, row.last_error = "replaced", "its nonce was used by a transaction that is not ours"
        publish(session, OwnTransactionFailed(row.id, row.hash))
    return len(lost)


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
        assert row.block_number is not None
        stored = session.get(ChainBlock, (chain_id, row.block_number))
        if stored is not None and stored.hash != row.block_hash:
            forget_block(session, [row])
        elif row.block_number <= position.final_number:
            row.state = "final"
            _tell_paid(session, row, stored.timestamp if stored is not None else position.head_time)
            if not row.succeeded:
                publish(session, OwnTransactionFailed(row.id, row.hash))


def _tell_paid(session: Session, row: ChainTransaction, at: datetime) -> None:
    """One that was mined before prices were kept is part of what the treasury had when they began to be."""
    assert row.block_number is not None
    assert row.block_hash is not None
    if row.gas_paid:
        publish(
            session,
            OwnTransactionFinal(
                row.chain_id, row.hash, row.block_number, row.block_hash, at, row.purpose, row.gas_paid
            ),
        )
