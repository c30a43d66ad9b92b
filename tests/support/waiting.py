"""Waiting for a fact instead of for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(fact: Callable[[], T], *, seconds: float = 20, what: str = "") -> T:
    """The first true answer of `fact`. Raises AssertionError when it does not come in time."""
    deadline = time.monotonic() + seconds
    while not (answer := fact()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what or fact}"
        time.sleep(0.02)
    return answer
