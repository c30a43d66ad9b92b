"""An instance of the market in one data folder: its ports, its secrets, its environment and its running parts."""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from app.cli.children import Step
from app.cli.instance_ports import Ports, any_ports
from app.cli.instance_secrets import instance_secrets, write_environment
from app.cli.log_lines import Terminal
from app.cli.supervisor import Supervisor
from app.embedded.ports import LOOPBACK
from app.embedded.postgres import EmbeddedPostgres

CHAIN_ID = 31337


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


class Instance:
    """The parts of one market: `with Instance(folder, steps=server_steps) as market:` starts them and stops them after.

    `steps` says what runs (see `app.cli.steps`). Without `ports` free ones are taken, so that any number of instances
    can stand side by side. What `outer`, the environment around us, points elsewhere is not started: DATABASE_URL,
    CHAIN_RPC_URL, STRIPE_API_KEY. Raises StepFailedError when a part does not start.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        steps: Callable[["Instance"], Sequence[Step]],
        ports: Callable[[], Ports] = any_ports,
        terminal: Terminal | None = None,
        wait: Callable[[float], bool] = _sleep,
        outer: Mapping[str, str] = os.environ,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.outer = outer
        self.supervisor = Supervisor(self.data_dir, terminal or Terminal(sys.stdout), wait=wait)
        self.ports = ports()  # chosen only now: what a killed run left behind has given its ports back
        self.postgres = EmbeddedPostgres(self.data_dir / "database", port=self.ports.database)
        self.environment = self._environment()
        self._steps = steps

    @property
    def web_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ports.web}"

    @property
    def chain_folder(self) -> Path:
        """Of the EVM node of our own; `inner_rpc` of it moves time and money."""
        return self.data_dir / "chain"

    def embeds(self, setting: str) -> bool:
        """Whether we run the server that this setting points at, because nobody set it."""
        return not self.outer.get(setting)

    def start(self) -> None:
        """Start all parts, in order. On failure nothing is left running."""
        write_environment(self.data_dir, {name: self.environment[name] for name in self._told})
        try:
            self.supervisor.start(self._steps(self), self.environment)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop all parts, in reverse order; their data stay."""
        self.supervisor.stop()

    def _environment(self) -> dict[str, str]:
        """The settings handed to every part: our own values, and over them what the environment around us says."""
        own = instance_secrets(self.data_dir) | {
            "PHSAR_DATA_DIR": os.fspath(self.data_dir),
            "PUBLIC_URL": self.web_url,
            "MEDIA_URL": os.fspath(self.data_dir / "media"),
            "PAPERS_URL": os.fspath(self.data_dir / "papers"),
            "CHAIN_ID": str(CHAIN_ID),
            "FX_STALE_DAYS": "0",  # the demo's rates are of one day for ever
        }
        if self.embeds("PUBLIC_URL") and self.embeds("SMTP_URL"):
            own["MAILBOX"] = "on"  # nobody but who sits at this machine can look into it
        if self.embeds("DATABASE_URL"):
            own["DATABASE_URL"] = self.postgres.url
            own["DATABASE_OWNER_URL"] = self.postgres.owner_url
            own["DATABASE_REPORTS_URL"] = self.postgres.reports_url
        if self.embeds("CHAIN_RPC_URL"):
            own["CHAIN_RPC_URL"] = f"http://{LOOPBACK}:{self.ports.chain}"
        if self.embeds("STRIPE_API_KEY"):
            own["STRIPE_API_BASE"] = f"http://{LOOPBACK}:{self.ports.stripe}"
        self._told = tuple(own)
        return own | {name: value for name, value in self.outer.items() if value}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
