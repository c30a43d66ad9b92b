"""The parts of a journal: what recipes make and `post_journal` writes. Debits are positive, amounts are integers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.ledger.chart import AccountRef


@dataclass(frozen=True)
class Line:
    """One posting: debit positive, credit negative."""

    account: AccountRef
    amount: int


@dataclass(frozen=True)
class LogRef:
    """Where on chain a fact stands (20-byte and 32-byte values as bytes); no `log_index`: the transaction itself."""

    chain_id: int
    block_number: int
    block_hash: bytes
    tx_hash: bytes
    log_index: int | None
    time: datetime

    @property
    def key(self) -> str:
        return f"evm:{self.chain_id}:{self.block_hash.hex()}:{self.tx_hash.hex()}:{self.log_index}"


@dataclass(frozen=True)
class JournalEntry:
    """A journal to be posted; `key` makes it happen once. `reverses_id` is the journal it takes back.

    An adjustment belongs to its month: it may be posted while that is closed for other entries, and never later.
    """

    key: str
    event: str
    effective_at: datetime
    lines: tuple[Line, ...]
    order_id: UUID | None = None
    organization_id: UUID | None = None
    stripe_id: str | None = None
    log: LogRef | None = None
    reverses_id: UUID | None = None
    is_adjustment: bool = False
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LegRef:
    """The order and seller a leg belongs to, and where the seller is paid."""

    order_id: UUID
    organization_id: UUID
    seller_is_market_held: bool


Holder = tuple[AccountRef, AccountRef]
"""An address in the books: its mirror, and whom its tokens are owed to."""


def debit(account: AccountRef, amount: int) -> Line:
    return Line(account, amount)


def credit(account: AccountRef, amount: int) -> Line:
    return Line(account, -amount)
