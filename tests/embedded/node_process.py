"""The EVM node as a process, as `make run` starts it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.embedded.inner_address import inner_rpc
from app.embedded.postgres import REPOSITORY
from tests.support.waiting import wait_for

# init code of a contract that logs 42 and remembers the block's number, whenever it is called
LOGGER = "0x70602a600052600160206000a14360005500600052601160" + "0ff3"


class NodeProcess:
    """`python -m app.embedded.evm_node` on one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "app.embedded.evm_node", "--state-dir", os.fspath(self.folder)]
        self.process = subprocess.Popen(
            command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines = []
        while not (self.lines and "listening" in self.lines[-1]):
            line = self.process.stdout.readline()
            assert line, f"the node did not start: {self.lines}, code {self.process.wait()}"
            self.lines.append(line.strip())
        self.url = self.lines[-1].removeprefix("listening on ")
        self.rpc = inner_rpc(self.folder)
        self.sender = "0x" + "5e" * 20
        self.rpc.call("anvil_setBalance", self.sender, hex(10**21))
        self.rpc.call("anvil_impersonateAccount", self.sender)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.rpc.close()
        self.process.send_signal(how)  # nothing happens when it has ended already
        code = self.process.wait(15)
        self.process.stdout.close()
        return code

    def saved_files(self) -> list[Path]:
        return sorted(self.folder.glob("state-*.chain"))

    def block(self, tag: int | str = "latest") -> dict[str, Any]:
        return self.rpc.call("eth_getBlockByNumber", hex(tag) if isinstance(tag, int) else tag, True)

    def receipt(self, tx_hash: str) -> dict[str, Any]:
        return wait_for(lambda: self.rpc.call("eth_getTransactionReceipt", tx_hash), what="the receipt")

    def send(self, **transaction: Any) -> dict[str, Any]:
        """Send from an account with money and wait until it is mined; gives the receipt."""
        return self.receipt(self.hand_in(**transaction))

    def hand_in(self, **transaction: Any) -> str:
        """Send and do not wait; gives the hash."""
        sent = {"from": self.sender, "gas": "0x30d40", **transaction}
        return str(self.rpc.call("eth_sendTransaction", sent))

    def everything(self, head: int) -> dict[str, Any]:
        """All that followers of the chain can have seen up to this block."""
        blocks = [self.block(number) for number in range(head + 1)]
        hashes = [transaction["hash"] for block in blocks for transaction in block["transactions"]]
        return {
            "blocks": blocks,
            "receipts": [self.receipt(tx_hash) for tx_hash in hashes],
            "logs": self.rpc.call("eth_getLogs", {"fromBlock": "0x0", "toBlock": hex(head)}),
        }
