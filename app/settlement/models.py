"""Escrows, their legs, and the outbox of what is still to be told to the chain. Upper things are opaque ids here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, BaseUnits, CreatedAt, UuidPk


class Escrow(Base):
    """The signed terms of one order group; `escrow_id` is their EIP-712 digest, the id on chain."""

    __tablename__ = "escrows"
    __table_args__ = (
        UniqueConstraint("order_group_id", "attempt"),
        CheckConstraint("paid_by IN ('card','wallet')", name="paid_by_is_known"),
    )
    id: Mapped[UuidPk]
    order_group_id: Mapped[UUID]
    attempt: Mapped[int] = mapped_column(server_default="1")
    paid_by: Mapped[str]
    chain_id: Mapped[int]
    contract: Mapped[bytes]
    escrow_id: Mapped[bytes] = mapped_column(unique=True)
    token: Mapped[bytes]
    buyer: Mapped[bytes]
    refund_to: Mapped[bytes]
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    amount: Mapped[int] = mapped_column(BaseUnits)
    fund_by: Mapped[datetime]
    authorization: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
    legs: Mapped[list["EscrowLeg"]] = relationship(
        order_by="EscrowLeg.position", back_populates="escrow", lazy="selectin"
    )


class EscrowLeg(Base):
    """One order of one seller. `seen_*` follow the head and roll back with a reorg; `final_*` only grow.

    `give_back_at`: when all of it goes back by itself because nothing has left. Empty once it left, and where only
    wallets can sign. `came_back_units`: of what was released, what the seller gave the buyer back since, for which
    `fee_given_back` of the commission was given back.
    """

    __tablename__ = "escrow_legs"
    __table_args__ = (
        UniqueConstraint("escrow_id", "position"),
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("final_released + final_refunded <= amount", name="final_exits_fit"),
        CheckConstraint("seen_released + seen_refunded <= amount", name="seen_exits_fit"),
        CheckConstraint("came_back_units BETWEEN 0 AND final_released", name="only_what_was_released_comes_back"),
        CheckConstraint("fee_given_back BETWEEN 0 AND final_fee", name="no_more_than_the_fee_is_given_back"),
        Index(
            "ix_escrow_legs_held",
            "organization_id",
            "auto_release_at",
            "id",
            postgresql_where="seen_funded AND amount > seen_released + seen_refunded",
        ),
        Index(
            "ix_escrow_legs_not_final",
            "organization_id",
            "id",
            postgresql_where="seen_funded AND (NOT final_funded OR seen_released <> final_released OR seen_refunded <> final_refunded)",
        ),
        Index("ix_escrow_legs_unsent", "give_back_at", postgresql_where="give_back_at IS NOT NULL"),
    )
    id: Mapped[UuidPk]
    escrow_id: Mapped[UUID] = mapped_column(ForeignKey("escrows.id"))
    position: Mapped[int]
    order_id: Mapped[UUID] = mapped_column(index=True)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    seller: Mapped[bytes]
    seller_is_market_held: Mapped[bool]
    amount: Mapped[int] = mapped_column(BaseUnits)
    fee_bps: Mapped[int]
    ship_by: Mapped[datetime]
    auto_release_at: Mapped[datetime] = mapped_column(index=True)
    give_back_at: Mapped[datetime | None]
    seen_funded: Mapped[bool] = mapped_column(server_default="false")
    final_funded: Mapped[bool] = mapped_column(server_default="false")
    seen_released: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    final_released: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    seen_refunded: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    final_refunded: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    final_fee: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    came_back_units: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    fee_given_back: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    is_disputed: Mapped[bool] = mapped_column(server_default="false")
    escrow: Mapped[Escrow] = relationship(back_populates="legs")

    @property
    def remaining(self) -> int:
        """Base units still in the contract for this leg, as seen at the head."""
        return self.amount - self.seen_released - self.seen_refunded if self.seen_funded else 0


class ChainIntent(Base):
    """Outbox: something the chain must be told, written in the transaction that decided it.

    `key` is unique, so deciding twice is one intent. Life: planned, sent (in a transaction of ours), done (its effect
    was seen in a final log), or stuck (it reverted for a reason that does not mean "already done").
    """

    __tablename__ = "chain_intents"
    __table_args__ = (
        CheckConstraint("state IN ('planned','sent','done','stuck','dropped')", name="state_is_known"),
        Index("ix_chain_intents_stuck", "created_at", "id", postgresql_where="state = 'stuck'"),
        Index("ix_chain_intents_open", "chain_id", "id", postgresql_where="state IN ('planned','sent')"),
    )
    id: Mapped[UuidPk]
    key: Mapped[str] = mapped_column(unique=True)
    chain_id: Mapped[int]
    kind: Mapped[str]
    escrow_id: Mapped[UUID | None] = mapped_column(ForeignKey("escrows.id"), index=True)
    leg_id: Mapped[UUID | None] = mapped_column(ForeignKey("escrow_legs.id"), index=True)
    amount: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    after_id: Mapped[UUID | None] = mapped_column(ForeignKey("chain_intents.id"))
    state: Mapped[str] = mapped_column(server_default="planned")
    transaction_id: Mapped[UUID | None] = mapped_column(ForeignKey("chain_transactions.id"), index=True)
    attempts: Mapped[int] = mapped_column(server_default="0")
    not_before: Mapped[datetime | None]
    problem: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    done_at: Mapped[datetime | None]


class MarketHeldAddress(Base):
    """The market's own address for a seller without a wallet (decision 0001-3); kept once made, on every chain the same."""

    __tablename__ = "market_held_addresses"
    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]


class TokenPolicy(Base):
    """One row: `issued` or `treasury`. PostgreSQL keeps it once there is a journal, and keeps the accounts of an issuer
    (3910, 1250, 2100) out of the books of who is none."""

    __tablename__ = "token_policy"
    __table_args__ = (
        CheckConstraint("id = 1", name="there_is_one"),
        CheckConstraint("policy IN ('issued','treasury')", name="policy_is_known"),
    )
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default=text("1"), autoincrement=False)
    policy: Mapped[str] = mapped_column(server_default="issued")
