"""Eight guests who buy again and again, and sixty-four who want the same ten units at the same moment."""

import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.buyer import Buyer, Guest, NotSold, Racer
from benchmarks.catalogue import shown_products

BUYERS = 8
RACERS = 64
WARM_UP_SECONDS = 4


@dataclass
class Tally:
    """What happened to the checkouts of a run."""

    paid: int = 0
    calls: int = 0
    seconds: list[float] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)

    def note_paid(self, buyer: Guest, seconds: float) -> None:
        self.paid += 1
        self.calls += buyer.calls
        self.seconds.append(seconds)


@dataclass(frozen=True)
class Checkouts:
    """The median run."""

    a_second: float
    median_seconds: float
    calls: float


def checkouts(address: str, size: int, *, seconds: float, runs: int, by: type[Guest] = Buyer) -> Checkouts:
    """Whole checkouts, from an empty session to the paid order. Raises RuntimeError when one was refused."""
    _rush(by, address, size, WARM_UP_SECONDS, "warm")
    tallies, rates = [], []
    for number in range(runs):
        began = time.monotonic()
        tally = _rush(by, address, size, seconds, str(number))
        rates.append(tally.paid / (time.monotonic() - began))
        tallies.append(tally)
    paid = sum(tally.paid for tally in tallies)
    times = [each for tally in tallies for each in tally.seconds]
    return Checkouts(
        statistics.median(rates), statistics.median(times), sum(tally.calls for tally in tallies) / max(paid, 1)
    )


def _rush(by: type[Guest], address: str, size: int, seconds: float, seed: str) -> Tally:
    tally, lock, end = Tally(), threading.Lock(), time.monotonic() + seconds

    def buy_until_the_end(number: int) -> None:
        pick = random.Random(f"{seed}/{number}")
        turn = 0
        while (began := time.monotonic()) < end:
            turn += 1
            buyer = by(address, name=_address_of(by.__name__, seed, number, turn))
            try:
                buyer.buy(f"p-{pick.choice(shown_products(size))}")
            except (NotSold, AssertionError, OSError) as problem:
                with lock:
                    tally.problems[str(problem)[:300]] += 1
            else:
                with lock:
                    tally.note_paid(buyer, time.monotonic() - began)
            finally:
                buyer.close()

    _together([lambda number=number: buy_until_the_end(number) for number in range(BUYERS)])
    if tally.problems:
        raise RuntimeError(f"checkouts failed: {dict(tally.problems)}")
    return tally


def race(address: str, slug: str, *, by: type[Racer] = Buyer) -> tuple[int, Counter[str]]:
    """How many of 64 guests with ready carts paid for one of ten units, and what the others were told."""
    gate, told, lock = threading.Barrier(RACERS), Counter[str](), threading.Lock()

    def buy(number: int) -> None:
        buyer = by(address, name=_address_of("race", number, 0))
        try:
            buyer.fill_cart(slug)
            buyer.check_out()
            gate.wait(120)
            buyer.pay(buyer.order())
            answer = "paid"
        except NotSold as refusal:
            answer = str(refusal)
        except (AssertionError, OSError, threading.BrokenBarrierError) as problem:
            gate.abort()
            answer = f"problem: {type(problem).__name__} {problem}"[:300]
        finally:
            buyer.close()
        with lock:
            told[answer] += 1

    _together([lambda number=number: buy(number) for number in range(RACERS)])
    if problems := [answer for answer in told if answer.startswith("problem")]:
        raise RuntimeError(f"the race failed: {problems}")
    return told["paid"], told


def _address_of(*parts: object) -> str:
    """An address of its own for each guest: the market counts the orders of one address."""
    pick = random.Random(str(parts))
    return f"10.{pick.randrange(256)}.{pick.randrange(256)}.{pick.randrange(256)}"


def _together(jobs: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
