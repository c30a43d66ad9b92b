"""From rows that do not match to findings with a reason and a culprit: Stripe's side. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from app.reconciliation.rules import USD, Finding, Reason

_RETURNED = ("failed", "canceled")
BALANCE, RECEIVABLE, ON_THE_WAY = "stripe_balance", "card_receivable", "payouts_on_the_way"


def transaction_findings(rows: Iterable[Any], known_types: Collection[str]) -> list[Finding]:
    """Balance transactions against the journals of the Stripe balance."""
    return [_transaction(row, known_types) for row in rows]


def _transaction(row: Any, known_types: Collection[str]) -> Finding:
    net, booked = row.net or 0, row.booked_net or 0
    reason = _why_transaction(row, known_types)
    if row.id is None:
        return Finding(BALANCE, reason, "journal", row.key, USD, -booked, row.event)
    return Finding(BALANCE, reason, "transaction", row.id, row.currency, net - booked, row.reporting_category)


def _why_transaction(row: Any, known_types: Collection[str]) -> Reason:
    if row.id is None:
        return Reason.DUPLICATE if row.is_booked_twice else Reason.MISSING_STRIPE
    if row.currency != USD:
        return Reason.CURRENCY
    if row.key is None:
        kind = row.reporting_category if row.type == "adjustment" else row.type
        return Reason.MISSING_LEDGER if kind in known_types else Reason.UNKNOWN_TYPE
    same_gross = row.net + row.fee == row.booked_net + row.booked_fee
    return Reason.FEE if same_gross and row.fee != row.booked_fee else Reason.AMOUNT


def payment_findings(rows: Iterable[Any], settled_before: datetime) -> list[Finding]:
    """Succeeded payments against journal and charge; without a charge only once Stripe had time enough."""
    found = []
    for row in rows:
        if row.id is None:
            found.append(Finding(RECEIVABLE, Reason.MISSING_RECORD, "journal", row.key, USD, -row.booked))
        else:
            why = _why_card(row.currency, row.amount, row.booked, row.charged, row.charged_currency, row.charge_count)
            if why is Reason.MISSING_STRIPE and row.succeeded_at >= settled_before:
                continue
            if why is not None:
                found.append(_payment(row, why))
    return found


def _payment(row: Any, why: Reason) -> Finding:
    world = row.charged if why is not Reason.MISSING_LEDGER and row.charged is not None else row.amount
    difference = world - (row.booked or 0) if why is not Reason.MISSING_STRIPE else -row.amount
    name = row.payment_intent_id or row.id
    return Finding(RECEIVABLE, why, "payment", name, USD, difference, row.transaction_id or "")


def refund_findings(rows: Iterable[Any], settled_before: datetime) -> list[Finding]:
    """Succeeded refunds against journal and what Stripe took."""
    found = []
    for row in rows:
        if row.id is None:
            found.append(Finding(RECEIVABLE, Reason.MISSING_RECORD, "journal", row.key, USD, row.booked))
            continue
        why = _why_card(row.currency, row.amount, row.booked, row.taken, row.taken_currency, row.taken_count)
        if why is None or (why is Reason.MISSING_STRIPE and row.settled_at >= settled_before):
            continue
        difference = (row.booked or 0) - (row.taken if row.taken is not None else row.amount)
        name = row.stripe_refund_id or row.id
        found.append(Finding(RECEIVABLE, why, "refund", name, USD, difference, row.transaction_id or ""))
    return found


def _why_card(
    currency: str, amount: int, booked: int | None, seen: int | None, seen_currency: str | None, count: int | None
) -> Reason | None:
    if booked is None:
        return Reason.MISSING_LEDGER
    if currency != USD or (seen_currency is not None and seen_currency != currency):
        return Reason.CURRENCY
    if count is not None and count > 1:
        return Reason.DUPLICATE
    if booked != amount:
        return Reason.AMOUNT
    if seen is None:
        return Reason.MISSING_STRIPE
    return Reason.AMOUNT if seen != amount else None


def unasked_findings(rows: Iterable[Any]) -> list[Finding]:
    """Charges and refunds Stripe made that we never asked for."""
    return [
        Finding(RECEIVABLE, Reason.MISSING_RECORD, "transaction", row.id, row.currency, row.amount, row.source_id or "")
        for row in rows
    ]


def payout_findings(rows: Iterable[Any], settled_before: datetime) -> list[Finding]:
    """Payouts against their movement out of the balance and their arrival at the bank."""
    found = []
    for row in rows:
        if row.id is None:
            found.append(Finding(ON_THE_WAY, Reason.MISSING_STRIPE, "journal", row.key, USD, -row.arrived))
        elif row.moved is None:
            if row.created < settled_before:
                found.append(Finding(ON_THE_WAY, Reason.MISSING_STRIPE, "payout", row.id, USD, row.amount))
        elif row.moved != row.amount:
            difference = row.amount - row.moved
            found.append(Finding(ON_THE_WAY, Reason.PAYOUT_UNFOOTED, "payout", row.id, USD, difference))
        elif row.came_back != (row.amount if row.status in _RETURNED else 0):
            if row.status not in _RETURNED or row.created < settled_before:
                why = Reason.AMOUNT if row.came_back else Reason.MISSING_STRIPE
                found.append(Finding(ON_THE_WAY, why, "payout", row.id, USD, row.amount - row.came_back, row.status))
        elif row.status == "paid" and row.key is None:
            found.append(Finding(ON_THE_WAY, Reason.MISSING_LEDGER, "payout", row.id, USD, row.amount))
        else:
            difference = (row.amount if row.status == "paid" else 0) - (row.arrived or 0)
            found.append(Finding(ON_THE_WAY, Reason.AMOUNT, "payout", row.id, USD, difference, row.status))
    return found
