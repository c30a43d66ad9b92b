"""`/v1`: authenticate, read the form, execute once, answer as Stripe does."""

import base64
import binascii
import hmac
import json
import socket
import threading
from typing import Any

from werkzeug import Request, Response

from app.embedded.stripe_server import routes
from app.embedded.stripe_server.engine import Engine
from app.embedded.stripe_server.errors import ApiError, CardError, unauthorized
from app.embedded.stripe_server.expand import shown
from app.embedded.stripe_server.faults import take_request_fault
from app.embedded.stripe_server.forms import nest
from app.embedded.stripe_server.idempotency import RunningKeys, earlier_answer, fingerprint, keep_answer
from app.embedded.stripe_server.ids import new_id
from app.embedded.stripe_server.params import listed, text
from app.embedded.stripe_server.settings import API_VERSION
from app.embedded.stripe_server.work import Work

TIMEOUT_SECONDS = 120
FORM = "application/x-www-form-urlencoded"
MAX_BODY_BYTES = 1_000_000
read_expand = listed(text())


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body, indent=2) + "\n", status, headers, content_type="application/json")


def require_key(request: Request, api_key: str) -> None:
    """Bearer or basic with our test key. Raises ApiError 401."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            credentials = base64.b64decode(credentials, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            credentials = ""
    elif scheme.lower() != "bearer":
        raise unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if not hmac.compare_digest(credentials.encode(), api_key.encode()):
        hidden = credentials[:8] + "*" * 8 + credentials[-4:] if len(credentials) > 12 else "*" * 8  # noqa: PLR2004
        raise unauthorized(f"Invalid API Key provided: {hidden}")


def read_params(request: Request) -> dict[str, Any]:
    """Query for GET and DELETE, form for POST, nested. Raises ApiError for any other encoding."""
    pairs = list(request.args.items(multi=True))
    if request.method == "POST":
        if request.content_length and request.mimetype != FORM:
            message = f"Invalid request (check that your POST content type is {FORM}; it is {request.mimetype!r})."
            raise ApiError(message)
        pairs += request.form.items(multi=True)
    return nest(pairs)


class Api:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.running = RunningKeys()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let go of requests that were made to hang."""
        self._stopping.set()

    def answer(self, request: Request) -> Response:
        request_id = new_id("request")
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
        if key:
            headers |= {"Idempotency-Key": key, "Original-Request": request_id}
        try:
            require_key(request, self.engine.settings.api_key)
            with self.running.holding(key):
                suffered = self._fault(request)
                if suffered.get("when") == "before":
                    return self._suffer(request, suffered, headers)
                response = self._execute(request, request_id, key, headers)
                return self._suffer(request, suffered, headers) if suffered.get("kind") else response
        except ApiError as refusal:
            return json_response(refusal.body(), refusal.status, headers)

    def _fault(self, request: Request) -> dict[str, Any]:
        with self.engine.work() as work:
            suffered = take_request_fault(work, request.path)
        self._stopping.wait(suffered.get("delay_seconds", 0))
        return suffered

    def _suffer(self, request: Request, suffered: dict[str, Any], headers: dict[str, str]) -> Response:
        """An error of Stripe's own, or an answer that never arrives."""
        if suffered["kind"] == "rate_limit":
            error = {
                "type": "invalid_request_error",
                "code": "rate_limit",
                "message": "Too many requests: wait a while.",
            }
            return json_response({"error": error}, 429, headers)
        if suffered["kind"] == "error":
            message = "An error was asked for by the fault switches of the Stripe test server."
            return json_response({"error": {"type": "api_error", "message": message}}, 500, headers)
        if suffered["kind"] == "timeout":
            self._stopping.wait(TIMEOUT_SECONDS)
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response(status=500)

    def _execute(self, request: Request, request_id: str, key: str | None, headers: dict[str, str]) -> Response:
        found = routes.find(request.method, request.path)
        if found is None:
            message = (
                f"Unrecognized request URL ({request.method}: {request.path}). "
                "The Stripe test server answers the paths in docs/developers/stripe-test-mode.md."
            )
            raise ApiError(message, status=404)
        endpoint, ids = found
        raw = read_params(request)
        asked = fingerprint(request.method, request.path, raw)
        expand = read_expand(raw.pop("expand", {}), "expand")

        def run(work: Work) -> dict[str, Any]:
            return shown(work, endpoint.handler(work, endpoint.params(raw, ""), *ids), expand)

        if key is None:
            with self.engine.work(request_id) as work:
                return json_response(run(work), headers=headers)
        return self._execute_once(run, request_id, key, asked, headers)

    def _execute_once(self, run: Any, request_id: str, key: str, asked: str, headers: dict[str, str]) -> Response:
        """The answer is kept in the transaction of its effects, so a crash keeps both or neither."""
        try:
            with self.engine.work(request_id, key) as work:
                if kept := earlier_answer(work, key, asked):
                    headers |= {"Idempotent-Replayed": "true", "Original-Request": kept["request_id"]}
                    return json_response(kept["body"], kept["status"], headers)
                try:
                    body = run(work)
                except CardError as declined:
                    keep_answer(work, key, asked, declined.status, declined.body())
                    raise
                keep_answer(work, key, asked, 200, body)
                return json_response(body, headers=headers)
        except ApiError as refusal:
            if refusal.executed and not isinstance(refusal, CardError):
                with self.engine.work(request_id, key) as work:
                    keep_answer(work, key, asked, refusal.status, refusal.body())
            raise
