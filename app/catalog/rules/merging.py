"""Two people changed one listing: what only one of them changed stays as it is, about the rest somebody has to choose.

What a listing says is a dict of plain values, one for each thing that can be changed by itself; `choices` holds such a
dict for each variant by its id, `added` those that have no id yet.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

Said = dict[str, Any]

CHOICES, ADDED = "choices", "added"
SEEN = ("seen", "sample_seen")
"""The stock a seller looked at. It follows what is there and is nothing to choose about."""
_COUNTED = (*SEEN, "stock", "sample_stock")
THEIRS, MINE = "theirs", "mine"
_UNKNOWN = object()


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same. `decided` is whose stays, None where both changed it; `name` None is a choice as a whole."""

    choice: str | None
    name: str | None
    was: Any
    theirs: Any
    mine: Any
    decided: str | None

    @property
    def key(self) -> str:
        return ".".join(part for part in (self.choice, self.name) if part)


@dataclass
class Merged:
    """`said` has mine wherever somebody still has to choose."""

    said: Said
    differences: list[Difference] = field(default_factory=list)


def merge(was: Said | None, theirs: Said, mine: Said) -> Merged:
    """Three ways. Without `was`, everything that is not the same has to be chosen."""
    merged = Merged({})
    for name in theirs:
        if name not in (CHOICES, ADDED):
            old = was.get(name, _UNKNOWN) if was else _UNKNOWN
            merged.said[name] = _one(merged, None, name, old, theirs[name], mine[name])
    choices: dict[str, Said] = {}
    for choice in {**theirs[CHOICES], **mine[CHOICES]}:
        old = was[CHOICES].get(choice) if was else _UNKNOWN
        row = _row(merged, choice, old, theirs[CHOICES].get(choice), mine[CHOICES].get(choice))
        if row is not None:
            choices[choice] = row
    merged.said |= {CHOICES: choices, ADDED: mine[ADDED]}
    return merged


def take_theirs(mine: Said, theirs: Said, keys: Collection[str]) -> Said:
    """Mine, with theirs for the differences of these keys."""
    taken: Said = {name: theirs.get(name) if name in keys else value for name, value in mine.items()}
    taken[CHOICES] = {}
    for choice in {**theirs[CHOICES], **mine[CHOICES]}:
        own, other = mine[CHOICES].get(choice), theirs[CHOICES].get(choice)
        row = other if choice in keys else own
        if row is not None:
            named = {name for name in row if f"{choice}.{name}" in keys} if other else set()
            taken[CHOICES][choice] = {name: other[name] if name in named else value for name, value in row.items()}
    taken[ADDED] = mine[ADDED]
    return taken


def _one(merged: Merged, choice: str | None, name: str, was: Any, theirs: Any, mine: Any) -> Any:
    if theirs == mine:
        return mine
    decided = THEIRS if mine == was else MINE if theirs == was else None
    shown = None if was is _UNKNOWN else was
    merged.differences.append(Difference(choice, name, shown, theirs, mine, decided))
    return theirs if decided == THEIRS else mine


def _row(merged: Merged, choice: str, was: Any, theirs: Said | None, mine: Said | None) -> Said | None:
    """A choice that one of the two took away or added, or both still have."""
    if theirs is not None and mine is not None:
        old: Mapping[str, Any] = was if isinstance(was, dict) else {}
        return {
            name: value if name in SEEN else _one(merged, choice, name, old.get(name, _UNKNOWN), value, mine[name])
            for name, value in theirs.items()
        }
    if was is _UNKNOWN:
        decided = None
    elif _same(mine, was):
        decided = THEIRS
    else:
        decided = MINE if _same(theirs, was) else None
    merged.differences.append(Difference(choice, None, None if was is _UNKNOWN else was, theirs, mine, decided))
    return theirs if decided == THEIRS else mine


def _same(row: Said | None, was: Said | None) -> bool:
    """Sales change the stock by themselves: that is nobody's change of the choice."""
    if row is None or was is None:
        return row is was
    return all(row[name] == was.get(name) for name in row if name not in _COUNTED)
