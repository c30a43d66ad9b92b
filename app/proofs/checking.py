"""Looking over the books as a stream of records, from our database or from a file: pure, and in the memory of one seal.

Every fault is named: its `kind`, which row it is about, and in words what was found.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from app.proofs.rules import GENESIS, SEALED_FIELDS, leaf_hash, merkle_root, seal_hash

NAMED = 10
"""Of things that are missing in a row."""


@dataclass(frozen=True)
class Fault:
    """`which`: a journal by its id, a seal by its number, or the line of a file."""

    kind: str
    which: str
    words: str

    def __str__(self) -> str:
        return f"{self.kind} {self.which}: {self.words}"


class NotTheBooks(ValueError):
    """What was read is no export of the books, or of another version of them."""


@dataclass
class Looked:
    """What was looked over. `heads`: the hash of each seal, as the books say it."""

    seals: int = 0
    journals: int = 0
    unsealed: int = 0
    made_at: str = ""
    anchors: list[Mapping[str, Any]] = field(default_factory=list)
    heads: dict[int, str] = field(default_factory=dict)


@dataclass
class _Block:
    """A seal and the rows found at its places."""

    seal: Mapping[str, Any]
    rows: list[Mapping[str, Any]] = field(default_factory=list)


class Check:
    """Give it records by `faults`; what it has seen is in `looked` afterwards."""

    def __init__(self) -> None:
        self.looked = Looked()
        self._block: _Block | None = None
        self._last: Mapping[str, Any] | None = None

    def faults(self, records: Iterable[Mapping[str, Any]]) -> Iterator[Fault]:
        """Raises NotTheBooks when the first record is no header we know."""
        count = 0
        for count, record in enumerate(records, 1):
            kind = record.get("kind")
            if count == 1:
                self._begin(record)
            elif kind == "seal":
                yield from self._close()
                self._block = _Block(record)
            elif kind == "journal" and record["seal"] is not None:
                yield from self._place(record)
            elif kind == "journal":
                yield from self._close()
                self.looked.unsealed += 1
            elif kind == "anchor":
                yield from self._close()
                self.looked.anchors.append(record)
            elif kind == "fault":
                yield Fault(record["fault"], record["which"], record["words"])
        if count == 0:
            raise NotTheBooks("there is nothing in it")
        yield from self._close()
        for anchor in self.looked.anchors:
            yield from self._of_anchor(anchor)

    def _begin(self, record: Mapping[str, Any]) -> None:
        if record.get("kind") != "header" or record.get("format") != "phsar-books/1":
            raise NotTheBooks("its first line is not that of an export of the books this program knows")
        self.looked.made_at = str(record.get("made_at", ""))

    def _place(self, record: Mapping[str, Any]) -> Iterator[Fault]:
        if self._block is None or self._block.seal["number"] != record["seal"]:
            yield Fault(
                "out-of-place", str(record.get("journal")), f"stands under another seal than its own, {record['seal']}"
            )
            return
        self._block.rows.append(record)

    def _close(self) -> Iterator[Fault]:
        """All rows of the seal are there: judge it."""
        block, self._block = self._block, None
        if block is None:
            return
        seal, rows = block.seal, block.rows
        self.looked.seals += 1
        self.looked.journals += len(rows)
        named = [*self._of_chain(seal), *_of_places(seal, rows)]
        stored = [bytes.fromhex(row["leaf"]) for row in rows]
        now = [leaf_hash(row["words"]) if row["words"] is not None else b"" for row in rows]
        root = seal["merkle_root"]
        if merkle_root(stored).hex() == root:
            named += [_changed(row) for row, leaf, words in zip(rows, stored, now, strict=True) if leaf != words]
            true_root = True
        elif merkle_root(now).hex() == root:
            named += [
                Fault(
                    "leaf-changed",
                    _name(row),
                    f"the hash kept at {_at(row)} is not that of its words, which are as sealed",
                )
                for row, leaf, words in zip(rows, stored, now, strict=True)
                if leaf != words
            ]
            true_root = True
        else:
            named += [_changed(row) for row, leaf, words in zip(rows, stored, now, strict=True) if leaf != words]
            named += _cut_off(seal, rows)
            true_root = False
        named += _of_words(rows)
        named += _of_seal(seal, rows, self._last, true_root=true_root, is_explained=bool(named))
        yield from named
        self.looked.heads[seal["number"]] = seal["hash"]
        self._last = seal

    def _of_chain(self, seal: Mapping[str, Any]) -> Iterator[Fault]:
        last = self._last
        expected = last["number"] + 1 if last else 1
        for missing in range(expected, min(seal["number"], expected + NAMED)):
            yield Fault("seal-missing", f"seal {missing}", "there is no such seal, but there are later ones")
        before = last["hash"] if last else GENESIS.hex()
        if seal["previous_hash"] != before:
            yield Fault(
                "chain-broken",
                f"seal {seal['number']}",
                "what it names as the hash before it is not the hash of the seal before",
            )

    def _of_anchor(self, anchor: Mapping[str, Any]) -> Iterator[Fault]:
        number, head = anchor["seal"], self.looked.heads.get(anchor["seal"])
        if head is None:
            yield Fault(
                "seal-missing", f"seal {number}", f"it was put on chain in {anchor['tx_hash']} and is not there"
            )
        elif head != anchor["seal_hash"]:
            yield Fault(
                "anchor-differs",
                f"seal {number}",
                f"{anchor['tx_hash']} holds {anchor['seal_hash']}, the books say {head}",
            )


def _of_places(seal: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Iterator[Fault]:
    number, expected = seal["number"], 0
    for row in rows:
        for missing in range(expected, min(row["position"], expected + NAMED)):
            yield Fault("journal-missing", f"place {missing} of seal {number}", "nothing is kept of this place")
        if row["position"] < expected:
            yield Fault("out-of-place", _name(row), f"two rows are at {_at(row)}")
        expected = max(expected, row["position"] + 1)


def _cut_off(seal: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Iterator[Fault]:
    """Places after the last row there is."""
    kept = max((row["position"] + 1 for row in rows), default=0)
    for missing in range(kept, min(seal["journals"], kept + NAMED)):
        yield Fault("journal-missing", f"place {missing} of seal {seal['number']}", "nothing is kept of this place")


def _changed(row: Mapping[str, Any]) -> Fault:
    if row["words"] is None:
        return Fault("journal-missing", _name(row), f"it was sealed at {_at(row)} and is not in the books")
    return Fault("journal-changed", _name(row), f"it was sealed at {_at(row)} with other content{_hints(row['words'])}")


def _hints(words: str) -> str:
    """Which part it is, where the journal contradicts itself."""
    said = _parsed(words)
    hints = []
    if not _balances(said.get("postings")):
        hints.append("its lines do not balance")
    place = [str(said.get(name)) for name in ("chain_id", "block_hash", "tx_hash", "log_index")]
    kind, *key = str(said.get("key")).split(":")
    if kind == "evm" and key[:4] != place:
        hints.append("its key names another place on chain")
    return f" ({', '.join(hints)})" if hints else ""


def _balances(lines: Any) -> bool:
    """In each asset there is; none where the account of a line is gone."""
    sums: dict[str, int] = {}
    for line in lines if isinstance(lines, list) else ():
        if not isinstance(line, dict) or not isinstance(line.get("asset"), str):
            return False
        sums[line["asset"]] = sums.get(line["asset"], 0) + _number(line.get("amount"))
    return bool(sums) and not any(sums.values())


def _number(text: Any) -> int:
    """What is none, as only a superuser or a forger writes it, counts as one too much."""
    try:
        return int(text)
    except (TypeError, ValueError):
        return 1


def _parsed(words: str) -> dict[str, Any]:
    """Empty for what are no words of a journal."""
    try:
        found = json.loads(words)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _of_words(rows: list[Mapping[str, Any]]) -> Iterator[Fault]:
    """Each row under the name of the journal that its words are of, in the order they were sealed in."""
    before: tuple[int, int] | None = None
    for row in rows:
        if row["words"] is None:
            continue
        said = _parsed(row["words"])
        if said.get("id") != row["journal"]:
            yield Fault("out-of-place", _name(row), f"the words at {_at(row)} are of another journal, {said.get('id')}")
        place = _number(said.get("xid")), _number(said.get("sequence"))
        if before is not None and place < before:
            yield Fault("out-of-place", _name(row), f"it stands at {_at(row)}, after one that was posted later")
        before = place


def _of_seal(
    seal: Mapping[str, Any],
    rows: list[Mapping[str, Any]],
    last: Mapping[str, Any] | None,
    *,
    true_root: bool,
    is_explained: bool,
) -> Iterator[Fault]:
    """The seal's own columns, each as far as it can be told."""
    number, wrong = seal["number"], []
    if seal["journals"] != len(rows) and not is_explained:
        wrong.append("journals")
    if seal["first_position"] != (last["first_position"] + last["journals"] if last else 0):
        wrong.append("first_position")
    if not true_root and not is_explained:
        wrong.append("merkle_root")
    if seal_hash(seal).hex() != seal["hash"]:
        named = f": {', '.join(wrong)}" if wrong else f" ({', '.join((*SEALED_FIELDS, 'hash'))})"
        yield Fault(
            "seal-changed", f"seal {number}", f"its hash is not that of its columns; one of them was changed{named}"
        )
    elif wrong:
        yield Fault("seal-changed", f"seal {number}", f"does not fit what it seals: {', '.join(wrong)}")


def _name(row: Mapping[str, Any]) -> str:
    return f"journal {row['journal']}"


def _at(row: Mapping[str, Any]) -> str:
    return f"place {row['position']} of seal {row['seal']}"


def as_json(fault: Fault) -> dict[str, str]:
    return asdict(fault)
