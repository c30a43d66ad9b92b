"""The ports of one instance: the usual ones where they are free, remembered so that addresses stay the same."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from app.embedded.ports import any_free_ports, free_port_near, is_free

PREFERRED = {"web": 8000, "database": 5433, "chain": 8545, "stripe": 12111}


class PortTakenError(Exception):
    """The port that was asked for belongs to somebody else."""


@dataclass(frozen=True)
class Ports:
    """Where the parts of an instance listen, all on 127.0.0.1."""

    web: int
    database: int
    chain: int
    stripe: int


def choose_ports(data_dir: Path, *, web: int | None, say: Callable[[str], None]) -> Ports:
    """The remembered or usual ports; a taken one is replaced, told, and the replacement remembered.

    `web` is the person's own wish and is never replaced: raises PortTakenError.
    """
    if web is not None and not is_free(web):
        raise PortTakenError(f"Port {web} is taken by another program; choose another one with --port.")
    file = data_dir / "ports.json"
    wanted = PREFERRED | _remembered(file) | ({"web": web} if web is not None else {})
    chosen = {name: free_port_near(port) for name, port in wanted.items()}
    for name, port in wanted.items():
        if chosen[name] != port:
            say(f"port {port} is taken; {name} listens on {chosen[name]} instead, also next time")
    data_dir.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(chosen))
    return Ports(**chosen)


def any_ports() -> Ports:
    """Free ports for an instance that nobody needs to find again."""
    return Ports(*any_free_ports(len(PREFERRED)))


def remembered_ports(data_dir: Path) -> Ports | None:
    """The ports of the last start, if there was one."""
    found = _remembered(data_dir / "ports.json")
    return Ports(**found) if set(found) == set(asdict(Ports(0, 0, 0, 0))) else None


def _remembered(file: Path) -> dict[str, int]:
    try:
        found = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return {name: int(port) for name, port in found.items() if name in PREFERRED}
