"""Sending webhooks: signed as Stripe signs them, one after the other, again and again until answered with 2xx.

Source of the signature: docs.stripe.com/webhooks, "Verify webhook signatures manually". The signing time is the
machine's, because receivers compare it with theirs; everything else follows the server's own clock.
"""

import hashlib
import hmac
import http.client
import json
import time
from contextlib import suppress
from urllib.parse import urlsplit

from app.embedded.stripe_server.engine import Engine, StoppedError
from app.embedded.stripe_server.expand import shown
from app.embedded.stripe_server.faults import take_drop
from app.embedded.stripe_server.store import Row

MAX_DOUBLINGS = 20


def signature(secret: str, payload: bytes, at: int) -> str:
    digest = hmac.new(secret.encode(), b"%d.%s" % (at, payload), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(url: str, payload: bytes, secret: str, timeout: float) -> int:
    """The receiver's status, or 0 when there was no answer. Redirects are not followed, as at Stripe."""
    parts = urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = connect(parts.hostname or "", parts.port, timeout=timeout)
    try:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(secret, payload, int(time.time())),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks; test server)",
        }
        connection.request("POST", path, payload, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


class Deliverer:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def run(self) -> None:
        """The loop of the background thread."""
        with suppress(StoppedError):
            while True:
                prepared = self._next()
                if prepared:
                    delivery, url, payload, secret, dropped = prepared
                    timeout = self.engine.settings.delivery_timeout_seconds
                    status = 0 if dropped else post(url, payload, secret, timeout)
                    self._record(delivery["id"], status)

    def _next(self) -> tuple[Row, str, bytes, str, bool] | None:
        """The delivery to make now with all it needs, or None after having waited for one."""
        with self.engine.changed:
            if self.engine.stopped:
                raise StoppedError
            delivery = self._due()
            if delivery is None:
                return None
            with self.engine.work() as work:
                endpoint = work.get("webhook_endpoint", delivery["endpoint"])
                event = work.get("event", delivery["event"])
                if endpoint is None or event is None or endpoint["status"] != "enabled":
                    work.delete("delivery", delivery["id"])
                    return None
                payload = json.dumps(shown(work, event, []), indent=2).encode()
                return delivery, endpoint["url"], payload, endpoint["_secret"], take_drop(work)

    def _due(self) -> Row | None:
        """In order of their hour and making; turned ones newest first. Waits when nothing is due."""
        rows = list(self.engine.store.tables.get("delivery", {}).values())
        now = self.engine.clock()
        due = [row for row in rows if row["next_at"] <= now]
        turned = [row for row in due if row["turned"]]
        if turned:
            return turned[-1]
        if due:
            return min(due, key=lambda row: row["next_at"])
        soonest = min((row["next_at"] for row in rows), default=None)
        self.engine.changed.wait(None if soonest is None else max(soonest - now, 0.01))
        return None

    def _record(self, delivery_id: str, status: int) -> None:
        """Answered with 2xx it is done; otherwise it waits twice as long as last time."""
        settings = self.engine.settings
        with self.engine.work() as work:
            if work.get("delivery", delivery_id) is None:
                return
            if http.HTTPStatus.OK <= status < http.HTTPStatus.MULTIPLE_CHOICES:
                work.delete("delivery", delivery_id)
                return
            row = work.edit("delivery", delivery_id)
            delay = min(
                settings.retry_base_seconds * 2 ** min(row["attempts"], MAX_DOUBLINGS), settings.retry_cap_seconds
            )
            row |= {
                "attempts": row["attempts"] + 1,
                "last_status": status,
                "next_at": self.engine.clock() + delay,
                "turned": False,
            }
