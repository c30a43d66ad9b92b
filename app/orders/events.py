"""What happened to orders, for the packages above."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class GroupPaid:
    """The buyer's payment counts. `cart_id` is the cart it came from."""

    order_group_id: UUID
    cart_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class GroupOnTerms:
    """Ordered to be paid later: the goods are sold, and nothing is paid. `cart_id` as in `GroupPaid`."""

    order_group_id: UUID
    cart_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class GroupExpired:
    """The time to pay ran out; the stock is free again."""

    order_group_id: UUID
    cart_id: UUID | None


@dataclass(frozen=True)
class OrderShipped:
    order_id: UUID
    organization_id: UUID
    at: datetime


@dataclass(frozen=True)
class OrderDisputed:
    """Somebody of the market must decide."""

    order_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True)
class OrderFactRecorded:
    """Something happened to an order that was not known before; `kind` and `key` as in `order_events`."""

    order_id: UUID
    organization_id: UUID
    kind: str
    key: str
