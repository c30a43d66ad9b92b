"""Hashes over the books: leaves, Merkle trees as RFC 6962 section 2.1 has them, and the text a seal is the hash of."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GENESIS = bytes(32)
"""Stands before the first seal."""
SEALED_FIELDS = (
    "number", "journals", "first_position", "merkle_root", "previous_hash", "horizon", "cluster", "sealed_at",
)  # fmt: skip
"""Of a seal, what its hash is made of."""


def leaf_hash(words: str) -> bytes:
    return hashlib.sha256(b"\0" + words.encode()).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Level by level: a last node without a neighbor rises as it is, which is the tree of the RFC."""
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0] if level else hashlib.sha256().digest()


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


@dataclass(frozen=True)
class Sibling:
    """A neighbor on the way up, and whether it is on the left."""

    hash: bytes
    is_left: bool


def audit_path(leaves: Sequence[bytes], position: int) -> list[Sibling]:
    """What has to be known besides a leaf to come to the root. Raises IndexError for a place that is not there."""
    if not 0 <= position < len(leaves):
        raise IndexError(position)
    path, level = [], list(leaves)
    while len(level) > 1:
        neighbor = position ^ 1
        if neighbor < len(level):
            path.append(Sibling(level[neighbor], is_left=neighbor < position))
        level, position = _level_above(level), position // 2
    return path


def root_from(leaf: bytes, path: Sequence[Sibling]) -> bytes:
    for sibling in path:
        leaf = node_hash(sibling.hash, leaf) if sibling.is_left else node_hash(leaf, sibling.hash)
    return leaf


def seal_text(seal: Mapping[str, Any]) -> str:
    """Canonical: the fields by name, without spaces. Bytes are hex, `sealed_at` is text already."""
    return json.dumps({name: seal[name] for name in SEALED_FIELDS}, sort_keys=True, separators=(",", ":"))


def seal_hash(seal: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(seal_text(seal).encode()).digest()
