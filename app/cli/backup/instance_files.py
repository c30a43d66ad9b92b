"""The files of what an instance runs by itself: an embedded chain, an embedded Stripe, pictures, keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.cli.backup.errors import BackupFailedError
from app.cli.instance_secrets import read_environment
from app.config.settings import Settings

CHAIN, STRIPE, MEDIA, PAPERS = "chain", "stripe.state", "media", "papers"
STRIPE_JOURNAL = STRIPE + ".journal"
_ATTEMPTS = 5


@dataclass(frozen=True)
class Embedded:
    """Which servers the instance in `folder` runs by itself."""

    folder: Path
    database: bool
    chain: bool
    stripe: bool


def embedded_in(folder: Path, settings: Settings) -> Embedded:
    """An instance was told only the addresses of its own servers; one that another one replaces is not in use."""
    told = read_environment(folder)
    return Embedded(
        folder,
        database=told.get("DATABASE_URL") == settings.database_url,
        chain=told.get("CHAIN_RPC_URL") == settings.chain_rpc_url,
        stripe=told.get("STRIPE_API_BASE") == settings.stripe_api_base,
    )


def stripe_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The journal is read before the snapshot: whatever a snapshot written in between took over, it has."""
    journal, state = folder / STRIPE_JOURNAL, folder / STRIPE
    if journal.exists():
        yield STRIPE_JOURNAL, journal.read_bytes()
    if state.exists():
        yield STRIPE, state.read_bytes()


def chain_file(folder: Path) -> tuple[str, bytes]:
    """The newest saved generation. It is whole, since it got its name when it was; it may be deleted meanwhile.

    No block is final before it is in such a file, so what a database that was read earlier calls final is in it.
    """
    for _ in range(_ATTEMPTS):
        newest = max((folder / CHAIN).glob("state-*.chain"), default=None)
        if newest is None:
            break
        try:
            return f"{CHAIN}/{newest.name}", newest.read_bytes()
        except FileNotFoundError:
            continue
    raise BackupFailedError(f"The chain in {folder / CHAIN} has saved nothing yet; start the market once.")


def secrets_text(secrets: Mapping[str, str]) -> bytes:
    return "".join(f"{name}={value}\n" for name, value in secrets.items()).encode()


def secrets_of(text: str) -> dict[str, str]:
    """`NAME=value` lines."""
    lines = (line.strip() for line in text.splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
