"""A node is reached by the way that the environment of the process names."""

import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app.chain.rpc import Rpc


def test_proxy_and_password_of_the_environment_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[str, str | None]] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Authorization"]))
            body = b'{"jsonrpc": "2.0", "id": 0, "result": "0x7a69"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    (tmp_path / "netrc").write_text("machine node.example login market password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    rpc = Rpc("http://node.example:8545", 31337)
    rpc.require_chain()
    rpc.require_chain()
    rpc._provider._request_session_manager._explicit_session.close()
    server.shutdown()
    server.server_close()
    assert asked == [("http://node.example:8545/", "Basic " + b64encode(b"market:secret").decode())] * 2
