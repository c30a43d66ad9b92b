"""The chain's state on disk: whole files only, the newest two kept.

A file is a line of JSON about the head and the clock, then the node's own dump as the node compressed it. It gets its
name only after it is on disk, and its checksum is proved before use: a cut-off file is skipped for the one before it.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

GENERATIONS = 2


@dataclass(frozen=True)
class SavedHead:
    """The head of a saved chain: the block's number and hash, and the chain clock's lead in seconds."""

    number: int
    hash: str
    clock_offset: int


class ChainState:
    """The saved generations of one chain in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, head: SavedHead, dump: bytes) -> None:
        """Write a new generation; when this returns it is on disk under its name."""
        newest = max((_sequence(file) for file in self.files()), default=0)
        file = self.folder / f"state-{newest + 1:09d}.chain"
        draft = file.with_suffix(".new")
        with draft.open("wb") as out:
            out.write(json.dumps(asdict(head)).encode() + b"\n")
            out.write(dump)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(file)
        self._sync_folder()
        for old in self.files()[GENERATIONS:]:
            old.unlink()

    def files(self) -> list[Path]:
        """The saved generations, newest first."""
        return sorted(self.folder.glob("state-*.chain"), key=_sequence, reverse=True)

    def readable(self) -> Iterator[tuple[Path, SavedHead, bytes]]:
        """Each generation that is whole, newest first: its file, its head, the node's dump as plain JSON."""
        for file in self.files():
            try:
                first_line, dump = file.read_bytes().split(b"\n", 1)
                yield file, SavedHead(**json.loads(first_line)), gzip.decompress(dump)
            except (ValueError, TypeError, EOFError, gzip.BadGzipFile, zlib.error):
                print(f"{file.name} is damaged; trying the one before it.", flush=True)

    def _sync_folder(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _sequence(file: Path) -> int:
    return int(file.stem.removeprefix("state-"))
