"""Killing every part at every point, one after the other, while people go on buying."""

import random
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from tests.faults.market import MORTAL, Death, Market

PATIENCE_SECONDS = 60
MOST_PASSED = 2
_AT_THE_START = ("_holds_lock", "the start")
"""Reached only by what starts: it is killed from outside first."""
MOVING_MONEY = {
    "web": (
        "POST /v1/checkout/sessions",
        "commit of journals",
        "commit of webhook_events",
        "commit of chain_intents",
    ),
    "worker": ("POST /v1/refunds", "commit of journals"),
    "settle": (
        "commit of chain_transactions in settlement.worker._sign",
        "eth_sendRawTransaction",
        "eth_getTransactionReceipt",
        "commit of chain_transactions in settlement.worker._send",
        "commit of chain_logs",
        "commit of journals",
    ),
    "stripe": ("keeping POST /c/pay", "keeping POST /v1/refunds", "webhook"),
    "chain": ("mining of a block", "save of the chain"),
}
"""What stands between "card paid" and "released" or "refunded"; the short form dies on both sides of each."""
_SELDOM = (
    ".periodic",
    "reconciliation.",
    "chain.reads.",
    "prepare",
    "console.causes",
    "identity.views.entering",
    "/_test/",
)
"""What happens by the clock of the minute, or once in a seller's day, or because the test asks, and not because somebody buys."""


@dataclass
class Armed:
    point: str
    since: float


class Killer:
    """Arms one point per part at a time. `look` is to be called again and again, from the main thread."""

    def __init__(self, market: Market, points: dict[str, list[str]], seed: int) -> None:
        self.market = market
        self.deaths: list[Death] = []
        self.missed: list[str] = []
        self._pick = random.Random(seed)
        self._queues = {role: deque(points.get(role, ())) for role in MORTAL}
        self._armed: dict[str, Armed] = {}

    @property
    def is_over(self) -> bool:
        return not self._armed and not any(self._queues.values())

    @property
    def left(self) -> int:
        return len(self._armed) + sum(map(len, self._queues.values()))

    def look(self) -> list[Death]:
        """What died and came back since the last look."""
        self.market.look_after()
        back = self.market.take_back()
        self.deaths += back
        for death in back:
            armed = self._armed.get(death.role)
            if armed is not None and armed.point == death.point:
                del self._armed[death.role]
        for role in MORTAL:
            self._go_on_with(role)
        return back

    def _go_on_with(self, role: str) -> None:
        armed = self._armed.get(role)
        if armed is not None:
            self._hurry(role, armed)
        elif self.market.is_there(role) and self._queues[role]:
            point = self._queues[role].popleft()
            self.market.arm(role, point, self._pick.randrange(MOST_PASSED + 1) if _is_frequent(point) else 0)
            self._armed[role] = Armed(point, time.monotonic())
            if _is_at_the_start(point):
                self.market.kill(role)

    def _hurry(self, role: str, armed: Armed) -> None:
        waited = time.monotonic() - armed.since
        if waited > PATIENCE_SECONDS and self.market.arms.take_back(role):
            self.missed.append(f"{role}: {armed.point}")
            del self._armed[role]


def points_of(market: Market, only: str = "", *, is_short: bool = False) -> dict[str, list[str]]:
    """All points an undisturbed purchase has reached, by part; or of each part those where money moves."""
    found = {role: _wanted(market.arms.points(role), only) for role in MORTAL}
    if not is_short:
        return found
    return {role: [point for point in points if _moves_money(role, point)] for role, points in found.items()}


def _wanted(points: Iterable[str], only: str) -> list[str]:
    return [point for point in points if only in point and not any(word in point for word in _SELDOM)]


def _moves_money(role: str, point: str) -> bool:
    return any(word in point for word in MOVING_MONEY[role])


def _is_at_the_start(point: str) -> bool:
    return any(word in point for word in _AT_THE_START)


def _is_frequent(point: str) -> bool:
    return any(word in point for word in ("eth_", "chain_", "block")) and not _is_at_the_start(point)
