"""Waiting for a fact instead of for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
SOON, SELDOM = 0.001, 0.02


def wait_for(fact: Callable[[], T], *, seconds: float = 20, what: str = "") -> T:
    """The first true answer of `fact`, soon after it became true. Raises AssertionError when it does not come in time."""
    deadline, pause = time.monotonic() + seconds, SOON
    while not (answer := fact()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what or fact}"
        time.sleep(pause)
        pause = min(2 * pause, SELDOM)  # most facts are a moment away
    return answer
