"""The books in a file: read without a database, and no bit of it can be changed unseen."""

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli.books_commands import books
from app.db.session import snapshot
from app.ledger.recipes import capital_paid_in
from app.proofs.books_file import line_of, read_books, write_books
from app.proofs.checking import Check, NotTheBooks
from app.proofs.queries import records
from app.proofs.rules import leaf_hash
from tests.ledger.amounts import AT
from tests.proofs.conftest import post, said

REPOSITORY = Path(__file__).resolve().parents[2]


def exported() -> bytes:
    file = io.BytesIO()
    with snapshot() as session:
        write_books(records(session, made_at=datetime.now(UTC)), file)
    return file.getvalue()


def told(content: bytes) -> str:
    try:
        return said(list(Check().faults(read_books(io.BytesIO(content)))))
    except NotTheBooks as problem:
        return f"not the books: {problem}"


def written(lines: list[dict[str, Any]]) -> bytes:
    """A whole file of these records, as a forger would make it."""
    file = io.BytesIO()
    write_books([one for one in lines if one["kind"] != "end"], file)
    return file.getvalue()


def test_every_bit_of_a_file_counts(sealed: list[UUID]) -> None:
    content = exported()
    assert told(content) == ""

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(content) * 8 - 1))
    def every_bit(bit: int) -> None:
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        assert told(bytes(changed)) != ""

    every_bit()


@given(st.data())
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_file_that_is_cut_off_anywhere_says_so(sealed: list[UUID], data: st.DataObject) -> None:
    content = exported()
    for _ in range(40):
        cut = data.draw(st.integers(0, len(content) - 1))
        assert told(content[:cut]) != ""


def test_a_journal_changed_by_somebody_who_knows_the_format_is_named(sealed: list[UUID]) -> None:
    lines = [json.loads(line) for line in exported().splitlines()]
    (place,) = (at for at, one in enumerate(lines) if one.get("journal") == str(sealed[4]))
    lines[place]["words"] = lines[place]["words"].replace("120000000", "120000001")
    assert told(written(lines)).startswith(f"journal-changed journal {sealed[4]}: it was sealed at place 1 of seal 2")
    lines[place]["leaf"] = leaf_hash(lines[place]["words"]).hex()
    assert "seal-changed seal 2" in told(written(lines))


@pytest.mark.parametrize("kind", ["journal", "seal"])
def test_a_line_taken_out_of_a_file_is_named(sealed: list[UUID], kind: str) -> None:
    lines = [json.loads(line) for line in exported().splitlines()]
    gone = [at for at, one in enumerate(lines) if one["kind"] == kind][1]
    del lines[gone]
    assert ("place 1 of seal 1" if kind == "journal" else "seal 2") in told(written(lines))


def test_a_line_twice_or_under_another_seal_is_named(sealed: list[UUID]) -> None:
    lines = [json.loads(line) for line in exported().splitlines()]
    (place,) = (at for at, one in enumerate(lines) if one.get("journal") == str(sealed[4]))
    assert f"out-of-place journal {sealed[4]}" in told(written([*lines[:place], lines[place], *lines[place:]]))
    moved = [lines[0], lines[1], lines[place], *lines[2:place], *lines[place + 1 :]]
    assert str(sealed[4]) in told(written(moved))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}\n",
        b"no books\n",
        b"\xff\xfe\n",
        b'{"kind":"header","format":"phsar-books/2","made_at":""}\n',
        b"[1]\n",
    ],
)
def test_what_is_no_export_of_the_books_is_refused_in_words(content: bytes) -> None:
    assert told(content).startswith("not the books")


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "seal", "number": 1},
        {"kind": "journal", "seal": 1, "position": "0", "journal": "x", "leaf": "00", "words": "{}"},
        {"kind": "journal", "seal": None, "journal": "x", "words": None},
        {"kind": "journal", "seal": 1, "position": 0, "journal": "x", "leaf": "0g", "words": "{}"},
        {"kind": "end", "records": True, "sha256": ""},
        {"kind": "other"},
    ],
)
def test_a_line_that_is_no_record_is_a_fault_and_no_crash(line: dict[str, Any]) -> None:
    header = line_of({"kind": "header", "format": "phsar-books/1", "made_at": ""})
    assert "file-changed line 2" in told(header + line_of(line))


def test_the_commands_export_and_verify_and_exit_with_1_for_a_fault(sealed: list[UUID], tmp_path: Path) -> None:
    file = tmp_path / "books.jsonl"
    done = CliRunner().invoke(books, ["export", str(file)])
    assert done.exit_code == 0, done.output
    for arguments in (["verify"], ["verify", str(file)]):
        done = CliRunner().invoke(books, arguments)
        assert done.exit_code == 0, done.output
        assert "3 seals over 9 journals, 1 not sealed yet, 0 anchors: nothing was changed." in done.output
    file.write_bytes(file.read_bytes().replace(b"120000000", b"120000001"))
    done = CliRunner().invoke(books, ["verify", str(file)])
    assert done.exit_code == 1
    assert f"journal-changed journal {sealed[4]}" in done.output
    plain = json.loads(CliRunner().invoke(books, ["verify", "--json", str(file)]).output)
    assert plain["fault_count"] == len(plain["faults"]) > 0
    assert plain["faults"][0]["which"] == f"journal {sealed[4]}"


def test_a_file_is_verified_where_there_is_neither_a_market_nor_settings(sealed: list[UUID], tmp_path: Path) -> None:
    (tmp_path / "books.jsonl").write_bytes(exported())
    command = [sys.executable, "-m", "app.cli", "books", "verify", "books.jsonl"]
    only = {"PYTHONPATH": os.fspath(REPOSITORY)}
    done = subprocess.run(command, cwd=tmp_path, env=only, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing was changed" in done.stdout


def test_sealing_by_hand_says_what_it_did(posted: list[UUID]) -> None:
    assert CliRunner().invoke(books, ["seal"]).output == "Seals made: 1.\n"
    assert CliRunner().invoke(books, ["seal"]).output == "Seals made: 0.\n"
    post(capital_paid_in(key="later", cents=5, at=AT))
    assert CliRunner().invoke(books, ["seal"]).output == "Seals made: 1.\n"
