"""What is asked of Stripe and what it answers, as values of ours: for those who never call it and need not load its SDK."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class SessionCall:
    """A hosted card page to be made; `key` makes it one page however often it is asked for. `url`: it stands there already."""

    payment_id: UUID
    key: str
    cents: int
    currency: str
    email: str
    locale: str
    lines: tuple[tuple[str, int], ...]
    success_url: str
    cancel_url: str
    order_group_id: UUID
    expires_at: datetime
    url: str | None = None


@dataclass(frozen=True)
class SessionAnswer:
    session_id: str
    url: str
    payment_intent_id: str | None


@dataclass(frozen=True)
class PaymentSnapshot:
    """What Stripe says about a hosted page now. `status`: open, complete or expired."""

    session_id: str
    status: str
    is_paid: bool
    amount: int
    currency: str
    payment_intent_id: str | None
    charge_id: str | None
    card_brand: str | None
    card_last4: str | None
    charged_at: datetime | None
    decline: str | None


@dataclass(frozen=True)
class RefundCall:
    key: str
    payment_intent_id: str
    amount: int
    order_id: UUID | None


@dataclass(frozen=True)
class RefundAnswer:
    refund_id: str
    status: str
    amount: int
    created: datetime
    failure: str | None


@dataclass(frozen=True)
class BalanceRow:
    """A balance transaction: amounts in the currency's minor unit as Stripe counts, negative when money leaves."""

    id: str
    type: str
    reporting_category: str
    source_id: str | None
    amount: int
    fee: int
    net: int
    currency: str
    created: datetime
    available_on: datetime
    payload: dict[str, Any]


@dataclass(frozen=True)
class PayoutRow:
    id: str
    amount: int
    currency: str
    status: str
    automatic: bool
    arrival_date: datetime
    created: datetime
    payload: dict[str, Any]


@dataclass(frozen=True)
class BalanceSnapshot:
    available_cents: int
    pending_cents: int


@dataclass(frozen=True)
class VerifiedEvent:
    id: str
    type: str
    created: datetime
    payload: dict[str, Any]
