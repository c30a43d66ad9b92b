"""What a page costs at ten times the goods: two markets, asked in turn."""

import statistics

import psutil

from benchmarks.catalogue import LARGE, SMALL
from benchmarks.limit import keeping_nothing
from benchmarks.market import BenchMarket
from benchmarks.pages import ANEW, pages, pages_anew, require_right
from benchmarks.rows import Row, at_most, limit
from benchmarks.waiting import settle
from benchmarks.wrk import run

MOST_TIMES = 1.3
CONNECTIONS = 4


def growth(small: BenchMarket, large: BenchMarket, *, seconds: int, rounds: int) -> list[Row]:
    """Milliseconds of processor time a request takes of the whole machine, per page, as served and with nothing kept.

    Not requests a second: they double by which of two processes happens to hold the connections. Whoever asks is in it.
    """
    with (
        keeping_nothing(small.instance.environment) as small_anew,
        keeping_nothing(large.instance.environment) as large_anew,
    ):
        sides = {SMALL: (small.instance.web_url, small_anew), LARGE: (large.instance.web_url, large_anew)}
        asked = {
            (page.name, size): (kept if ANEW not in page.name else anew, page)
            for size, (kept, anew) in sides.items()
            for page in (*pages(size), *pages_anew(pages(size)))
        }
        for address, page in asked.values():
            require_right(address, page)
        took: dict[tuple[str, int], list[float]] = {key: [] for key in asked}
        for number in range(rounds + 1):
            for key, (address, page) in asked.items():
                settle()
                busy = _busy_seconds()
                one = run(address, page.asks, connections=CONNECTIONS, seconds=seconds)
                if number:
                    took[key].append(1000 * (_busy_seconds() - busy) / (one.rate * seconds))
    rows: list[Row] = []
    for page in (*pages(SMALL), *pages_anew(pages(SMALL))):
        few = limit(f"{page.name}, {SMALL:,} goods", statistics.median(took[page.name, SMALL]), "ms")
        many = statistics.median(took[page.name, LARGE])
        rows += [few, at_most(f"{page.name}, {LARGE:,} goods", many, "ms", MOST_TIMES, against=few)]
    return rows


def _busy_seconds() -> float:
    """Of all processors since the machine began."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))
