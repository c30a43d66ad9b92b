"""What lists of goods show is kept for a moment and shown to whoever asks the same meanwhile.

Lists only: they may be that much behind. What costs money is always looked up anew, in the cart, at checkout and on the
page of the goods themselves, which is kept as long as the version of all it is made from is the same (`kept_pages`).
Nothing about who looks may be kept here: no name, no form token.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from flask import Flask, current_app

from app.web.currencies import current_currency
from app.web.languages import current_locale

T = TypeVar("T")
MOST = 128
MOST_PARTS, MOST_PAGES, AN_HOUR = 64, 512, 3600.0
"""A page is 4 KiB; the parts it is made from are 15 and more, and serve only who is shown it otherwise than others were."""
_KEY = "phsar.kept_lists"
PARTS, PAGES = "phsar.kept_parts", "phsar.kept_pages"


class Kept:
    """The newest answers of this process, `most` of them at most, each for `seconds`."""

    def __init__(self, seconds: float, *, most: int = MOST, clock: Callable[[], float] = monotonic) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._answers: OrderedDict[Hashable, tuple[float, Hashable, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T], version: Hashable = None) -> T:
        """What was made for `key` in this version a moment ago, else what `make` makes now. What it raises is not kept.

        Of a key only one version is kept, the one that was made last."""
        asked_at = self._clock()  # as old as the first statement behind it, not as the last
        if not self._seconds:
            return make()
        with self._lock:
            known = self._answers.get(key)
        if known is not None and asked_at - known[0] < self._seconds and known[1] == version:
            answer: T = known[2]
            return answer
        made = make()
        with self._lock:
            self._answers[key] = (asked_at, version, made)
            self._answers.move_to_end(key)
            while len(self._answers) > self._most or self._is_old(next(iter(self._answers)), asked_at):
                self._answers.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._answers)

    def _is_old(self, key: Hashable, now: float) -> bool:
        return now - self._answers[key][0] >= self._seconds


def kept_list(key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """`make()` or what it made a moment ago for the same `key` in the same language and currency."""
    kept: Kept = current_app.extensions[_KEY]
    return kept.get((current_locale(), current_currency(), *key), make)


def kept_while_same(key: tuple[Hashable, ...], version: Hashable, make: Callable[[], T], *, among: str = PARTS) -> T:
    """`make()` or what it made for the same `key` in the same language and currency, if that was of the same version."""
    kept: Kept = current_app.extensions[among]
    return kept.get((current_locale(), current_currency(), *key), make, version)


def install_kept_lists(app: Flask, seconds: float) -> None:
    app.extensions[_KEY] = Kept(seconds)
    app.extensions[PARTS] = Kept(AN_HOUR if seconds else 0, most=MOST_PARTS)
    app.extensions[PAGES] = Kept(AN_HOUR if seconds else 0, most=MOST_PAGES)
