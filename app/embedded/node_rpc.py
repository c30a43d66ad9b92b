"""JSON-RPC to an EVM node on this machine, for those who run the node; the product talks through `app.chain`."""

import http.client
import json
from typing import Any

from app.embedded.errors import EmbeddedServerError
from app.embedded.ports import LOOPBACK


class NodeRefusedError(EmbeddedServerError):
    """The node answered with an error."""


class NodeRpc:
    """Calls over one connection that is kept open and made again when the node has closed it. Not for two threads."""

    def __init__(self, port: int, *, host: str = LOOPBACK, timeout: float = 30) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection(host, port, timeout=timeout)

    def call(self, method: str, *parameters: Any) -> Any:
        """The result of one call. Raises NodeRefusedError, or OSError when nobody answers."""
        return self.calls((method, *parameters))[0]

    def calls(self, *calls: tuple[Any, ...]) -> list[Any]:
        """The results of several calls in one request, in their order. Raises as `call` does."""
        batch = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}
            for number, (method, *parameters) in enumerate(calls)
        ]
        answers = json.loads(self.post(json.dumps(batch).encode()))
        for answer, (method, *_) in zip(answers, calls, strict=True):
            if "error" in answer:
                raise NodeRefusedError(f"{method}: {answer['error'].get('message')}")
        return [answer["result"] for answer in answers]

    def post(self, body: bytes) -> bytes:
        """The node's answer to a body of calls. Raises OSError when nobody answers."""
        try:
            self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
            return self._connection.getresponse().read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            if isinstance(error, OSError):
                raise
            raise ConnectionError(f"The EVM node on port {self.port} broke off its answer.") from error

    def close(self) -> None:
        self._connection.close()
