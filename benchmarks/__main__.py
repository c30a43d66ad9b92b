"""`make bench`: measures a market of its own against the limits of this machine, and prints one table."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.beside import beside
from benchmarks.books.run import ORDERS, books
from benchmarks.buyer import Buyer, Program
from benchmarks.catalogue import LARGE, SMALL
from benchmarks.checkouts import checkouts, race
from benchmarks.database import tpc_b
from benchmarks.growth import growth
from benchmarks.limit import hello, keeping_nothing
from benchmarks.market import BenchMarket
from benchmarks.memory import pss_mib
from benchmarks.pages import HELLO, measure, pages, pages_anew, require_right
from benchmarks.plans import write_plans
from benchmarks.queries import queries_of
from benchmarks.rows import Row, at_least, at_most, exactly, limit, table, write
from benchmarks.wrk import require_wrk

BUILD = Path(__file__).parents[1] / "build" / "bench.json"
RATES = {"JSON listing of 20": 0.20, "category page of 24": 0.08, "product page": 0.10}
MOST_QUERIES = 6
MOST_TIMES_HELLO = 12
LEAST_CHECKOUTS = 0.008
MOST_MIB = 450
MOST_START_SECONDS = 12
RACE_UNITS = 10


class Bench:
    """One run. Each part adds its rows; `quick` is for trying the benchmark itself."""

    def __init__(self, market: BenchMarket, *, quick: bool) -> None:
        self.market = market
        self.rows: list[Row] = []
        self.seconds, self.rounds = (1, 1) if quick else (3, 5)
        self.long_seconds, self.runs = (3, 1) if quick else (10, 3)

    @property
    def address(self) -> str:
        return self.market.instance.web_url

    def pages(self) -> None:
        """Requests a second beside hello's, at four connections; then the time of one answer at one."""
        asked = pages(self.market.size)
        anew = pages_anew(asked)
        category = asked[1]
        with hello() as limit_address, keeping_nothing(self.market.instance.environment) as anew_address:
            addresses = {page.name: self.address for page in asked} | {page.name: anew_address for page in anew}
            for page in (*asked, *anew):
                require_right(addresses[page.name], page)
            addresses[HELLO.name] = limit_address
            busy = measure(addresses, [HELLO, *asked, *anew], connections=4, seconds=self.seconds, rounds=self.rounds)
            alone = measure(addresses, [HELLO, category], connections=1, seconds=self.seconds, rounds=self.rounds)
        fastest = limit(HELLO.name, busy[HELLO.name].rate, "requests/s")
        self.rows.append(fastest)
        for page in (*asked, *anew):
            rate = busy[page.name].rate
            if page.name in RATES:
                self.rows.append(at_least(page.name, rate, "requests/s", RATES[page.name], against=fastest))
            else:
                self.rows.append(Row(page.name, rate, "requests/s", fastest.name, rate / fastest.value))
        shortest = limit(f"{HELLO.name}, one client", alone[HELLO.name].median_ms, "ms")
        took = alone[category.name].median_ms
        self.rows.append(shortest)
        self.rows.append(at_most(f"{category.name}, one client", took, "ms", MOST_TIMES_HELLO, against=shortest))

    def queries(self) -> None:
        """Statements of each page."""
        for name, count in queries_of(pages(self.market.size), self.market.instance.environment).items():
            self.rows.append(at_most(f"queries, {name}", count, "statements", MOST_QUERIES))

    def checkouts(self) -> None:
        """Whole checkouts beside what the same database does in TPC-B."""
        server = self.market.instance.postgres
        fastest = limit("pgbench TPC-B, 8 clients", tpc_b(server, seconds=self.long_seconds, runs=self.runs), "tps")
        self.rows.append(fastest)
        for way, by in (("pages", Buyer), ("API", Program)):
            found = checkouts(self.address, self.market.size, seconds=self.long_seconds, runs=self.runs, by=by)
            name = f"whole checkouts by {way}, 8 buyers"
            self.rows.append(at_least(name, found.a_second, "orders/s", LEAST_CHECKOUTS, against=fastest))
            self.rows.append(Row(f"one checkout by {way}", found.median_seconds, "s"))
            self.rows.append(Row(f"requests of a checkout by {way}", found.calls, "requests"))

    def race(self) -> None:
        """Sixty-four buyers with ready carts, ten units."""
        paid, _ = race(self.address, "race-0")
        self.rows.append(exactly("race: 64 buyers, 10 units", paid, "paid orders", RACE_UNITS))

    def memory(self) -> None:
        """Of web and workers, after all the load above."""
        mib, processes = pss_mib(self.market.leaders)
        self.rows.append(at_most(f"memory of {processes} web and worker processes", mib, "MiB PSS", MOST_MIB))

    def starts(self) -> None:
        """With data there already."""
        stop, start = self.market.start_again()
        self.rows.append(at_most("a later start", start, "s", MOST_START_SECONDS))
        self.rows.append(Row("stopping everything", stop, "s"))


def main() -> int:
    options = _options()
    try:
        require_wrk()
    except RuntimeError as problem:
        print(f"✗ {problem}")
        return 1
    began = time.monotonic()
    if options.books:
        print(f"{os.cpu_count()} cores, load {_load()}; years of books are being written", flush=True)
        return _report(books(orders=options.orders, quick=options.quick))
    print(f"{os.cpu_count()} cores, load {_load()}; a market with {options.size:,} goods is being set up", flush=True)
    with BenchMarket.filled(options.size) as market:
        _say(began, "market filled")
        if options.plans:
            write_plans(options.size, market.instance.environment, options.plans)
            print(f"✓ plans written to {options.plans}; nothing was measured")
            return 0
        bench = Bench(market, quick=options.quick)
        if options.peers:
            with beside(market, quick=options.quick) as comparison:
                _say(began, "peers installed and filled")
                return _report(comparison.all())
        if options.growth:
            with BenchMarket.filled(LARGE) as large:
                _say(began, "a larger market filled")
                return _report(growth(market, large, seconds=bench.seconds, rounds=bench.rounds))
        for part in (bench.pages, bench.queries, bench.checkouts, bench.race, bench.memory, bench.starts):
            part()
            _say(began, _first_words(part))
    return _report(bench.rows)


def _report(rows: list[Row]) -> int:
    print(f"\n{table(rows)}\n\nload {_load()}; written to {BUILD.relative_to(BUILD.parents[1])}")
    write(rows, BUILD)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", type=int, default=SMALL, choices=(SMALL, LARGE), help="goods in the market")
    parser.add_argument("--quick", action="store_true", help="short runs, for trying the benchmark itself")
    parser.add_argument("--peers", action="store_true", help="beside Vendure and Oscar, which it installs")
    parser.add_argument("--growth", action="store_true", help="what pages cost at ten times the goods")
    parser.add_argument("--books", action="store_true", help="the ledger and its reports, at the size of years")
    parser.add_argument("--orders", type=int, default=ORDERS, help="with --books: how many are matched")
    parser.add_argument(
        "--plans", type=Path, metavar="FILE", help="only write the plan of each statement of the lists there"
    )
    return parser.parse_args()


def _say(began: float, what: str) -> None:
    print(f"✓ {what} ({time.monotonic() - began:.0f} s)", flush=True)


def _first_words(part: Callable[[], None]) -> str:
    return part.__name__.replace("_", " ")


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    sys.exit(main())
