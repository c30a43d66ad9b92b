"""A report on a disk that is full, at whatever byte: nothing half, nothing left behind, and the same file later."""

import gc
import os
import random
import resource
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import IO

import pytest

from app.db.session import transaction
from app.orders.actions.confirm_receipt import confirm_receipt
from app.reports.errors import NoRoomForFile
from app.reports.files import IN_MEMORY
from app.reports.rules import AMOUNTS, BALANCES, SettlementLine
from app.reports.settlement_files import settlement_csv, settlement_xlsx
from tests.support.front import Front
from tests.support.trade import buyer_of

# What XlsxWriter had open when it failed is closed by nobody but Python's memory.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
STEPS = 10


def a_line(pick: random.Random) -> SettlementLine:
    """Of a shop with a name that no archive makes much shorter."""
    texts = {field.name: "" for field in fields(SettlementLine)}
    numbers = dict.fromkeys((*AMOUNTS, *BALANCES), 1)
    return SettlementLine(**{**texts, **numbers, "seller": b64encode(pick.randbytes(18_000)).decode()})


def report_of(number: int) -> Callable[[str], IO[bytes]]:
    lines = [a_line(random.Random(place)) for place in range(number)]

    def make(kind: str) -> IO[bytes]:
        if kind == "csv":
            return settlement_csv(lines)
        return settlement_xlsx(lines, title="Report", opening=0, closing=0)

    return make


MAKE = report_of(125)


def made(kind: str) -> bytes:
    with MAKE(kind) as file:
        return file.read()


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process can be longer, as with a quota; Python ignores the signal that comes with it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Callable[[int], None]]:
    """A disk of one's own for temporary files, of as many bytes as asked for."""
    command = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", os.fspath(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a disk, and not in every container; the limit on a file's size works anywhere")
    yield lambda size: subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)
    subprocess.run(["umount", "--lazy", folder], check=True)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def require_nothing_but_the_whole(kind: str, folder: Path, make_room: Callable[[int], object], whole: bytes) -> int:
    """Ask with more and more room until the file is made; gives how often it was not."""
    gc.collect()
    opened = open_files()
    for refused, size in enumerate(range(1, 100 * len(whole), len(whole) // STEPS)):
        make_room(size)
        found = None
        with suppress(NoRoomForFile):
            found = made(kind)
        gc.collect()
        assert list(folder.iterdir()) == []
        assert open_files() <= opened
        if found is not None:
            assert found == whole
            return refused
    raise AssertionError("never made")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_that_may_not_grow_is_no_file_and_later_it_is_the_same(kind: str, folder: Path) -> None:
    whole = made(kind)
    assert len(whole) > IN_MEMORY
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        refused = require_nothing_but_the_whole(
            kind, folder, lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard)), whole
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused >= STEPS


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_on_a_full_disk_there_is_no_file_and_later_it_is_the_same(
    kind: str, folder: Path, small_disk: Callable[[int], None]
) -> None:
    small_disk(1 << 30)
    whole = made(kind)
    assert require_nothing_but_the_whole(kind, folder, small_disk, whole) >= STEPS


def test_where_not_even_a_place_for_files_can_be_found_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)  # as in a process that has made no such file yet
    with room_for(0), pytest.raises(NoRoomForFile):
        made("xlsx")
    assert made("xlsx")


def test_the_accountant_reads_what_happened_and_gets_the_same_file_later(front: Front, folder: Path) -> None:
    trade, shop = front.trade, front.trade.shop_of()
    group = trade.shipped_order(shop)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()
    browser = front.member(shop.owner).browser
    with browser.get("/books/settlement.xlsx") as before:
        whole = before.data
        assert (before.status_code, before.content_length) == (200, len(whole))
    with room_for(1_000):
        page = browser.get("/books/settlement.xlsx")
        problem = browser.get("/books/settlement.xlsx", headers={"Accept": "application/json"})
    assert (page.status_code, page.mimetype, "Content-Disposition" in page.headers) == (503, "text/html", False)
    assert "disk has no room left" in page.text
    assert (problem.status_code, problem.json["code"]) == (503, "no-room-for-file")
    gc.collect()
    assert list(folder.iterdir()) == []
    with browser.get("/books/settlement.xlsx") as later:
        assert later.data == whole
