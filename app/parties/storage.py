"""Where documents are: a folder that no web server serves, or any fsspec URL. Every name is a random one of ours."""

import io
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from app.parties.errors import PaperNotFound
from app.parties.rules.papers import is_key

OWNER_ONLY, OWNER_ONLY_FOLDER = 0o600, 0o700


@dataclass(frozen=True)
class PaperStorage:
    """One place for files; make it with `papers_at`."""

    files: Any
    root: str

    def save(self, data: bytes, key: str | None = None) -> str:
        """The name it can be read by. It appears whole or not at all. Raises PaperNotFound for a `key` not of ours."""
        key = key or secrets.token_hex(16)
        path = self._path(key)
        if not isinstance(self.files, LocalFileSystem):
            self.files.pipe_file(path, data)
            return key
        return self._save_here(io.BytesIO(data), key)

    def save_from(self, source: IO[bytes]) -> str:
        """As `save`, read in portions: of any length, it needs the memory of one portion."""
        key = secrets.token_hex(16)
        if isinstance(self.files, LocalFileSystem):
            return self._save_here(source, key)
        self.files.makedirs(self.root, exist_ok=True)
        with self.files.open(self._path(key), "wb") as kept:
            shutil.copyfileobj(source, kept)
        return key

    def _save_here(self, source: IO[bytes], key: str) -> str:
        path = self._path(key)
        Path(self.root).mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
        draft = Path(f"{path}.new")
        draft.touch(mode=OWNER_ONLY)
        with draft.open("wb") as kept:
            shutil.copyfileobj(source, kept)
        draft.replace(path)
        return key

    def open(self, key: str) -> IO[bytes]:
        """To be read in portions; whoever takes it closes it. Raises PaperNotFound."""
        try:
            opened: IO[bytes] = self.files.open(self._path(key), "rb")
        except FileNotFoundError as error:
            raise PaperNotFound from error
        return opened

    def read(self, key: str) -> bytes:
        """Raises PaperNotFound."""
        try:
            return bytes(self.files.cat_file(self._path(key)))
        except FileNotFoundError as error:
            raise PaperNotFound from error

    def remove(self, key: str) -> None:
        """For good; one that is gone already stays so."""
        path = self._path(key)
        if self.files.exists(path):
            self.files.rm_file(path)

    def _path(self, key: str) -> str:
        if not is_key(key):
            raise PaperNotFound
        return f"{self.root}/{key}"


def papers_at(papers_url: str) -> PaperStorage:
    """The storage of the setting `PAPERS_URL`."""
    files, root = fsspec.core.url_to_fs(papers_url)
    return PaperStorage(files, root.rstrip("/"))
