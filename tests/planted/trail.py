"""What one thing that happened leaves behind with everybody: in the books, at Stripe, on the chain, at the bank."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.ledger.chart import gas_account
from app.ledger.entries import JournalEntry, LogRef
from app.onramp.stripe_values import BalanceRow, PayoutRow


@dataclass(frozen=True)
class Seller:
    """One with a market-held address, or with a wallet of its own."""

    id: UUID
    address: bytes
    is_market_held: bool


@dataclass(frozen=True)
class Payment:
    """A card payment as we keep it."""

    id: UUID
    intent: str
    charge: str
    cents: int
    at: datetime


@dataclass(frozen=True)
class Refund:
    """A card refund as we keep it."""

    id: UUID
    payment: UUID
    order: UUID
    name: str
    cents: int
    state: str
    at: datetime


@dataclass(frozen=True)
class Transfer:
    """A log of the token. `is_final`: its block is."""

    where: LogRef
    sender: bytes
    receiver: bytes
    units: int
    is_final: bool = True


@dataclass(frozen=True)
class Receipt:
    reference: str
    wallet: bytes
    cents: int
    at: datetime


@dataclass(frozen=True)
class PaidFile:
    """A file of payment orders, and what each seller got by it: (redemption, seller, cents)."""

    id: UUID
    reference: str
    at: datetime
    parts: tuple[tuple[UUID, UUID, int], ...]


@dataclass(frozen=True)
class BankEntry:
    """A line of the statement of its day, in cents."""

    day: date
    cents: int
    reference: str
    words: str
    currency: str = "USD"


@dataclass
class Trail:
    """Of one story. `kind`: card, refunded, wallet, held, dispute, receipt, payout, redemptions, anchor or coin."""

    kind: str
    seller: Seller | None = None
    journals: list[JournalEntry] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    balance: list[BalanceRow] = field(default_factory=list)
    payouts: list[PayoutRow] = field(default_factory=list)
    parts: list[tuple[str, str, int]] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    files: list[PaidFile] = field(default_factory=list)
    bank: list[BankEntry] = field(default_factory=list)
    orphans: list[LogRef] = field(default_factory=list)
    """Blocks whose number the chain has given to another one."""
    coin: int = 0
    """Wei that the treasury has more by it or, negative, less, as the chain counts."""
    is_sound: bool = True

    def entry(self, event: str) -> JournalEntry:
        return next(one for one in self.journals if one.event == event)

    def lose(self, event: str) -> JournalEntry:
        """As if it had never been booked."""
        found = self.entry(event)
        self.journals.remove(found)
        return found

    def rebook(self, event: str, entry: JournalEntry) -> None:
        """Booked otherwise than it happened."""
        self.journals[self.journals.index(self.entry(event))] = entry

    def gas_of(self, event: str) -> JournalEntry:
        """What the transaction that `event` was booked from has cost."""
        log = self.entry(event).log
        return next(
            one
            for one in self.journals
            if one.event == "gas_spent" and one.log and log and one.log.tx_hash == log.tx_hash
        )

    def moves(self, event: str) -> Sequence[Transfer]:
        """Logs of the transaction that `event` was booked from."""
        log = self.entry(event).log
        return [one for one in self.transfers if log and one.where.tx_hash == log.tx_hash]

    def row(self, kind: str) -> BalanceRow:
        return next(one for one in self.balance if one.type == kind)


def wei_of(entry: JournalEntry) -> int:
    """What it takes off the treasury's coin."""
    return -sum(line.amount for line in entry.lines if line.account == gas_account("1220"))


def tx_name(entry: JournalEntry) -> str:
    assert entry.log is not None
    return f"0x{entry.log.tx_hash.hex()}"
