"""A demo market for one program of ours, in a folder of its own that is gone afterwards."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.instance import Instance
from app.cli.log_lines import Terminal
from app.cli.steps import market_steps


@contextmanager
def own_market(purpose: str, *, keep: bool = False) -> Iterator[Instance]:
    """Running; `purpose` is a word for the folder's name, `keep` leaves the folder. When anything fails, what the market said last is shown."""
    folder = Path(tempfile.mkdtemp(prefix=f"phsar-{purpose}-"))
    folder.chmod(0o755)  # the database server runs as another user when we are root
    outer = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    try:
        with (
            (folder / "log").open("w") as log,
            Instance(folder / "var", steps=market_steps, terminal=Terminal(log), outer=outer) as instance,
        ):
            yield instance
    except BaseException:
        print((folder / "log").read_text()[-2_000:], file=sys.stderr)
        raise
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def market_at(address: str | None, purpose: str) -> Iterator[str]:
    """The address of the demo market that runs there already, or of one of our own."""
    if address:
        yield address
        return
    with own_market(purpose) as instance:
        yield instance.web_url
