"""What Stripe said, for the packages above."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class CardPaymentSucceeded:
    """The card was charged the whole amount. Published once per payment."""

    payment_id: UUID
    order_group_id: UUID
    cents: int
    card: str
    at: datetime


@dataclass(frozen=True)
class CardPaymentFellShort:
    """The card was charged `cents`, less than was asked for: nothing is bought by it. Published once per payment."""

    payment_id: UUID
    order_group_id: UUID
    cents: int
    at: datetime


@dataclass(frozen=True)
class CardPaymentExpired:
    """The hosted page was closed for good; nothing was charged."""

    payment_id: UUID
    order_group_id: UUID


@dataclass(frozen=True)
class CardRefunded:
    """The buyer has it again: Stripe accepted the refund, or it was paid by bank.

    `order_id` is None when a whole late payment was given back.
    """

    order_group_id: UUID
    order_id: UUID | None
    cents: int
    at: datetime
    is_by_bank: bool = False


@dataclass(frozen=True)
class CardRefundFailed:
    """A refund that had succeeded was sent back by the card's bank: the buyer is owed the money again."""

    order_group_id: UUID
    order_id: UUID | None
    stripe_refund_id: str
    cents: int
    at: datetime


@dataclass(frozen=True)
class CardDisputed:
    """The cardholder's bank took the money back; it may yet be won."""

    order_group_id: UUID
    stripe_dispute_id: str
    cents: int
    status: str


@dataclass(frozen=True)
class BankReceiptRecorded:
    """A bank transfer for tokens was booked; the wallet is to get them."""

    bank_receipt_id: UUID
    wallet_address: bytes
    cents: int
