"""`make run`: the whole market on this machine, until Ctrl-C. Started again, it continues with its data."""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from app.cli.instance import Instance
from app.cli.instance_lock import AlreadyRunningError, only_instance_in
from app.cli.instance_ports import PortTakenError, choose_ports
from app.cli.log_lines import Terminal
from app.cli.steps import market_steps
from app.cli.supervisor import StepFailedError, StoppedError
from app.embedded.errors import EmbeddedServerError
from app.embedded.stop_signal import StopSignal

LOGINS = "demo-logins.txt"  # written into the data folder by the demo market, for people to read


def main() -> int:
    options = _options()
    terminal = Terminal(sys.stdout)
    try:
        with only_instance_in(options.data_dir) as announce:
            stop = StopSignal()
            instance = Instance(
                options.data_dir,
                steps=partial(market_steps, demo=not options.no_demo),
                ports=lambda: choose_ports(options.data_dir, web=options.port, say=terminal.note),
                terminal=terminal,
                wait=stop.wait,
            )
            announce(instance.web_url)
            run(instance, terminal)
    except StoppedError:
        terminal.say("Stopped before everything was up.")
    except (AlreadyRunningError, PortTakenError, StepFailedError, EmbeddedServerError) as error:
        terminal.failure(str(error))
        return 1
    return 0


def run(instance: Instance, terminal: Terminal) -> None:
    """Start everything, say where it is, keep it running until somebody asks to stop."""
    with instance:
        logins = instance.data_dir / LOGINS
        if logins.exists():
            terminal.say(logins.read_text().rstrip())
        terminal.say(f"Phsar is ready: {instance.environment['PUBLIC_URL']}  (Ctrl-C stops it)")
        instance.supervisor.watch()
        terminal.say("Stopping …")
    terminal.say("Stopped. Your data stay in " + os.fspath(instance.data_dir))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.cli.run", description=__doc__)
    folder = Path(os.environ.get("PHSAR_DATA_DIR") or "var")
    parser.add_argument("--data-dir", type=Path, default=folder, help="everything is kept here (default: var)")
    parser.add_argument("--port", type=int, help="port of the pages (default: 8000 or the next free one)")
    parser.add_argument("--no-demo", action="store_true", help="start with an empty market")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
