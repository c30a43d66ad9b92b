"""Background work of the on-ramp. Every job can run twice: Stripe is asked, its answer is applied once."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db.session import reading, transaction
from app.errors import DomainError
from app.onramp import stripe_gateway
from app.onramp.actions.apply_payment_snapshot import apply_payment_snapshot
from app.onramp.actions.ingest_balance import ingest_balance, ingest_payouts, last_ingested
from app.onramp.actions.keep_payout_parts import keep_payout_parts
from app.onramp.actions.record_card_dispute import record_card_dispute
from app.onramp.actions.record_webhook import record_handled
from app.onramp.actions.refund_card import claim_refund, record_refund, record_refusal
from app.onramp.errors import RefundRefused
from app.onramp.models import CardPayment, CardRefund, StripePayout, WebhookEvent
from app.onramp.queries import disputes_to_ask_about, payouts_to_itemize

_IS_UNPAID = CardPayment.state != "succeeded"
"""A payment that is ours already has nothing more to be asked about: what comes later are refunds and disputes."""
LOOK_AGAIN_AFTER = timedelta(minutes=1)


def handle_event(stripe_event_id: str) -> None:
    """React to a webhook by asking Stripe for the present state: order and age of events then do not matter."""
    with reading() as session:
        event = session.get_one(WebhookEvent, stripe_event_id)
        kind, target = event.type, event.payload["data"]["object"]
    try:
        _react(kind, target)
    except DomainError as problem:
        with transaction() as session:
            record_handled(session, stripe_event_id, str(problem))
        raise
    with transaction() as session:
        record_handled(session, stripe_event_id, None)


def _react(kind: str, target: dict[str, object]) -> None:
    if kind.startswith("checkout.session."):
        _refresh(_payment_ids(CardPayment.session_id == str(target["id"]), _IS_UNPAID))
    elif kind.startswith("payment_intent."):
        _refresh(_payment_ids(CardPayment.payment_intent_id == str(target["id"]), _IS_UNPAID))
    elif kind.startswith("refund."):
        _refresh_refund(str(target["id"]))
    elif kind.startswith("charge.dispute."):
        _refresh_dispute(str(target["id"]))
    elif kind == "charge.updated" and isinstance(target.get("balance_transaction"), str):
        _ingest_one(str(target["balance_transaction"]))
    elif kind in {"charge.updated", "charge.refunded"} or kind.startswith("payout."):
        sync_balance()


def _ingest_one(balance_transaction_id: str) -> None:
    """A charge whose fee is known now: its one row, not two days of them for every charge."""
    row = stripe_gateway.retrieve_balance_row(balance_transaction_id)
    with transaction() as session:
        ingest_balance(session, [row])


def _payment_ids(*conditions: ColumnElement[bool]) -> list[tuple[UUID, str]]:
    with reading() as session:
        rows = session.execute(
            select(CardPayment.id, CardPayment.session_id).where(*conditions, CardPayment.session_id.is_not(None))
        ).all()
    return [(row.id, row.session_id) for row in rows]


def _refresh(payments: list[tuple[UUID, str]]) -> None:
    for payment_id, session_id in payments:
        snapshot = stripe_gateway.retrieve_checkout_session(session_id)
        with transaction() as session:
            apply_payment_snapshot(session, payment_id, snapshot)


def _refresh_refund(stripe_refund_id: str) -> None:
    with reading() as session:
        refund_id = session.scalar(select(CardRefund.id).where(CardRefund.stripe_refund_id == stripe_refund_id))
    if refund_id is None:
        return
    answer = stripe_gateway.retrieve_refund(stripe_refund_id)
    with transaction() as session:
        record_refund(session, refund_id, answer)


def _refresh_dispute(stripe_dispute_id: str) -> None:
    """A webhook may be late or lost: what Stripe says now counts, not what it said then."""
    found = stripe_gateway.retrieve_dispute(stripe_dispute_id)
    with transaction() as session:
        record_card_dispute(session, found)


def send_refund(refund_id: str) -> None:
    """Dies before the last line: the job runs again, the key makes it the same refund. A refusal for good is kept."""
    with reading() as session:
        call = claim_refund(session, UUID(refund_id))
        known = session.scalar(select(CardRefund.stripe_refund_id).where(CardRefund.id == UUID(refund_id)))
    if call is None:
        return
    try:
        answer = stripe_gateway.retrieve_refund(known) if known else stripe_gateway.refund(call)
    except RefundRefused as refusal:
        with transaction() as session:
            record_refusal(session, UUID(refund_id), str(refusal.values["reason"]), refusal.stripe_code)
        return
    with transaction() as session:
        record_refund(session, UUID(refund_id), answer)


def expire_payment(payment_id: str) -> None:
    """Close the hosted page when our hold on the stock has ended; a payment made in the meantime wins."""
    with reading() as session:
        payment = session.get_one(CardPayment, UUID(payment_id))
        session_id, state = payment.session_id, payment.state
    if session_id is None or state != "open":
        return
    snapshot = stripe_gateway.expire_checkout_session(session_id)
    with transaction() as session:
        apply_payment_snapshot(session, UUID(payment_id), snapshot)


def look_again() -> None:
    """Ask about open payments and refunds that no webhook told us of: a lost webhook loses nothing."""
    now = datetime.now(UTC)
    with reading() as session:
        open_payments = session.execute(
            select(CardPayment.id, CardPayment.expires_at).where(
                CardPayment.state == "open",
                CardPayment.session_id.is_not(None),
                CardPayment.created_at < now - LOOK_AGAIN_AFTER,
            )
        ).all()
        planned = session.scalars(
            select(CardRefund.id).where(CardRefund.state == "planned", CardRefund.created_at < now - LOOK_AGAIN_AFTER)
        ).all()
    asked = [
        partial(expire_payment, str(row.id)) if row.expires_at <= now else partial(_refresh_payment, row.id)
        for row in open_payments
    ]
    _do_all([*asked, *(partial(send_refund, str(refund_id)) for refund_id in planned)])


def _refresh_payment(payment_id: UUID) -> None:
    _refresh(_payment_ids(CardPayment.id == payment_id))


def _do_all(works: Iterable[Callable[[], None]]) -> None:
    """One that is refused must not stop the others. Raises all problems together at the end, so that they are seen."""
    problems = []
    for work in works:
        try:
            work()
        except DomainError as problem:
            problems.append(problem)
    if problems:
        msg = "the card service refused or did not answer"
        raise ExceptionGroup(msg, problems)


def sync_balance() -> None:
    """Read Stripe's balance transactions and payouts and book what is new."""
    with reading() as session:
        since = last_ingested(session)
        payouts_since = session.scalar(select(StripePayout.created).order_by(StripePayout.created.desc()).limit(1))
    rows = list(stripe_gateway.balance_rows_since(since))
    payouts = list(stripe_gateway.payouts_since(payouts_since - timedelta(days=10) if payouts_since else None))
    failed = {row.source_id for row in rows if row.type == "payout_failure"} - {payout.id for payout in payouts}
    payouts += [stripe_gateway.retrieve_payout(payout_id) for payout_id in sorted(filter(None, failed))]
    with transaction() as session:
        ingest_balance(session, rows)
        ingest_payouts(session, payouts)
    with reading() as session:
        disputes, payouts_whole = disputes_to_ask_about(session), payouts_to_itemize(session)
    failed_refunds = [row.source_id for row in rows if row.type == "refund_failure" and row.source_id is not None]
    asked = [partial(_refresh_dispute, dispute_id) for dispute_id in disputes]
    asked += [partial(_refresh_refund, refund_id) for refund_id in failed_refunds]
    _do_all([*asked, *(partial(_itemize, payout_id) for payout_id in payouts_whole)])


def _itemize(payout_id: str) -> None:
    """Once for each payout. Died before the last line: it is asked again."""
    rows = list(stripe_gateway.rows_of_payout(payout_id))
    with transaction() as session:
        keep_payout_parts(session, payout_id, rows, now=datetime.now(UTC))


JOBS = {
    "onramp.handle_event": handle_event,
    "onramp.send_refund": send_refund,
    "onramp.expire_payment": expire_payment,
    "onramp.look_again": look_again,
    "onramp.sync_balance": sync_balance,
}
PERIODIC = {
    "onramp.look_again": "* * * * *",
    "onramp.sync_balance": "*/2 * * * *",
}
