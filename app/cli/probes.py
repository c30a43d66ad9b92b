"""Whether a part of an instance is up. Each answers yes or no and never raises."""

import http.client
import json

from app.embedded.ports import LOOPBACK

TIMEOUT = 2


def page_answers(port: int, path: str) -> bool:
    """Whether GET of the path is answered with 200."""
    return _status(port, "GET", path) == http.HTTPStatus.OK


def node_answers(port: int) -> bool:
    """Whether an EVM node takes calls on the port."""
    call = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []})
    return _status(port, "POST", "/", call) == http.HTTPStatus.OK


def _status(port: int, method: str, path: str, body: str | None = None) -> int | None:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=TIMEOUT)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
