"""`/_test`: what is ours and not Stripe's - the server's clock, faults, disputes, payouts and deliveries on demand.

Bodies are JSON; the same test key is needed as for `/v1`.
"""

import re
from collections.abc import Callable
from typing import Any

from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest

from app.embedded.stripe_server import disputes, payouts
from app.embedded.stripe_server.api import json_response, require_key
from app.embedded.stripe_server.engine import Engine
from app.embedded.stripe_server.errors import ApiError
from app.embedded.stripe_server.events import enqueue
from app.embedded.stripe_server.expand import shown
from app.embedded.stripe_server.faults import change_faults, clear_faults, current_faults
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

Body = dict[str, Any]
YEARS_10 = 315_569_520


def _whole(body: Body, name: str, default: int | None = None, *, most: int = YEARS_10) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ApiError(f"{name} must be a whole number from 0 to {most}.", param=name)
    return value


def _text(body: Body, name: str, *allowed: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or (allowed and value not in allowed):
        raise ApiError(f"{name} must be {'one of ' + ', '.join(allowed) if allowed else 'given'}.", param=name)
    return value


def get_faults(work: Work, _body: Body) -> Row:
    return current_faults(work)


def delete_faults(work: Work, _body: Body) -> Row:
    return clear_faults(work)


def open_dispute(work: Work, body: Body) -> Row:
    reason = _text(body, "reason", *disputes.REASONS, "inquiry")
    return disputes.open_dispute(work, _text(body, "charge"), reason)


def close_dispute(work: Work, body: Body, dispute_id: str) -> Row:
    return disputes.close(work, dispute_id, _text(body, "outcome", "won", "lost"))


def fail_payout(work: Work, body: Body, payout_id: str) -> Row:
    return payouts.fail(work, payout_id, body.get("failure_code", "account_closed"))


def run_payouts(work: Work, body: Body) -> Row:
    """Pay out now what the next midnight would."""
    payouts.automatic_payout(work, _text(body, "currency"))
    return {"object": "list", "data": work.newest("payout")[:1], "has_more": False, "url": "/v1/payouts"}


def list_deliveries(work: Work, _body: Body) -> Row:
    return {"object": "list", "data": list(work.rows("delivery")), "has_more": False, "url": "/_test/deliveries"}


def resend(work: Work, body: Body, event_id: str) -> Row:
    """Deliver an event again, `copies` times, to every enabled endpoint."""
    event = work.require("event", event_id)
    for endpoint in list(work.rows("webhook_endpoint")):
        if endpoint["status"] == "enabled":
            enqueue(work, event_id, endpoint["id"], copies=_whole(body, "copies", 1, most=100))
    return event


REQUESTS: tuple[tuple[str, str, Callable[..., Row]], ...] = (
    ("GET", r"/_test/faults", get_faults),
    ("POST", r"/_test/faults", change_faults),
    ("DELETE", r"/_test/faults", delete_faults),
    ("POST", r"/_test/disputes", open_dispute),
    ("POST", r"/_test/disputes/([^/]+)/close", close_dispute),
    ("POST", r"/_test/payouts", run_payouts),
    ("POST", r"/_test/payouts/([^/]+)/fail", fail_payout),
    ("GET", r"/_test/deliveries", list_deliveries),
    ("POST", r"/_test/events/([^/]+)/resend", resend),
)


class OwnApi:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def answer(self, request: Request) -> Response:
        try:
            require_key(request, self.engine.settings.api_key)
            return json_response(self._execute(request))
        except ApiError as refusal:
            return json_response(refusal.body(), refusal.status)

    def _execute(self, request: Request) -> Row:
        body = self._body(request)
        if request.path == "/_test/clock":
            return {"now": int(self.engine.clock())}
        if request.path == "/_test/clock/advance" and request.method == "POST":
            return {"now": self.engine.advance(_whole(body, "seconds"))}
        for method, pattern, handler in REQUESTS:
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                with self.engine.work() as work:
                    return shown(work, handler(work, body, *match.groups()), [])
        raise ApiError(f"There is no {request.method} {request.path} on the Stripe test server.", status=404)

    @staticmethod
    def _body(request: Request) -> Body:
        if not request.content_length:
            return {}
        try:
            body = request.get_json(force=True)
        except BadRequest:
            body = None
        if not isinstance(body, dict):
            raise ApiError("The body must be one JSON object.")
        return body
