"""The balance and what moved it. A payment's balance transaction appears `settle_after` seconds later, as at Stripe.

Sources: docs.stripe.com/reports/balance-transaction-types; charges of `automatic_async` capture start without one.
"""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server.errors import ApiError
from app.embedded.stripe_server.events import emit
from app.embedded.stripe_server.listing import matching, page
from app.embedded.stripe_server.settings import DAY
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work


def book(
    work: Work,
    kind: str,
    source: Row,
    amount_minor: int,
    *,
    category: str | None = None,
    fee_minor: int = 0,
    fee_text: str = "Stripe processing fees",
    available_on: int | None = None,
    description: str | None = None,
) -> Row:
    """Record one movement of the balance: positive comes in, negative goes out; net is amount less fee."""
    available_on = work.now if available_on is None else max(available_on, work.now)
    txn = work.add(
        "balance_transaction",
        amount=amount_minor,
        available_on=available_on,
        balance_type="payments",
        currency=source["currency"],
        description=description if description is not None else source.get("description"),
        exchange_rate=None,
        fee=fee_minor,
        fee_details=_fee_details(fee_minor, source["currency"], fee_text),
        net=amount_minor - fee_minor,
        reporting_category=category or kind,
        source=source["id"],
        status="available" if available_on <= work.now else "pending",
        type=kind,
        _payout=None,
    )
    txn.pop("livemode")
    if txn["status"] == "pending":
        work.schedule(available_on, "release", str(available_on), once=True)
    else:
        plan_payout(work, source["currency"])
    return txn


def _fee_details(fee_minor: int, currency: str, text: str) -> list[Row]:
    detail = {"amount": fee_minor, "application": None, "currency": currency, "description": text, "type": "stripe_fee"}
    return [detail] if fee_minor else []


def availability(work: Work) -> int:
    """When money taken now can be paid out: midnight UTC after the delay, as Stripe rounds it."""
    at = work.now + work.settings.available_after
    return at // DAY * DAY if work.settings.available_after >= DAY else at


def release(work: Work, hour: str) -> None:
    """All pending money that becomes available in that second."""
    due = [
        row
        for row in work.rows("balance_transaction")
        if row["status"] == "pending" and row["available_on"] <= int(hour)
    ]
    for row in due:
        work.edit("balance_transaction", row["id"])["status"] = "available"
    emit(work, "balance.available", current_balance(work))
    for currency in sorted({row["currency"] for row in due}):
        plan_payout(work, currency)


def plan_payout(work: Work, currency: str) -> None:
    """One automatic payout per currency at the next midnight UTC, if none is planned yet."""
    if work.settings.automatic_payouts:
        work.schedule(-(-work.now // DAY) * DAY, "automatic_payout", currency, once=True)


def sums(work: Work) -> dict[str, dict[str, int]]:
    """Net minor units by status ("available", "pending") and currency."""
    totals: dict[str, dict[str, int]] = {"available": {"usd": 0}, "pending": {"usd": 0}}
    for txn in work.rows("balance_transaction"):
        by_currency = totals[txn["status"]]
        by_currency[txn["currency"]] = by_currency.get(txn["currency"], 0) + txn["net"]
    return totals


def current_balance(work: Work) -> Row:
    totals = sums(work)
    shown = {
        status: [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in sorted(by_currency.items())
        ]
        for status, by_currency in totals.items()
    }
    return {"object": "balance", "livemode": False, "connect_reserved": [{"amount": 0, "currency": "usd"}], **shown}


def retrieve_balance(work: Work, _params: Mapping[str, Any]) -> Row:
    return current_balance(work)


def list_transactions(work: Work, params: Mapping[str, Any]) -> Row:
    """Raises ApiError for a manual payout: Stripe cannot say what went into one."""
    rows = matching(work.newest("balance_transaction"), params, same=("currency", "source", "type"))
    if payout_id := params.get("payout"):
        payout = work.require("payout", payout_id, param="payout", status=400)
        if not payout["automatic"]:
            message = "Balance transaction history can only be filtered on automatic transfers, not manual."
            raise ApiError(message, param="payout")
        rows = [row for row in rows if row["_payout"] == payout_id]
    return page(work, "balance_transaction", rows, params, "/v1/balance_transactions")
