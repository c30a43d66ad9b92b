"""Where the node behind the door listens: written down for those who run it, readable by its owner only."""

import contextlib
from pathlib import Path

from app.embedded.errors import EmbeddedServerError
from app.embedded.node_rpc import NodeRpc

FILE = "inner-address"


def keep_inner_address(folder: Path, host: str, port: int) -> None:
    """Write it into the chain's folder; another one with every start."""
    draft = folder / f"{FILE}.new"
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(f"{host}:{port}")
    draft.rename(folder / FILE)


def forget_inner_address(folder: Path) -> None:
    """Nobody listens there any more."""
    with contextlib.suppress(FileNotFoundError):
        (folder / FILE).unlink()


def inner_rpc(folder: Path) -> NodeRpc:
    """Every method of the node that runs on the chain's `folder`: time, balances, blocks at will.

    Raises EmbeddedServerError when none runs there.
    """
    try:
        host, port = (folder / FILE).read_text().split(":")
    except FileNotFoundError:
        raise EmbeddedServerError(f"No EVM node runs on {folder}.") from None
    return NodeRpc(int(port), host=host)
