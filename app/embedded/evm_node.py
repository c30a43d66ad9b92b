"""`python -m app.embedded.evm_node --state-dir D --port N`: an EVM chain of one's own that survives anything.

anvil executes; we mine (`block_driver`), save (`chain_state`) and stand at its door (`node_door`): the port is the
door's, and takes what a real chain's node takes. Who runs the node moves time and money by `inner_rpc(D)`. SIGTERM or
SIGINT saves and ends. One process per folder; a second one waits for the first to end and gives up after a while.
"""

import argparse
import contextlib
import fcntl
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from app.embedded.anvil import Anvil
from app.embedded.block_driver import BlockDriver
from app.embedded.chain_state import ChainState
from app.embedded.errors import EmbeddedServerError
from app.embedded.inner_address import forget_inner_address, keep_inner_address
from app.embedded.node_door import NodeDoor
from app.embedded.ports import LOOPBACK, hidden_address
from app.embedded.stop_signal import StopSignal

STEP_SECONDS = 0.25
LOCK_SECONDS = 15
READY_FILE = "ready"  # is there while the chain is complete, its clock set and its state on disk


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the embedded EVM node in the foreground.")
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--chain-id", type=int, default=31337)
    options = parser.parse_args()
    stop = StopSignal()
    try:
        with only_process_in(options.state_dir):
            run_node(options.state_dir, options.port, options.chain_id, stop)
    except EmbeddedServerError as error:
        sys.exit(str(error))


def run_node(folder: Path, port: int, chain_id: int, stop: StopSignal) -> None:
    """Run until `stop`; raises EmbeddedServerError when the chain cannot start or anvil ends by itself."""
    ready = folder / READY_FILE
    ready.unlink(missing_ok=True)
    door = NodeDoor(port)
    driver = open_chain(ChainState(folder), chain_id)
    node = driver.node
    try:
        driver.save()
        keep_inner_address(folder, node.host, node.port)
        door.open(node.host, node.port)
        ready.touch()
        print(f"listening on http://{LOOPBACK}:{door.port}", flush=True)
        while not stop.wait(STEP_SECONDS):
            driver.step()
        door.close()
        driver.close()
    except OSError as error:
        code = node.process.poll()
        raise EmbeddedServerError(f"anvil ended by itself with code {code} ({error}).") from error
    finally:
        ready.unlink(missing_ok=True)
        forget_inner_address(folder)
        node.stop()


def open_chain(state: ChainState, chain_id: int) -> BlockDriver:
    """Start the node on the newest generation that loads, or on a new chain when none was ever saved."""
    host, port = hidden_address()
    for file, saved, dump in state.readable():
        plain = state.folder / "loading.json"
        plain.write_bytes(dump)
        try:
            node = Anvil(port, host=host, chain_id=chain_id, state=plain)
        except EmbeddedServerError as error:
            print(f"{file.name} does not load ({error}); trying the one before it.", flush=True)
            continue
        finally:
            plain.unlink()
        driver = BlockDriver(node, state)
        driver.catch_up(saved.clock_offset)
        return driver
    if state.files():
        raise EmbeddedServerError(
            f"No saved state of the chain in {state.folder} can be read. Restore the folder from a backup, "
            "or start afresh with `make reset`."
        )
    return BlockDriver(Anvil(port, host=host, chain_id=chain_id), state)


@contextlib.contextmanager
def only_process_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, waiting for a predecessor that is still saving."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise EmbeddedServerError(f"Another EVM node works in {folder}; stop it first.") from None
                time.sleep(0.1)
        yield


if __name__ == "__main__":
    main()
