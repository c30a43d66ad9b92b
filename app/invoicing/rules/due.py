"""Which documents an order has come to: computed from all that happened to it, so that nothing is issued twice or left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.money.amounts import whole_cents
from app.orders.rules.status import FactKind

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
NOT_FUNDED = "not_funded"
MOVES = (FactKind.PAID, FactKind.OWED_AGAIN, FactKind.CANCELED, FactKind.LEG_REFUNDED)
"""The facts of an order that can ask for a document."""


@dataclass(frozen=True)
class Happened:
    """A fact of an order as it is kept; `key` is its own within the order."""

    key: str
    kind: str
    at: datetime
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Due:
    """A document that the fact `source` asks for, over `cents`. `corrects`: the source of the invoice a credit note is for."""

    kind: str
    source: str
    cents: int
    at: datetime
    reason: str = ""
    corrects: str | None = None


def documents_due(facts: Iterable[Happened], total_cents: int) -> list[Due]:
    """Of an order of `total_cents`, the oldest first.

    Paid: an invoice over all of it. Given back by the escrow: a credit note over the cents that this makes whole. A payment
    that came to nothing: a credit note over the rest; paid again, another invoice.
    """
    found: list[Due] = []
    invoice: str | None = None
    left = units = 0
    for fact in facts:
        if fact.kind == FactKind.PAID:
            found.append(Due(INVOICE, fact.key, total_cents, fact.at))
            invoice, left, units = fact.key, total_cents, 0
            continue
        if invoice is None:
            continue
        back, reason = 0, ""
        if fact.kind == FactKind.LEG_REFUNDED:
            units += int(fact.details["units"])
            back, reason = min(whole_cents(units) - (total_cents - left), left), str(fact.details.get("reason", ""))
        elif fact.kind == FactKind.OWED_AGAIN or _came_to_nothing(fact):
            back, reason = left, NOT_FUNDED
        if back > 0:
            found.append(Due(CREDIT_NOTE, fact.key, back, fact.at, reason, corrects=invoice))
            left -= back
        if fact.kind == FactKind.OWED_AGAIN:
            invoice = None
    return found


def _came_to_nothing(fact: Happened) -> bool:
    return fact.kind == FactKind.CANCELED and fact.details.get("reason") == NOT_FUNDED
