"""JSON-RPC with plain answers. web3's own retries are off: a send is never repeated by a library."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests
from requests.utils import get_netrc_auth

from app.chain.errors import ChainUnavailable, NodeInTrouble, RpcRefused, WrongChain

if TYPE_CHECKING:
    from web3 import HTTPProvider

TIMEOUT_SECONDS = 15
TROUBLE = {-32603, -32002, -32005, 429}
"""Internal error, resource unavailable, limit exceeded (EIP-1474), and what hosted nodes call too many requests."""


@dataclass(frozen=True)
class Header:
    """A block's identity; `time` is what contracts see as now."""

    number: int
    hash: bytes
    parent_hash: bytes
    time: datetime
    base_fee: int


@dataclass(frozen=True)
class RawLog:
    """A log as the node gave it, bytes decoded from hex."""

    block_number: int
    block_hash: bytes
    tx_hash: bytes
    log_index: int
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Receipt:
    """`gas_price` is what was paid per gas, `gas_paid` in all: with a second layer's fee for its data, in wei."""

    block_number: int
    block_hash: bytes
    succeeded: bool
    gas_used: int
    contract_address: bytes | None
    gas_price: int | None = None
    gas_paid: int | None = None
    sender: bytes | None = None


def to_bytes(value: str) -> bytes:
    return bytes.fromhex(value[2:])


def to_hex(value: bytes) -> str:
    return "0x" + value.hex()


class Rpc:
    """One node. Raises ChainUnavailable when it does not answer, NodeInTrouble when it cannot, RpcRefused when it says no."""

    def __init__(self, url: str, chain_id: int) -> None:
        self.url = url
        self.chain_id = chain_id
        self._provider: HTTPProvider | None = None
        self._pid = 0

    def request(self, method: str, *params: Any) -> Any:
        if self._provider is None or self._pid != os.getpid():
            from web3 import HTTPProvider  # half a second and 20 MiB that pages do without: they never ask the node

            self._provider = HTTPProvider(
                self.url,
                request_kwargs={"timeout": TIMEOUT_SECONDS},
                session=_session(self.url),
                exception_retry_configuration=None,
            )
            self._pid = os.getpid()
        try:
            answer = self._provider.make_request(method, list(params))
        except (requests.RequestException, OSError, ValueError) as error:
            raise ChainUnavailable from error
        if "error" in answer:
            error_body = answer["error"]
            if isinstance(error_body, str):
                raise RpcRefused(reason=error_body)
            data = error_body.get("data")
            raw = to_bytes(data) if isinstance(data, str) and data.startswith("0x") else b""
            reason, code = str(error_body.get("message")), error_body.get("code", 0)
            if code in TROUBLE and not raw and "revert" not in reason.lower():  # some give reverts this code
                raise NodeInTrouble(reason)
            raise RpcRefused(reason=reason, code_number=code, data=raw)
        return answer.get("result")

    def require_chain(self) -> None:
        """Raises WrongChain when the node is another chain's."""
        found = int(self.request("eth_chainId"), 16)
        if found != self.chain_id:
            raise WrongChain(found=found, expected=self.chain_id)

    def header(self, block: int | str) -> Header | None:
        """By number or tag (`latest`, `safe`, `finalized`); None when there is no such block yet."""
        try:
            answer = self.request("eth_getBlockByNumber", hex(block) if isinstance(block, int) else block, False)
        except RpcRefused:
            if block in {"safe", "finalized"}:
                return None
            raise
        return None if answer is None else _header(answer)

    def logs_of_block(self, block_hash: bytes, addresses: list[bytes]) -> list[RawLog]:
        """By hash (EIP-234), so that the logs are of exactly this block."""
        query = {"blockHash": to_hex(block_hash), "address": [to_hex(address) for address in addresses]}
        return [_log(item) for item in self.request("eth_getLogs", query)]

    def logs_of_range(self, first: int, last: int, addresses: list[bytes]) -> list[RawLog]:
        query = {"fromBlock": hex(first), "toBlock": hex(last), "address": [to_hex(address) for address in addresses]}
        return [_log(item) for item in self.request("eth_getLogs", query)]

    def receipt(self, tx_hash: bytes) -> Receipt | None:
        answer = self.request("eth_getTransactionReceipt", to_hex(tx_hash))
        if answer is None or answer.get("blockHash") is None:
            return None
        created = answer.get("contractAddress")
        used, price = int(answer["gasUsed"], 16), answer.get("effectiveGasPrice")
        paid = None if price is None else used * int(price, 16) + int(answer.get("l1Fee") or "0x0", 16)
        return Receipt(
            int(answer["blockNumber"], 16),
            to_bytes(answer["blockHash"]),
            int(answer["status"], 16) == 1,
            used,
            to_bytes(created) if created else None,
            None if price is None else int(price, 16),
            paid,
            to_bytes(answer["from"]),
        )

    def transaction_count(self, address: bytes, block: str = "latest") -> int:
        return int(self.request("eth_getTransactionCount", to_hex(address), block), 16)

    def gas_balance(self, address: bytes, block: int | str = "latest") -> int:
        tag = hex(block) if isinstance(block, int) else block
        return int(self.request("eth_getBalance", to_hex(address), tag), 16)

    def code(self, address: bytes) -> bytes:
        return to_bytes(self.request("eth_getCode", to_hex(address), "latest"))

    def call(self, to: bytes, data: bytes, block: int | str = "latest") -> bytes:
        tag = hex(block) if isinstance(block, int) else block
        return to_bytes(self.request("eth_call", {"to": to_hex(to), "data": to_hex(data)}, tag))

    def estimate_gas(self, sender: bytes, to: bytes | None, data: bytes) -> int:
        """Raises RpcRefused with the revert data when the call would fail now."""
        call = {"from": to_hex(sender), "data": to_hex(data)}
        if to is not None:
            call["to"] = to_hex(to)
        return int(self.request("eth_estimateGas", call), 16)

    def send_raw(self, raw: bytes) -> None:
        self.request("eth_sendRawTransaction", to_hex(raw))


def _session(url: str) -> requests.Session:
    """Proxies, certificates and passwords of this process's environment are looked up here once, and not at every call."""
    session = requests.Session()
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify, session.cert = found["proxies"], found["verify"], found["cert"]
    session.auth = get_netrc_auth(url)
    session.trust_env = False
    return session


def _header(answer: dict[str, Any]) -> Header:
    return Header(
        int(answer["number"], 16),
        to_bytes(answer["hash"]),
        to_bytes(answer["parentHash"]),
        datetime.fromtimestamp(int(answer["timestamp"], 16), UTC),
        int(answer.get("baseFeePerGas") or "0x0", 16),
    )


def _log(item: dict[str, Any]) -> RawLog:
    return RawLog(
        int(item["blockNumber"], 16),
        to_bytes(item["blockHash"]),
        to_bytes(item["transactionHash"]),
        int(item["logIndex"], 16),
        to_bytes(item["address"]),
        tuple(to_bytes(topic) for topic in item["topics"]),
        to_bytes(item["data"]),
    )
