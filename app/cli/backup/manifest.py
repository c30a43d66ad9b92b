"""What an archive says of itself: who wrote it, from which state, under which keys, and every part with its checksum."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from app.cli.backup.errors import ArchiveDamagedError, RestoreRefusedError

FORMAT = 1
NAME = "manifest.json"
SUM = "manifest.sha256"
DATABASE = "database.dump"
SECRETS = "secrets.env"
PROVED_KEYS = ("KEY_SEED", "SECRET_KEY")
"""What a database is useless without: chain keys are derived from the one, passwords are hashed with the other."""


@dataclass(frozen=True)
class Part:
    """A file of the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ChainPosition:
    """Where the database stood on its chain. `contracts` by name, `0x…`; block numbers are None before the first look."""

    chain_id: int
    seen_block: int | None
    final_block: int | None
    contracts: Mapping[str, str]
    is_embedded: bool


@dataclass(frozen=True)
class Manifest:
    """`keys` are fingerprints, from which no key can be found; `has_keys` says whether the keys are in the archive."""

    taken_at: str
    version: str
    migration: str
    postgresql: int
    chain: ChainPosition
    stripe_is_embedded: bool
    media: str
    has_keys: bool
    keys: Mapping[str, str]
    counts: Mapping[str, int]
    parts: tuple[Part, ...]
    format: int = field(default=FORMAT)
    papers: str = field(default="in the archive")

    def part_names(self) -> set[str]:
        return {part.name for part in self.parts}


def to_json(manifest: Manifest) -> bytes:
    return json.dumps(asdict(manifest), indent=2, ensure_ascii=False).encode()


def from_json(text: bytes) -> Manifest:
    """Raises ArchiveDamagedError, or RestoreRefusedError for a format of another version of ours."""
    try:
        content: dict[str, Any] = json.loads(text)
        found = content["format"]
    except (ValueError, KeyError, TypeError) as broken:
        raise ArchiveDamagedError("its manifest cannot be read") from broken
    if found != FORMAT:
        raise RestoreRefusedError(
            f"The archive has format {found}; this version reads format {FORMAT}. "
            f"Restore with the version that wrote it ({content.get('version', 'unknown')}), then upgrade."
        )
    try:
        chain = ChainPosition(**content.pop("chain"))
        parts = tuple(Part(**part) for part in content.pop("parts"))
        return Manifest(**content, chain=chain, parts=parts)
    except (KeyError, TypeError) as broken:
        raise ArchiveDamagedError("its manifest is not complete") from broken


def fingerprints(secrets: Mapping[str, str]) -> dict[str, str]:
    """Tells later whether a key is the one of this backup. Keys are 32 random bytes: there is nothing to guess."""
    return {
        name: hashlib.sha256(f"phsar backup {name} {secrets[name]}".encode()).hexdigest()[:16]
        for name in PROVED_KEYS
        if name in secrets
    }


def require_keys(manifest: Manifest, secrets: Mapping[str, str]) -> None:
    """Raises RestoreRefusedError naming the key that is missing or is another one than the backup was made under."""
    given = fingerprints(secrets)
    for name, expected in manifest.keys.items():
        if name not in given:
            raise RestoreRefusedError(
                f"The archive holds no keys, and {name} was not given. Give the file that was kept apart "
                "(--keys FILE, lines NAME=value), or set it in the environment."
            )
        if given[name] != expected:
            raise RestoreRefusedError(
                f"{name} is another one than this backup was made under; with it the market could not reach its money "
                "or its people could not sign in. Give the one that was kept apart."
            )
