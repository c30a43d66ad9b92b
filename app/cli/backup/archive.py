"""The archive: a plain tar whose last members are the manifest and its checksum, so a cut-off file has none."""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.cli.backup.errors import ArchiveDamagedError, BackupFailedError
from app.cli.backup.manifest import NAME, SUM, Manifest, Part, from_json, to_json

CHUNK = 1024 * 1024
OWNER_ONLY = 0o600


class ArchiveWriter:
    """Adds parts and remembers their sums; `close_with` writes the manifest."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.parts: list[Part] = []

    def add_file(self, name: str, file: Path) -> None:
        with file.open("rb") as content:
            self._add(name, content, file.stat().st_size)

    def add_bytes(self, name: str, content: bytes) -> None:
        self._add(name, io.BytesIO(content), len(content))

    def close_with(self, manifest: Callable[[tuple[Part, ...]], Manifest]) -> Manifest:
        """`manifest` is asked for with all parts."""
        made = manifest(tuple(self.parts))
        text = to_json(made)
        for name, content in ((NAME, text), (SUM, hashlib.sha256(text).hexdigest().encode())):
            self._add(name, io.BytesIO(content), len(content))
        return made

    def _add(self, name: str, content: IO[bytes], size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, OWNER_ONLY
        summed = _Summed(content)
        self._tar.addfile(entry, summed)
        self.parts.append(Part(name, size, summed.sum.hexdigest()))


class _Summed(io.RawIOBase):
    """Reads through, and adds up what was read."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._content.read(size)
        self.sum.update(data)
        return data


@contextmanager
def new_archive(target: Path) -> Iterator[ArchiveWriter]:
    """A new file, readable by its owner only; it gets its name when it is whole and on disk.

    Raises BackupFailedError when there is a file of that name, or the disk does not take it.
    """
    if target.exists():
        raise BackupFailedError(f"{target} exists already; a backup never replaces another one.")
    draft = target.with_name(target.name + ".part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    except OSError as problem:
        raise BackupFailedError(f"{target} cannot be written: {problem.strerror or problem}.") from problem
    finally:
        draft.unlink(missing_ok=True)


class Archive:
    """An archive whose every byte was compared with its manifest. Make it with `proved`."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def read(self, name: str) -> bytes:
        content = self._tar.extractfile(name)
        assert content is not None
        return content.read()

    def write(self, name: str, file: Path) -> None:
        """Copy a part to `file`, readable by its owner only."""
        file.parent.mkdir(parents=True, exist_ok=True)
        content = self._tar.extractfile(name)
        assert content is not None
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as out:
            while chunk := content.read(CHUNK):
                out.write(chunk)


@contextmanager
def proved(file: Path) -> Iterator[Archive]:
    """Raises ArchiveDamagedError naming what is wrong, before a caller can use any of it."""
    try:
        tar = tarfile.open(file)  # noqa: SIM115 - closed below, after the caller is done with it
    except (OSError, tarfile.TarError) as broken:
        raise ArchiveDamagedError(f"{file} cannot be opened as a backup ({broken})") from broken
    with tar:
        yield Archive(tar, _proof(tar))


def _proof(tar: tarfile.TarFile) -> Manifest:
    try:
        members = {member.name: member for member in tar.getmembers()}
        if NAME not in members or SUM not in members:
            raise ArchiveDamagedError("it ends before its manifest")
        text, said = _content(tar, NAME), _content(tar, SUM).decode("ascii", "replace")
        if hashlib.sha256(text).hexdigest() != said:
            raise ArchiveDamagedError("its manifest was altered")
        manifest = from_json(text)
        for part in manifest.parts:
            member = members.pop(part.name, None)
            if member is None or not member.isfile() or member.size != part.size:
                raise ArchiveDamagedError(f"{part.name} is missing or has another size")
            if _sum(tar, member) != part.sha256:
                raise ArchiveDamagedError(f"{part.name} has another checksum")
    except (OSError, tarfile.TarError) as broken:
        raise ArchiveDamagedError(f"it cannot be read to its end ({broken})") from broken
    if extra := set(members) - {NAME, SUM}:
        raise ArchiveDamagedError(f"{min(extra)} is not in its manifest")
    return manifest


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    found = tar.extractfile(name)
    return found.read() if found else b""


def _sum(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = tar.extractfile(member)
    assert content is not None
    added = hashlib.sha256()
    while chunk := content.read(CHUNK):
        added.update(chunk)
    return added.hexdigest()
