"""Transactions of ours or about ours, decoded. Seen ones may be rolled back; final ones never."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class DecodedLog:
    """One log of our contracts; `contract` is `SettlementToken`, `Escrow` or `LedgerAnchor`, addresses are 20 bytes."""

    name: str
    contract: str
    values: dict[str, Any]
    chain_id: int
    block_number: int
    block_hash: bytes
    block_time: datetime
    tx_hash: bytes
    log_index: int


@dataclass(frozen=True)
class TransactionSeen:
    logs: tuple[DecodedLog, ...]


@dataclass(frozen=True)
class TransactionRolledBack:
    logs: tuple[DecodedLog, ...]


@dataclass(frozen=True)
class TransactionFinal:
    logs: tuple[DecodedLog, ...]


@dataclass(frozen=True)
class OwnTransactionFailed:
    """A transaction of ours is final and reverted."""

    transaction_id: Any
    tx_hash: bytes


@dataclass(frozen=True)
class OwnTransactionFinal:
    """A transaction of ours is final, whether it succeeded or reverted: the chain keeps `gas_paid` wei for it."""

    chain_id: int
    tx_hash: bytes
    block_number: int
    block_hash: bytes
    block_time: datetime
    purpose: str
    gas_paid: int


@dataclass(frozen=True)
class OwnTransactionMined:
    """Of the transactions of one nonce that replaced each other, the chain took `transaction_id`."""

    transaction_id: Any
    replaced_ids: tuple[Any, ...]
