"""Folders for servers that run under an account of their own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder for an embedded PostgreSQL, alone or in an `Instance`; take it instead of `tmp_path`.

    When root runs the tests, PostgreSQL runs as somebody else, and each pytest that starts on the machine closes
    `tmp_path`'s parent to others again.
    """
    folder = Path(tempfile.mkdtemp(prefix="phsar-server-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
