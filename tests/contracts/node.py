"""A real EVM node for the contract tests: deterministic block times, no gas price, every address may send."""

import json
import re
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from app.chain.contracts import revert_name

PACKAGES = Path(__file__).resolve().parents[2] / "node_modules" / "@foundry-rs"
CHAIN_ID = 31337
GENESIS = 1_800_000_000
GAS_LIMIT = 30_000_000
PATIENCE_SECONDS = 20


class Refused(Exception):
    """The contract reverted; `name` is its custom error."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(name or f"0x{data.hex()}")
        self.name = name


class RpcFailed(Exception):
    """The node answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.data = error.get("data")


class Node:
    """The platform's own anvil: the npm command would be a wrapper that leaves it running."""

    def __init__(self, chain_id: int = CHAIN_ID) -> None:
        binary = next(iter(sorted(PACKAGES.glob("anvil-*/bin/anvil*"))), None)
        assert binary is not None, "anvil is not in node_modules; run npm ci"
        command = [str(binary), "--port", "0", "--chain-id", str(chain_id), "--timestamp", str(GENESIS)]
        command += ["--gas-price", "0", "--block-base-fee-per-gas", "0", "--hardfork", "cancun"]
        # The node logs every request; a pipe that nobody reads would fill up and stop it.
        self.log = tempfile.NamedTemporaryFile("w+", prefix="anvil-", suffix=".log")  # noqa: SIM115 - closed in stop()
        self.process = subprocess.Popen(command, stdout=self.log)
        self.url = self._address()
        self.call("anvil_autoImpersonateAccount", True)
        self.call("anvil_setBlockTimestampInterval", 1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def call(self, method: str, *params: Any) -> Any:
        """One JSON-RPC request. Raises RpcFailed."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(self.url, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        if "error" in answer:
            raise RpcFailed(answer["error"])
        return answer["result"]

    def read(self, to: bytes, data: bytes, sender: bytes = b"\x11" * 20) -> bytes:
        """The answer of a call that changes nothing. Raises Refused."""
        try:
            answer = self.call("eth_call", _transaction(sender, to, data), "latest")
        except RpcFailed as error:
            reason = bytes.fromhex(error.data.removeprefix("0x")) if isinstance(error.data, str) else b""
            raise Refused(revert_name(reason), reason) from error
        return bytes.fromhex(answer[2:])

    def send(self, sender: bytes, to: bytes | None, data: bytes) -> dict[str, Any]:
        """The receipt of a mined transaction. Raises Refused, with nothing sent."""
        if to is not None:
            self.read(to, data, sender)
        tx_hash = self.call("eth_sendTransaction", _transaction(sender, to, data))
        receipt = self._receipt(tx_hash)
        assert receipt["status"] == "0x1"
        return receipt

    def now(self) -> int:
        """Seconds of the latest block: the clock that the contracts see."""
        return int(self.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def pass_until(self, second: int) -> None:
        """Mine one block at `second`."""
        self.call("evm_setNextBlockTimestamp", second)
        self.call("evm_mine")

    def _receipt(self, tx_hash: str) -> dict[str, Any]:
        """The node answers before the block is made, so ask until it is."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            receipt: dict[str, Any] | None = self.call("eth_getTransactionReceipt", tx_hash)
            if receipt is not None:
                return receipt
        raise AssertionError(f"{tx_hash} was not mined within {PATIENCE_SECONDS} s")

    def _address(self) -> str:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up and self.process.poll() is None:
            found = re.search(r"^Listening on (\S+)$", Path(self.log.name).read_text(), re.MULTILINE)
            if found:
                return f"http://{found[1]}"
        raise AssertionError("anvil did not listen")


def _transaction(sender: bytes, to: bytes | None, data: bytes) -> dict[str, str]:
    call = {"from": f"0x{sender.hex()}", "data": f"0x{data.hex()}", "gas": hex(GAS_LIMIT), "gasPrice": "0x0"}
    return call if to is None else {**call, "to": f"0x{to.hex()}"}
