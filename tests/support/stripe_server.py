"""The Stripe test server as its own process, and a receiver for what it sends."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import requests
import stripe

from tests.support import stripe_process
from tests.support.waiting import wait_for

API_KEY = "sk_test_phsar"
SECRET = "whsec_phsar"
SECRETS = {"STRIPE_API_KEY": API_KEY, "STRIPE_WEBHOOK_SECRET": SECRET}
ROOT = Path(__file__).parents[2]
SECONDS_TO_STOP = 60  # on a machine that does much else


class StripeServer:
    """Started with its state in `folder`; `restart` keeps the address and everything it knew.

    Options are those of the command line, with underscores: `settle_after=0`, `payouts="manual"`. A traceback in the
    server's log fails the test that used it, whatever the server answered.
    """

    api_key, secret = API_KEY, SECRET

    def __init__(self, folder: Path, *, webhook_url: str | None = None, **options: Any) -> None:
        self.state_file, self.log = folder / "stripe.json", folder / "stripe.log"
        self.arguments = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        if webhook_url:
            self.arguments.append(f"--webhook-url={webhook_url}")
        self.port = 0
        self.start()

    def start(self) -> None:
        arguments = [f"--port={self.port}", f"--state={self.state_file}", *self.arguments]
        self.process, self.url = stripe_process.start(arguments, SECRETS, self.log)
        assert self.url, f"the Stripe test server did not start: {self.log.read_text()}"
        self.port = int(self.url.rpartition(":")[2])

    def client(self, api_key: str = API_KEY, **options: Any) -> stripe.StripeClient:
        """The official SDK, pointed at this server. It does not retry unless asked to."""
        return stripe.StripeClient(api_key, base_addresses={"api": self.url}, **{"max_network_retries": 0} | options)

    def stop(self) -> int:
        """SIGTERM. Gives the exit code."""
        self.process.terminate()
        return self.gone()

    def kill(self) -> None:
        self.process.kill()
        self.gone()

    def gone(self) -> int:
        """Wait until the process has ended. Gives the exit code."""
        self.process.join(SECONDS_TO_STOP)
        assert self.process.exitcode is not None, "the Stripe test server does not end"
        return self.process.exitcode

    def restart(self, *, kill: bool = False) -> None:
        if kill:
            self.kill()
        else:
            self.stop()
        self.start()

    def take_log(self) -> str:
        """What it wrote since the last call, which then is no reason to fail any more."""
        text = self.log.read_text()
        self.log.write_bytes(b"")
        return text

    def advance_clock(self, seconds: int) -> int:
        """Everything that falls due on the way is done when this returns. Gives the new time."""
        return self.call("POST", "clock/advance", seconds=seconds)["now"]

    def now(self) -> int:
        return self.call("GET", "clock")["now"]

    def faults(self, **groups: dict[str, Any]) -> dict[str, Any]:
        """Set switches: `faults(requests={"fail_next": 2}, webhooks={"duplicates": 1})`."""
        return self.call("POST", "faults", **groups)

    def clear_faults(self) -> None:
        self.call("DELETE", "faults")

    def call(self, method: str, path: str, **body: Any) -> Any:
        """One of the requests that are the server's own, under `/_test`. Raises AssertionError when it refuses."""
        headers = {"Authorization": f"Bearer {API_KEY}"}
        answer = requests.request(method, f"{self.url}/_test/{path}", json=body or None, headers=headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.exitcode is None:
            self.stop()
        log = self.log.read_text()
        assert "Traceback" not in log, f"the Stripe test server failed:\n{log}"


class WebhookReceiver:
    """A shop's webhook address: verifies every signature, keeps what came, answers with `status`.

    A browser that comes by gets a page of thanks, so that `url` also serves as a success_url.
    """

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.events: list[dict[str, Any]] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.forged = 0
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/webhooks/stripe"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                payload = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver.take(dict(self.headers.items()), payload))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                page = b'<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Paid</title><p>Thank you.'
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def take(self, headers: dict[str, str], payload: bytes) -> int:
        try:
            stripe.Webhook.construct_event(payload, headers["Stripe-Signature"], SECRET)
        except (stripe.SignatureVerificationError, KeyError):
            self.forged += 1
            return 400
        status = self.status
        self.requests.append((headers, payload))
        if status < 300:
            self.events.append(json.loads(payload))
        return status

    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def wait_for(self, event_type: str, *, count: int = 1) -> list[dict[str, Any]]:
        """The events of that type once there are `count` of them."""
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            found[:] = [event for event in list(self.events) if event["type"] == event_type]
            return len(found) >= count

        wait_for(enough, what=f"{count} x {event_type}; got {self.types()}")
        return found

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
