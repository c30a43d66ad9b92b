"""Whose data it is, and what stands in the way of erasing it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

EXPORT_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Subject:
    """An account, with its e-mail address once that is confirmed, or a guest's one checkout."""

    user_id: UUID | None = None
    email: str | None = None
    order_group_id: UUID | None = None


class Reason(StrEnum):
    """Why something is not over."""

    UNPAID = "unpaid"
    HELD = "held"
    REFUND = "refund"
    BANK = "bank"
    SELLING = "selling"
    UNPAID_SHOP = "unpaid_shop"
    STAFF = "staff"
    OWED = "owed"


@dataclass(frozen=True)
class Matter:
    """One thing that has to end first: an order's number, or a shop's name."""

    name: str
    reason: Reason
