"""A real HTTP server between the market and its node, that can be as bad as providers of nodes are."""

import http.client
import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

Answer = tuple[int, bytes]
Ask = Callable[[], Answer]
_TAGS = ("latest", "safe", "finalized")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A caller that was killed while it asked is no news here."""


class RpcProxy:
    """`url` is what the market is told; `is_bad` with the name of a mode begins it, `is_well` ends it."""

    def __init__(self) -> None:
        self.node_port = 0
        self.spoiled = 0
        self._spoil: Callable[[dict[str, Any], Ask], Answer | None] = _pass_on
        self._remembered: dict[str, Answer] = {}
        self._turn = count()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def is_well(self) -> None:
        self._spoil = _pass_on

    def is_down(self) -> None:
        """Connections are cut without an answer."""
        self._spoil = lambda _call, _ask: None

    def answers_errors(self) -> None:
        """Each time another: busy, a page of a load balancer, an error of the node, half an answer."""
        self._spoil = self._error

    def breaks_at(self, method: str) -> None:
        """What is asked this way ends in an error inside the node, which says nothing about what was asked."""
        self._spoil = lambda call, ask: _broken(call) if call["method"] == method else ask()

    def shows_a_stale_head(self) -> None:
        """The head does not move on, as behind a balancer whose node has stopped to follow; transactions are taken."""
        self._remembered = {}
        self._spoil = self._stale

    def has_no_receipts(self) -> None:
        self._spoil = lambda call, ask: _result(call, None) if call["method"] == "eth_getTransactionReceipt" else ask()

    def is_of_another_chain(self) -> None:
        self._spoil = lambda call, ask: _result(call, "0x1") if call["method"] == "eth_chainId" else ask()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _error(self, call: dict[str, Any], ask: Ask) -> Answer | None:
        kinds: tuple[Ask, ...] = (
            lambda: (429, b"too many requests"),
            lambda: (502, b"<html>bad gateway</html>"),
            lambda: _broken(call),
            lambda: (200, ask()[1][:-7]),
        )
        return kinds[next(self._turn) % len(kinds)]()

    def _stale(self, call: dict[str, Any], ask: Ask) -> Answer:
        if call["method"] == "eth_getBlockByNumber" and call["params"][0] in _TAGS:
            tag = call["params"][0]
            status, body = self._remembered.setdefault(tag, ask())
            return status, json.dumps({**json.loads(body), "id": call["id"]}).encode()
        return ask()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = proxy._answer(body)
                if answer is None:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                status, content = answer
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _answer(self, body: bytes) -> Answer | None:
        spoil = self._spoil
        self.spoiled += spoil is not _pass_on
        try:
            return spoil(json.loads(body), lambda: self._ask(body))
        except (OSError, http.client.HTTPException):
            return None  # the node itself is away

    def _ask(self, body: bytes) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.node_port, timeout=30)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _pass_on(_call: dict[str, Any], ask: Ask) -> Answer:
    return ask()


def _result(call: dict[str, Any], result: object) -> Answer:
    return _body(call, {"result": result})


def _broken(call: dict[str, Any]) -> Answer:
    return _body(call, {"error": {"code": -32603, "message": "internal error"}})


def _body(call: dict[str, Any], content: dict[str, Any]) -> Answer:
    return 200, json.dumps({"jsonrpc": "2.0", "id": call["id"], **content}).encode()
