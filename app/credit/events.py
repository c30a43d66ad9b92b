"""What happened to terms and debts, for the packages above."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class TermsMove(StrEnum):
    GIVEN = "given"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class TermsMoved:
    """A seller gave, changed or withdrew the terms of a company; `act_id` tells one time from the next."""

    grant_id: UUID
    organization_id: UUID
    company_id: UUID
    move: TermsMove
    act_id: UUID


@dataclass(frozen=True)
class DebtIsDue:
    """Its day to pay is near, here or past; told once for each day it is to be paid on, and once more when that is past."""

    order_id: UUID
    organization_id: UUID
    company_id: UUID
    due_on: date
    is_overdue: bool
