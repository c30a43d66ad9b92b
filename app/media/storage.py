"""Where the files are: a folder, or any fsspec URL. Names are hashes, so a file is written once and never changes."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from app.media.errors import PictureNotFound
from app.media.pictures import PreparedPicture
from app.media.rules import file_name, is_file_name


@dataclass(frozen=True)
class Storage:
    """One place for files; make it with `storage_at`."""

    files: Any
    root: str

    def save(self, prepared: PreparedPicture) -> None:
        """Write the files that are not there yet; each appears whole or not at all."""
        self.files.makedirs(self.root, exist_ok=True)
        for width, data in prepared.files.items():
            path = self._path(file_name(prepared.sha256, width))
            if not self.files.exists(path):
                self._write(path, data)

    def put_back(self, name: str, data: bytes) -> None:
        """A file of a backup, unless it is there. Raises PictureNotFound for a name that is none of ours."""
        if not is_file_name(name):
            raise PictureNotFound
        self.files.makedirs(self.root, exist_ok=True)
        if not self.files.exists(self._path(name)):
            self._write(self._path(name), data)

    def local_path(self, name: str) -> Path | None:
        """The file on this machine, to be sent by the system itself; None when files live elsewhere."""
        return Path(self._path(name)) if isinstance(self.files, LocalFileSystem) else None

    def read(self, name: str) -> bytes:
        """Raises PictureNotFound."""
        if not is_file_name(name):
            raise PictureNotFound
        try:
            return bytes(self.files.cat_file(self._path(name)))
        except FileNotFoundError as error:
            raise PictureNotFound from error

    def has(self, sha256: str) -> bool:
        return bool(self.files.exists(self._path(file_name(sha256, 320))))

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _write(self, path: str, data: bytes) -> None:
        if not isinstance(self.files, LocalFileSystem):
            self.files.pipe_file(path, data)
            return
        draft = f"{path}.{secrets.token_hex(4)}.new"
        Path(draft).write_bytes(data)
        Path(draft).replace(path)


def storage_at(media_url: str) -> Storage:
    """The storage of the setting `MEDIA_URL`."""
    files, root = fsspec.core.url_to_fs(media_url)
    return Storage(files, root.rstrip("/"))
