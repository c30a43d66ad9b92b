"""anvil, the real EVM node behind the embedded chain: its program, its process, its clock."""

import platform
import signal
import subprocess
import time
from pathlib import Path

from app.embedded.errors import EmbeddedServerError
from app.embedded.node_rpc import NodeRpc
from app.embedded.ports import LOOPBACK
from app.embedded.tether import tethered

NODE_MODULES = Path(__file__).parents[2] / "node_modules"
SLOTS_IN_AN_EPOCH = 6
FINALITY_LAG = 2 * SLOTS_IN_AN_EPOCH  # anvil: safe is one epoch behind the head, finalized is two
STATES_IN_MEMORY = 64  # how many blocks back balances can be asked for
START_SECONDS = 60


def program() -> Path:
    """The platform's binary. The npm command is a Node wrapper, and killing that leaves the real node running."""
    found = sorted(NODE_MODULES.glob("@foundry-rs/anvil-*/bin/anvil*"))
    if not found:
        raise EmbeddedServerError(
            f"The EVM node (anvil) is not installed for {platform.system()} {platform.machine()}: run `make run`, "
            "which installs it, or set CHAIN_RPC_URL to a node of your own."
        )
    return found[0]


class Anvil:
    """A running anvil that mines only when told to. Start it from a thread that lives as long as it."""

    def __init__(
        self, port: int, *, host: str = LOOPBACK, chain_id: int, accounts: int = 0, state: Path | None = None
    ) -> None:
        """Start from the saved `state`, else with a new chain; raises EmbeddedServerError when the node gives up.

        `accounts` are unlocked and rich, by keys that everybody knows: for tests only.
        """
        # fmt: off
        command = [
            str(program()), "--host", host, "--port", str(port), "--chain-id", str(chain_id),
            "--accounts", str(accounts), "--no-mining", "--no-cors", "--no-request-size-limit", "--quiet",
            "--slots-in-an-epoch", str(SLOTS_IN_AN_EPOCH), "--prune-history", str(STATES_IN_MEMORY),
            *(["--load-state", str(state)] if state else []),
        ]
        # fmt: on
        self.host, self.port = host, port
        self.process = subprocess.Popen(tethered(command, end_with=signal.SIGKILL))
        self.rpc = NodeRpc(port, host=host)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.rpc.call("eth_chainId")
            except OSError:
                if self.process.poll() is not None:
                    raise EmbeddedServerError(
                        f"anvil ended with code {self.process.returncode} instead of starting on port {self.port}."
                    ) from None
                if time.monotonic() > deadline:
                    self.stop()
                    raise EmbeddedServerError(f"anvil does not answer on port {self.port}.") from None
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """End the node at once; what was not saved is gone."""
        self.rpc.close()
        self.process.kill()
        self.process.wait()

    def clock_offset(self) -> int:
        """Seconds by which the chain's clock is ahead of the machine's, after `evm_increaseTime` and its like."""
        return int(self.rpc.call("evm_increaseTime", 0))

    def set_clock_offset(self, seconds: int) -> None:
        self.rpc.call("anvil_setTime", int(time.time()) + seconds)
