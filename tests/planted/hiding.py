"""Chooses the stories that go wrong, by a seed: each kind of fault at least once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.planted.faults import FAULTS, Fault, Found
from tests.planted.month import CARD, RECEIPTS_PER_THOUSAND, REFUNDED, SHARES
from tests.planted.trail import Trail

REPEATED = (CARD, REFUNDED)
"""Kinds of stories there are enough of for every fault more than once."""
EARLY = 0.75
"""In the first three quarters of the month, so that what has to follow has followed by its end."""


@dataclass(frozen=True)
class Hidden:
    """A fault in its place, and what must be found of it."""

    name: str
    found: Found


@dataclass
class _Waiting:
    """Faults of one kind of story in their order, each not before the story of its number; and the stories it has so far."""

    places: list[tuple[int, Fault]]
    seen: int = 0
    held: list[Trail] = field(default_factory=list)


class Hiding:
    def __init__(self, chance: Random, faults: Sequence[Fault], *, orders: int, days: int) -> None:
        by_kind: dict[str, list[Fault]] = defaultdict(list)
        for fault in faults:
            by_kind[fault.kind].append(fault)
        self.hidden: list[Hidden] = []
        self._waiting = {
            kind: _Waiting(_places(chance, some, int(_stories_of(kind, orders, days) * EARLY)))
            for kind, some in by_kind.items()
        }

    def through(self, trails: Iterable[Trail]) -> Iterator[Trail]:
        """All of them, some changed. Raises RuntimeError when there were too few for all faults."""
        for trail in trails:
            waiting = self._waiting.get(trail.kind)
            yield from self._tried(waiting, trail) if waiting else (trail,)
        left = [fault.name for waiting in self._waiting.values() for _, fault in waiting.places]
        if left:
            msg = f"too few orders to hide: {', '.join(left)}"
            raise RuntimeError(msg)

    def _tried(self, waiting: _Waiting, trail: Trail) -> Iterable[Trail]:
        waiting.seen += 1
        if not waiting.places or waiting.seen < waiting.places[0][0]:
            return (trail,)
        fault = waiting.places[0][1]
        waiting.held.append(trail)
        if len(waiting.held) < fault.needs:
            return ()
        stories, waiting.held = waiting.held, []
        if found := fault.plant(*stories):
            waiting.places.pop(0)
            self.hidden.append(Hidden(fault.name, found))
            for story in stories:
                story.is_sound = False
        return stories


def chosen(chance: Random, count: int) -> list[Fault]:
    """Every kind once, and others again until there are `count`."""
    again = [fault for fault in FAULTS if fault.kind in REPEATED]
    return [*FAULTS, *(chance.choice(again) for _ in range(count - len(FAULTS)))]


def _places(chance: Random, faults: Sequence[Fault], stories: int) -> list[tuple[int, Fault]]:
    numbers = sorted(chance.sample(range(1, max(stories, len(faults)) + 1), len(faults)))
    return list(zip(numbers, chance.sample(faults, len(faults)), strict=True))


def _stories_of(kind: str, orders: int, days: int) -> float:
    if kind in SHARES:
        return orders * SHARES[kind] / sum(SHARES.values())
    return orders * RECEIPTS_PER_THOUSAND / 1_000 if kind == "receipt" else days
