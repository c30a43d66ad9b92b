"""Who may ask the embedded EVM node for what: rules on headers and bodies, without a socket.

A test node does what nobody may do to a real one: move time, give money, act for any account. A page that somebody
merely visits can reach ports of this machine, so the public address lets through only what a real chain's node offers.
"""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from app.embedded.errors import EmbeddedServerError

MOST_BYTES = 2 * 1024 * 1024
MOST_CALLS = 1000  # in one batch; go-ethereum's own limit
EXTENSIONS = ("chrome-extension://", "moz-extension://", "safari-web-extension://")  # browser wallets
INVALID_REQUEST, METHOD_NOT_FOUND = -32600, -32601  # JSON-RPC 2.0

OPEN_METHODS = frozenset({
    "eth_accounts", "eth_blobBaseFee", "eth_blockNumber", "eth_call", "eth_chainId", "eth_createAccessList",
    "eth_estimateGas", "eth_feeHistory", "eth_gasPrice", "eth_getBalance", "eth_getBlockByHash",
    "eth_getBlockByNumber", "eth_getBlockReceipts", "eth_getBlockTransactionCountByHash",
    "eth_getBlockTransactionCountByNumber", "eth_getCode", "eth_getLogs", "eth_getProof", "eth_getStorageAt",
    "eth_getTransactionByBlockHashAndIndex", "eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByHash",
    "eth_getTransactionCount", "eth_getTransactionReceipt", "eth_maxPriorityFeePerGas", "eth_sendRawTransaction",
    "eth_syncing", "net_listening", "net_version", "web3_clientVersion", "web3_sha3",
})  # fmt: skip
"""Reads, and transactions that carry their own signature. A list of what is allowed: a newer node may learn new tricks."""


class NotLetInError(EmbeddedServerError):
    """The request is none of a wallet or a program of this machine. Its text is for whoever sent it."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        super().__init__(words)
        self.status = status


class NotOpenError(EmbeddedServerError):
    """A call that the public address does not offer. `answer` is the JSON-RPC answer; nothing was done."""

    def __init__(self, method: str, answer: object) -> None:
        super().__init__(f"{method} is not open here")
        self.answer = answer


def require_local(port: int, path: str, hosts: Iterable[str], origins: Iterable[str]) -> None:
    """Raises NotLetInError for what a page of another site sends, also by a name it has pointed at this machine."""
    if path != "/":
        raise NotLetInError(HTTPStatus.NOT_FOUND, "JSON-RPC is at /.")
    names = [host.lower() for host in hosts]
    if len(names) != 1 or names[0] not in {f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}:
        raise NotLetInError(HTTPStatus.FORBIDDEN, f"Ask for http://127.0.0.1:{port}; other names are not answered.")
    if not all(origin.lower().startswith(EXTENSIONS) for origin in origins):
        raise NotLetInError(HTTPStatus.FORBIDDEN, "Web pages may not talk to this node; wallets may.")


def require_plain_json(content_types: Iterable[str], upgrades: Iterable[str]) -> None:
    """Raises NotLetInError for WebSocket, and for kinds that a page may send to another site without asking it first."""
    if any(upgrades):
        raise NotLetInError(HTTPStatus.FORBIDDEN, "There is no WebSocket here; use HTTP.")
    kinds = [kind.partition(";")[0].strip().lower() for kind in content_types]
    if kinds != ["application/json"]:
        raise NotLetInError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json.")


def let_through(body: bytes) -> bytes:
    """The calls as the node shall read them: written anew, so that both read the same thing into them.

    Raises NotLetInError, or NotOpenError when one of the calls is not open; of such a batch nothing is done.
    """
    try:
        sent = json.loads(body)
        written_anew = json.dumps(sent).encode()
    except (ValueError, RecursionError):
        raise NotLetInError(HTTPStatus.BAD_REQUEST, "This is no JSON.") from None
    calls = sent if isinstance(sent, list) else [sent]
    if not 1 <= len(calls) <= MOST_CALLS:
        raise NotLetInError(HTTPStatus.BAD_REQUEST, f"Send 1 to {MOST_CALLS} calls at once.")
    for call in calls:
        if not isinstance(call, dict) or not isinstance(call.get("method"), str):
            raise NotLetInError(HTTPStatus.BAD_REQUEST, "This is no JSON-RPC call.")
    closed = next((call["method"] for call in calls if call["method"] not in OPEN_METHODS), None)
    if closed is not None:
        answers = [_refusal(call, closed) for call in calls]
        raise NotOpenError(closed, answers if isinstance(sent, list) else answers[0])
    return written_anew


def error_answer(code: int, words: str, call_id: object = None) -> dict[str, Any]:
    """A JSON-RPC 2.0 error."""
    return {"jsonrpc": "2.0", "id": call_id, "error": {"code": code, "message": words}}


def _refusal(call: dict[str, Any], closed: str) -> dict[str, Any]:
    if call["method"] in OPEN_METHODS:
        return error_answer(INVALID_REQUEST, f"Not done: {closed}, in the same batch, is not open.", call.get("id"))
    return error_answer(METHOD_NOT_FOUND, f"{call['method'][:80]} is not open at this address.", call.get("id"))
