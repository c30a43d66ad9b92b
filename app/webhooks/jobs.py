"""Sending what waits."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from standardwebhooks import Webhook

from app.config.current import settings
from app.db.session import in_transaction, transaction
from app.webhooks.actions.deliver import Call, claim_delivery, forget_deliveries, record_outcome
from app.webhooks.sending import post

AT_ONCE = 8
SECONDS = 40
_AGENT = "Phsar-Webhooks/1"


def send() -> None:
    """Several addresses at a time, so that a slow one holds only its own messages up."""
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_send_until, [until] * AT_ONCE))


def forget() -> None:
    """The log of a month ago."""
    with transaction() as session:
        forget_deliveries(session, datetime.now(UTC))


def _send_until(until: float) -> None:
    while time.monotonic() < until and send_next():
        pass


def send_next() -> bool:
    """Send one message that is due; False when there was none."""
    call = in_transaction(lambda session: claim_delivery(session, datetime.now(UTC)))
    if call is None:
        return False
    outcome = post(
        call.url,
        call.body.encode(),
        headers_of(call, datetime.now(UTC)),
        allows_inside=settings().webhooks_inside == "on",
    )
    in_transaction(lambda session: record_outcome(session, call.delivery_id, outcome, datetime.now(UTC)))
    return True


def headers_of(call: Call, now: datetime) -> dict[str, str]:
    """Signed anew at each try: the receiver refuses what is old."""
    signatures = [Webhook(secret).sign(call.message_id, now, call.body) for secret in call.secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": _AGENT,
        "webhook-id": call.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


JOBS = {"webhooks.send": send, "webhooks.forget": forget}
PERIODIC = {"webhooks.send": "* * * * *", "webhooks.forget": "17 3 * * *"}
