"""Stripe's one door: our values in, our values out. No database here; call it between two transactions."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any

import stripe

from app.config.current import settings
from app.onramp.errors import CardServiceRefused, RefundRefused, StripeUnavailable, WebhookRejected, WebhookUnreadable
from app.onramp.stripe_values import (
    BalanceRow,
    BalanceSnapshot,
    PaymentSnapshot,
    PayoutRow,
    RefundAnswer,
    RefundCall,
    SessionAnswer,
    SessionCall,
    VerifiedEvent,
)

WEBHOOK_TOLERANCE_SECONDS = 300
_MAY_PASS_LATER = "balance_insufficient"


def _client() -> stripe.StripeClient:
    return _client_for(settings().stripe_api_key, settings().stripe_api_base)


@cache
def _client_for(api_key: str, api_base: str) -> stripe.StripeClient:
    return stripe.StripeClient(api_key, base_addresses={"api": api_base}, max_network_retries=2)


def _answered(call: Any, *arguments: Any, **options: Any) -> Any:
    """Run an SDK call; raises StripeUnavailable or CardServiceRefused."""
    try:
        return call(*arguments, **options)
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise StripeUnavailable from error
    except stripe.StripeError as error:
        if error.http_status is None or error.http_status >= 500:  # noqa: PLR2004
            raise StripeUnavailable from error
        raise CardServiceRefused(reason=error.user_message or str(error)) from error


def create_checkout_session(call: SessionCall) -> SessionAnswer:
    """Make the hosted page. The same key gives the same page."""
    params: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": str(call.order_group_id),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": call.currency.lower(),
                    "unit_amount": cents,
                    "product_data": {"name": name[:200]},
                },
            }
            for name, cents in call.lines
        ],
        "payment_method_types": ["card"],
        "success_url": call.success_url,
        "cancel_url": call.cancel_url,
        "expires_at": int(call.expires_at.timestamp()),
        "locale": "auto",
        "metadata": {"order_group_id": str(call.order_group_id), "payment_id": str(call.payment_id)},
        "payment_intent_data": {
            "metadata": {"order_group_id": str(call.order_group_id), "payment_id": str(call.payment_id)}
        },
    }
    if call.email:
        params["customer_email"] = call.email
    found = _answered(_client().v1.checkout.sessions.create, params, {"idempotency_key": call.key})
    return SessionAnswer(found.id, found.url or "", _id_of(found.payment_intent))


def retrieve_checkout_session(session_id: str) -> PaymentSnapshot:
    found = _answered(_client().v1.checkout.sessions.retrieve, session_id, {"expand": ["payment_intent.latest_charge"]})
    return _snapshot(found)


def expire_checkout_session(session_id: str) -> PaymentSnapshot:
    """Close the page; when it was paid in the meantime, the answer says so."""
    with suppress(CardServiceRefused):  # already complete or expired: the retrieval below tells which
        _answered(_client().v1.checkout.sessions.expire, session_id)
    return retrieve_checkout_session(session_id)


def _snapshot(found: Any) -> PaymentSnapshot:
    intent = found.payment_intent if not isinstance(found.payment_intent, str) else None
    charge = intent.latest_charge if intent is not None and not isinstance(intent.latest_charge, str) else None
    card = charge.payment_method_details.card if charge is not None and charge.payment_method_details else None
    error = intent.last_payment_error if intent is not None else None
    return PaymentSnapshot(
        session_id=found.id,
        status=found.status,
        is_paid=found.payment_status == "paid",
        amount=intent.amount_received if intent is not None else found.amount_total,
        currency=found.currency.upper(),
        payment_intent_id=_id_of(found.payment_intent),
        charge_id=charge.id if charge is not None else None,
        card_brand=card.brand if card is not None else None,
        card_last4=card.last4 if card is not None else None,
        charged_at=_time(charge.created) if charge is not None else None,
        decline=_decline_of(error) if error is not None else None,
    )


def _decline_of(error: Any) -> str:
    """Stripe leaves out what does not apply: a failed authentication has no `decline_code`, not an empty one."""
    found: str = getattr(error, "decline_code", None) or getattr(error, "code", None) or error.type
    return found


def refund(call: RefundCall) -> RefundAnswer:
    """Give money back to the card. The same key is the same refund. Raises RefundRefused when Stripe never will."""
    params: dict[str, Any] = {
        "payment_intent": call.payment_intent_id,
        "amount": call.amount,
        "reason": "requested_by_customer",
        "metadata": {"order_id": str(call.order_id or "")},
    }
    try:
        found = _answered(_client().v1.refunds.create, params, {"idempotency_key": call.key})
    except CardServiceRefused as refusal:
        cause = refusal.__cause__
        if isinstance(cause, stripe.CardError | stripe.InvalidRequestError) and cause.code != _MAY_PASS_LATER:
            raise RefundRefused(cause.code, **refusal.values) from cause
        raise
    return _refund_answer(found)


def retrieve_refund(refund_id: str) -> RefundAnswer:
    return _refund_answer(_answered(_client().v1.refunds.retrieve, refund_id))


def _refund_answer(found: Any) -> RefundAnswer:
    failure = getattr(found, "failure_reason", None)
    return RefundAnswer(found.id, found.status or "pending", found.amount, _time(found.created), failure)


def retrieve_dispute(dispute_id: str) -> dict[str, Any]:
    """As Stripe has it now."""
    found: dict[str, Any] = _answered(_client().v1.disputes.retrieve, dispute_id).to_dict()
    return found


def balance_rows_since(created: datetime | None) -> Iterator[BalanceRow]:
    """Every balance transaction from `created` on, newest first, paged by Stripe."""
    params: dict[str, Any] = {"limit": 100}
    if created is not None:
        params["created"] = {"gte": int(created.timestamp())}
    for item in _answered(_client().v1.balance_transactions.list, params).auto_paging_iter():
        yield _balance_row(item)


def rows_of_payout(payout_id: str) -> Iterator[BalanceRow]:
    """What an automatic payout pays out, and its own row. Of a manual one Stripe cannot tell."""
    params: dict[str, Any] = {"limit": 100, "payout": payout_id}
    for item in _answered(_client().v1.balance_transactions.list, params).auto_paging_iter():
        yield _balance_row(item)


def retrieve_balance_row(transaction_id: str) -> BalanceRow:
    return _balance_row(_answered(_client().v1.balance_transactions.retrieve, transaction_id))


def _balance_row(item: Any) -> BalanceRow:
    return BalanceRow(
        item.id,
        item.type,
        item.reporting_category,
        _id_of(item.source),
        item.amount,
        item.fee,
        item.net,
        item.currency.upper(),
        _time(item.created),
        _time(item.available_on),
        item.to_dict(),
    )


def payouts_since(created: datetime | None) -> Iterator[PayoutRow]:
    params: dict[str, Any] = {"limit": 100}
    if created is not None:
        params["created"] = {"gte": int(created.timestamp())}
    for item in _answered(_client().v1.payouts.list, params).auto_paging_iter():
        yield _payout_row(item)


def retrieve_payout(payout_id: str) -> PayoutRow:
    return _payout_row(_answered(_client().v1.payouts.retrieve, payout_id))


def _payout_row(item: Any) -> PayoutRow:
    return PayoutRow(
        item.id,
        item.amount,
        item.currency.upper(),
        item.status,
        item.automatic,
        _time(item.arrival_date),
        _time(item.created),
        item.to_dict(),
    )


def balance() -> BalanceSnapshot:
    """What Stripe holds for us in US cents."""
    found = _answered(_client().v1.balance.retrieve)
    return BalanceSnapshot(
        sum(part.amount for part in found.available if part.currency == "usd"),
        sum(part.amount for part in found.pending if part.currency == "usd"),
    )


def verify_webhook(payload: bytes, signature: str | None) -> VerifiedEvent:
    """Check Stripe's signature over the exact bytes, then read them.

    Raises WebhookRejected for a missing, wrong or old signature, WebhookUnreadable for signed bytes that are no event.
    """
    try:
        stripe.WebhookSignature.verify_header(
            payload.decode(), signature or "", settings().stripe_webhook_secret, WEBHOOK_TOLERANCE_SECONDS
        )
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise WebhookRejected from error
    try:
        event = json.loads(payload)
        found = VerifiedEvent(str(event["id"]), str(event["type"]), _time(event["created"]), event)
        target = event["data"]["object"]
        _ = target["id"] if target["object"] != "balance" else None  # the one object of Stripe's without an id
    except (ValueError, TypeError, KeyError) as error:
        raise WebhookUnreadable from error
    return found


def _id_of(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    found: str = value.id
    return found


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
