"""`python -m tests.faults.armed ROLE FOLDER MODULE …`: run a part of the market that can die at the points of `points`.

The job worker and the settlement worker are forked from a process that has loaded the application and done nothing
else, and forked again when they are killed: a start costs no seconds of reading code, and knows as little as any other.
"""

import os
import runpy
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType

from app.embedded.tether import tie_to_parent
from tests.faults.points import INSTALL, Points

BLOCK_SECONDS = 0.2  # five times as fast as `make run`; what is mined is saved in the same rhythm as there
LOADED = {
    "worker": ("app.cli.market_commands", "stripe", "web3"),
    "settle": ("app.settlement.commands", "app.reactions", "web3"),
}


def main() -> None:
    role, folder, module = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    INSTALL.get(role, Points.install)(Points(role, folder))
    sys.argv[:] = [module, *sys.argv[4:]]
    if role in LOADED:
        run_again_and_again(module, LOADED[role], folder / f"{role}.lives")
    elif role == "chain":
        run_quick_chain()
    else:
        run(module)


def run(module: str) -> None:
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def run_again_and_again(module: str, loaded: tuple[str, ...], lives: Path) -> None:
    """Until it ends in another way than by SIGKILL. `lives` tells the test how often it was started."""
    for name in loaded:
        import_module(name)
    notice_deaths_quickly()
    child, parent = 0, os.getpid()

    def pass_on(number: int, _frame: FrameType | None) -> None:
        os.kill(child, number)

    signal.signal(signal.SIGTERM, pass_on)
    started, how = 0, signal.SIGKILL.value
    while how == signal.SIGKILL:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            tie_to_parent(parent, signal.SIGKILL)
            run(module)
            return
        started += 1
        lives.with_suffix(".new").write_text(f"{started} {child}")
        lives.with_suffix(".new").rename(lives)
        how = os.waitpid(child, 0)[1]
    sys.exit(os.waitstatus_to_exitcode(how))


def notice_deaths_quickly() -> None:
    """What a killed job worker was doing is found after four seconds, not after twenty."""
    from app.jobs import worker

    worker.HEARTBEAT_SECONDS, worker.STALLED_SECONDS = 1, 4


def run_quick_chain() -> None:
    """Blocks come as quickly as the test likes to wait."""
    from app.embedded import block_driver, evm_node

    block_driver.BLOCK_SECONDS = BLOCK_SECONDS
    evm_node.STEP_SECONDS = BLOCK_SECONDS / 4
    evm_node.main()


if __name__ == "__main__":
    main()
