"""What we know of the chain and what we sent to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BaseUnits, CreatedAt, UuidPk


class Deployment(Base):
    """A contract of ours on one chain. The first one recorded under a name stays."""

    __tablename__ = "deployments"
    __table_args__ = (UniqueConstraint("chain_id", "name"),)
    id: Mapped[UuidPk]
    chain_id: Mapped[int]
    name: Mapped[str]
    address: Mapped[bytes]
    code_hash: Mapped[bytes]
    tx_hash: Mapped[bytes | None]
    block_number: Mapped[int]
    arguments: Mapped[list[Any]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]


class ChainBlock(Base):
    """Headers the indexer has applied and may still have to roll back."""

    __tablename__ = "chain_blocks"
    chain_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(unique=True)
    parent_hash: Mapped[bytes]
    timestamp: Mapped[datetime]


class ChainLog(Base):
    """A log of one of our contracts. `final_at` is set once its block is finalized; until then a reorg may delete it."""

    __tablename__ = "chain_logs"
    __table_args__ = (
        Index("ix_chain_logs_chain_id_block_number", "chain_id", "block_number", "log_index"),
        Index("ix_chain_logs_topics", text("(topics[2])"), text("(topics[3])")),
        Index("ix_chain_logs_final_at", "final_at", postgresql_where="final_at IS NOT NULL"),
        Index("ix_chain_logs_not_final", "chain_id", "block_number", postgresql_where="final_at IS NULL"),
    )
    block_hash: Mapped[bytes] = mapped_column(primary_key=True)
    log_index: Mapped[int] = mapped_column(primary_key=True)
    chain_id: Mapped[int]
    block_number: Mapped[int]
    block_time: Mapped[datetime]
    tx_hash: Mapped[bytes] = mapped_column(index=True)
    address: Mapped[bytes]
    topics: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary))
    data: Mapped[bytes]
    final_at: Mapped[datetime | None]


class ChainCursor(Base):
    """How far the indexer has come on one chain: last block seen, last block booked as final."""

    __tablename__ = "chain_cursors"
    chain_id: Mapped[int] = mapped_column(primary_key=True)
    seen_number: Mapped[int]
    safe_number: Mapped[int]
    final_number: Mapped[int]
    head_time: Mapped[datetime]
    updated_at: Mapped[datetime]
    halted_because: Mapped[str | None]


class SignerNonce(Base):
    """The next nonce of a signer of ours. Locked while one is taken, committed with the signed bytes."""

    __tablename__ = "signer_nonces"
    chain_id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[bytes] = mapped_column(primary_key=True)
    next_nonce: Mapped[int]


class ChainTransaction(Base):
    """Signed bytes, hash and nonce, committed before the first broadcast. A fee bump is a further row of the same nonce.

    `gas_price` and `gas_paid` are wei as the receipt says: per gas, and in all (with what a second layer pays for its data).
    """

    __tablename__ = "chain_transactions"
    __table_args__ = (
        CheckConstraint("state IN ('signed','mined','final','replaced')", name="state_is_known"),
        Index("ix_chain_transactions_open", "chain_id", "nonce", postgresql_where="state IN ('signed','mined')"),
        Index("ix_chain_transactions_nonce", "chain_id", "signer", "nonce"),
    )
    id: Mapped[UuidPk]
    chain_id: Mapped[int]
    signer: Mapped[bytes]
    nonce: Mapped[int]
    hash: Mapped[bytes] = mapped_column(unique=True)
    raw: Mapped[bytes]
    purpose: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="signed")
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("chain_transactions.id"))
    max_fee: Mapped[int] = mapped_column(BaseUnits)
    priority_fee: Mapped[int] = mapped_column(BaseUnits)
    created_at: Mapped[CreatedAt]
    broadcast_at: Mapped[datetime | None]
    broadcast_count: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    block_number: Mapped[int | None]
    block_hash: Mapped[bytes | None]
    succeeded: Mapped[bool | None]
    gas_used: Mapped[int | None]
    gas_price: Mapped[int | None] = mapped_column(BaseUnits)
    gas_paid: Mapped[int | None] = mapped_column(BaseUnits)
