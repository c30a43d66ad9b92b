"""The books in a file: one record a line as canonical JSON, and at the end how many there are and the hash of them all."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

_HEX = (str, "hex")
_SHAPES: dict[str, dict[str, Any]] = {
    "header": {"format": str, "made_at": str},
    "seal": {
        "number": int, "journals": int, "first_position": int, "horizon": int, "cluster": str, "sealed_at": str,
        "merkle_root": _HEX, "previous_hash": _HEX, "hash": _HEX,
    },
    "journal": {"journal": str},
    "anchor": {
        "chain_id": int, "contract": str, "seal": int, "seal_hash": _HEX, "tx_hash": str, "block_number": int,
        "block_time": str,
    },
    "fault": {"fault": str, "which": str, "words": str},
    "end": {"records": int, "sha256": _HEX},
}  # fmt: skip
_PLACED = {"seal": int, "position": int, "leaf": _HEX}


def line_of(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def write_books(records: Iterable[Mapping[str, Any]], file: IO[bytes]) -> int:
    """How many were written. Dies on the way: the end is missing, which whoever reads the file is told."""
    count, total = 0, hashlib.sha256()
    for record in records:
        line = line_of(record)
        total.update(line)
        file.write(line)
        count += 1
    file.write(line_of({"kind": "end", "records": count, "sha256": total.hexdigest()}))
    return count


def read_books(file: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    """The records; what is wrong with a line or with the file as such comes as a fault among them."""
    count, total, end = 0, hashlib.sha256(), None
    for number, line in enumerate(file, 1):
        if end is not None:
            yield _fault("file-changed", f"line {number}", "there is more after the end")
            continue
        record = _read(line)
        if record is None:
            yield _fault("file-changed", f"line {number}", "it cannot be read as a record of the books")
        elif record["kind"] == "end":
            end = record
            continue
        else:
            yield record
        total.update(line)
        count += 1
    if end is None:
        yield _fault("file-cut", "end", "the end is missing: the file was cut off, or is still being written")
    elif end["records"] != count:
        yield _fault("file-cut", "end", f"it names {end['records']} records, and {count} are there")
    elif end["sha256"] != total.hexdigest():
        yield _fault("file-changed", "end", "the lines are not those that were written: their hash is another one")


def _fault(kind: str, which: str, words: str) -> dict[str, str]:
    return {"kind": "fault", "fault": kind, "which": which, "words": words}


def _read(line: bytes) -> dict[str, Any] | None:
    """None for what nobody has written as a record."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict) or record.get("kind") not in _SHAPES or line_of(record) != line:
        return None
    shape = dict(_SHAPES[record["kind"]])
    if record["kind"] == "journal":
        shape |= _PLACED if record.get("seal") is not None else {}
        words = record.get("words", 0)
        if "seal" not in record or (not isinstance(words, str) and (words is not None or record["seal"] is None)):
            return None
    return record if all(_fits(record.get(name), kind) for name, kind in shape.items()) else None


def _fits(value: Any, kind: Any) -> bool:
    if kind is not _HEX:
        return type(value) is kind
    try:
        return isinstance(value, str) and bytes.fromhex(value).hex() == value
    except ValueError:
        return False
