"""All state: tables of JSON objects in memory, a snapshot file beside a journal on disk.

An answered request survives `kill -9`: its changes are one journal line, written and synced before the answer. The
snapshot is replaced whole (temporary file, sync, rename), after which the journal starts anew; lines a snapshot
already holds are recognized by number, so dying between the two steps loses and doubles nothing. A line the disk has no
room for is taken back whole and its request fails, so memory and journal never disagree.
"""

import copy
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FORMAT = 1
COMPACT_AFTER_BYTES = 16 * 1024 * 1024


class StateError(Exception):
    """The state on disk cannot be used; the message says what to do."""


class Store:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal_path = path.with_name(path.name + ".journal")
        self.tables: dict[str, dict[str, Row]] = {}
        self.sequence = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._journal = self.journal_path.open("ab", buffering=0)
        self._claim()
        self._load()

    def _claim(self) -> None:
        try:
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateError(f"{self.path} is in use by another Stripe test server: stop that one first.") from None

    def _load(self) -> None:
        if self.path.exists():
            try:
                snapshot = json.loads(self.path.read_bytes())
                self.sequence, self.tables = snapshot["sequence"], snapshot["tables"]
                known = snapshot["format"] == FORMAT
            except (ValueError, KeyError, TypeError) as broken:
                raise StateError(
                    f"{self.path} is not a state file ({broken}): move it away to start afresh."
                ) from broken
            if not known:
                raise StateError(f"{self.path} was written by another version: move it away to start afresh.")
        self._replay()

    def _replay(self) -> None:
        """Apply the journal; a last line cut off by a crash was never answered, so it is dropped."""
        whole = 0
        for line in self.journal_path.read_bytes().splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            try:
                entry = json.loads(line)
            except ValueError as broken:
                raise StateError(f"{self.journal_path} is damaged at byte {whole}: move it away.") from broken
            whole += len(line)
            if entry["n"] > self.sequence:
                self._apply(entry["set"])
                self.sequence = entry["n"]
        self._journal.truncate(whole)

    def _apply(self, changes: list[tuple[str, str, Row | None]]) -> None:
        for table, key, row in changes:
            if row is None:
                self.tables.get(table, {}).pop(key, None)
            else:
                self.tables.setdefault(table, {})[key] = row

    def commit(self, changes: list[tuple[str, str, Row | None]]) -> None:
        """Make the changes durable, then visible."""
        if not changes:
            return
        line = json.dumps({"n": self.sequence + 1, "set": changes}, separators=(",", ":"))
        self._append(line.encode() + b"\n")
        self.sequence += 1
        self._apply(changes)
        if self._journal.tell() > COMPACT_AFTER_BYTES:
            self.compact()

    def _append(self, line: bytes) -> None:
        """All of the line or nothing. Raises OSError, as for a full disk."""
        whole = self._journal.seek(0, os.SEEK_END)
        try:
            while line:
                line = line[self._journal.write(line) :]
            os.fsync(self._journal.fileno())
        except OSError:
            self._journal.truncate(whole)
            raise

    def compact(self) -> None:
        """Write the snapshot and empty the journal."""
        fresh = self.path.with_name(self.path.name + ".tmp")
        with fresh.open("wb") as file:
            file.write(json.dumps({"format": FORMAT, "sequence": self.sequence, "tables": self.tables}).encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._journal.truncate(0)

    def close(self) -> None:
        self.compact()
        self._journal.close()


class Transaction:
    """Changes that become durable together, or not at all."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._staged: dict[tuple[str, str], Row | None] = {}

    def get(self, table: str, key: str) -> Row | None:
        """The row as it stands; read only. `edit` gives one to change."""
        if (table, key) in self._staged:
            return self._staged[table, key]
        return self._store.tables.get(table, {}).get(key)

    def edit(self, table: str, key: str) -> Row:
        """The row to change in place; KeyError when there is none."""
        row = self.get(table, key)
        if row is None:
            raise KeyError(f"{table} {key}")
        if (table, key) not in self._staged:
            self._staged[table, key] = copy.deepcopy(row)
        staged = self._staged[table, key]
        assert staged is not None
        return staged

    def put(self, table: str, row: Row) -> Row:
        self._staged[table, row["id"]] = row
        return row

    def delete(self, table: str, key: str) -> None:
        self._staged[table, key] = None

    def rows(self, table: str) -> Iterator[Row]:
        """All rows, oldest first; read only."""
        committed = self._store.tables.get(table, {})
        for key, row in committed.items():
            staged = self._staged.get((table, key), row)
            if staged is not None:
                yield staged
        for (name, key), staged in list(self._staged.items()):
            if name == table and staged is not None and key not in committed:
                yield staged

    def newest(self, table: str) -> list[Row]:
        return list(self.rows(table))[::-1]

    def commit(self) -> None:
        self._store.commit([(table, key, row) for (table, key), row in self._staged.items()])
        self._staged = {}
