"""The public address of the embedded EVM node: HTTP in front of anvil, which listens where nobody looks.

anvil answers whoever reaches it, asks for no Origin, and speaks WebSocket, which browsers let every page do. Here
comes through what `door_rules` allows, and nothing else.
"""

import json
import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from app.embedded.door_rules import (
    INVALID_REQUEST,
    MOST_BYTES,
    NotLetInError,
    NotOpenError,
    error_answer,
    let_through,
    require_local,
    require_plain_json,
)
from app.embedded.errors import EmbeddedServerError
from app.embedded.node_rpc import NodeRpc
from app.embedded.ports import LOOPBACK

IDLE_SECONDS = 90
DRAINED_BYTES = 32 * 1024 * 1024  # of a refused body, so that its sender gets to read why
DRAIN_SECONDS = 2


class NodeDoor(ThreadingMixIn, TCPServer):
    """Takes the port at once, and answers on it from `open` on; who comes earlier waits. After `close` it refuses."""

    allow_reuse_address = True  # the port's last connections of a process that was killed do not matter
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        """0 takes a free port. Raises EmbeddedServerError when it belongs to somebody else."""
        super().__init__((LOOPBACK, port), _Visit, bind_and_activate=False)
        self.inner_host, self.inner_port, self.is_open = "", 0, False
        try:
            self.server_bind()
            self.server_activate()
        except OSError as error:
            self.server_close()
            raise EmbeddedServerError(f"Port {port} is taken by another program ({error.strerror}).") from None
        self.port: int = self.server_address[1]

    def open(self, inner_host: str, inner_port: int) -> None:
        """Let calls through to the node at this address."""
        self.inner_host, self.inner_port, self.is_open = inner_host, inner_port, True
        threading.Thread(target=self.serve_forever, name="door", daemon=True).start()

    def close(self) -> None:
        """Let no further call through; the connections go with the process."""
        self.is_open = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no error of ours; whatever else happened is one, and loud."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Visit(BaseHTTPRequestHandler):
    """One connection, kept open between calls, with a connection of its own to the node."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: NodeDoor

    def setup(self) -> None:
        super().setup()
        self._node = NodeRpc(self.server.inner_port, host=self.server.inner_host)

    def finish(self) -> None:
        self._node.close()
        super().finish()

    def do_POST(self) -> None:
        try:
            require_local(self.server.port, self.path, self._all("Host"), self._all("Origin"))
            require_plain_json(self._all("Content-Type"), self._all("Upgrade"))
            self._answer(HTTPStatus.OK, self._asked(let_through(self._body())))
        except NotOpenError as refusal:
            self._answer(HTTPStatus.OK, json.dumps(refusal.answer).encode())
        except NotLetInError as refusal:
            self._refuse(refusal.status, str(refusal))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library finds wrong with a request; a method that has no `do_…` is not implemented, as it says."""
        del explain
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "Send JSON-RPC by POST; there is no WebSocket here.")
        else:
            self._refuse(HTTPStatus(code), message or HTTPStatus(code).phrase)

    def log_message(self, *_: object) -> None:
        """Nothing is said of each request."""

    def _all(self, header: str) -> list[str]:
        return [value.strip() for value in self.headers.get_all(header, [])]

    def _body(self) -> bytes:
        lengths = self._all("Content-Length")
        if (
            len(lengths) != 1
            or not (lengths[0].isascii() and lengths[0].isdigit())
            or self.headers.get("Transfer-Encoding")
        ):
            raise NotLetInError(HTTPStatus.LENGTH_REQUIRED, "Say the body's length.")
        if len(lengths[0]) > len(str(MOST_BYTES)) or int(lengths[0]) > MOST_BYTES:
            raise NotLetInError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MOST_BYTES} bytes at once.")
        body = self.rfile.read(int(lengths[0]))
        if len(body) < int(lengths[0]):
            raise NotLetInError(HTTPStatus.BAD_REQUEST, "The body is shorter than it says.")
        return body

    def _asked(self, calls: bytes) -> bytes:
        if not self.server.is_open:
            raise NotLetInError(HTTPStatus.SERVICE_UNAVAILABLE, "The node is stopping.")
        try:
            return self._node.post(calls)
        except OSError:
            raise NotLetInError(HTTPStatus.BAD_GATEWAY, "The node does not answer.") from None

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        """Say why and hang up: what else came on this connection is not looked at."""
        self.close_connection = True
        self._answer(status, json.dumps(error_answer(INVALID_REQUEST, words)).encode())
        self._drain()

    def _drain(self) -> None:
        """Closing with unread bytes would reset the connection, and the answer with it."""
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(DRAIN_SECONDS)
        left = DRAINED_BYTES
        while left > 0 and (chunk := self.rfile.read1(65_536)):
            left -= len(chunk)

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "POST")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
