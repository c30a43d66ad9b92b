"""The market beside other shops with the same goods, all of them running, asked in turn so that noise hits all alike."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.embedded.postgres import EmbeddedPostgres
from benchmarks.buyer import Buyer, Guest
from benchmarks.catalogue import SMALL
from benchmarks.checkouts import checkouts, race
from benchmarks.market import BenchMarket
from benchmarks.memory import pss_mib
from benchmarks.pages import Page, pages, require_right
from benchmarks.peers.oscar import oscar
from benchmarks.peers.peer import Running, running
from benchmarks.peers.vendure import VendureBuyer, vendure
from benchmarks.rows import Row, at_least, at_most, exactly, limit
from benchmarks.waiting import settle
from benchmarks.wrk import run

HOME = Path(__file__).parents[1] / "build" / "peers"
CONNECTIONS = 4
SLOW_ANSWERS = 24  # a run is as long as so many answers take, where that is longer
JSON, CATEGORY, SEARCH, PRODUCT = range(4)  # as `benchmarks.pages.pages` has them
RACE = "race-0"
RACE_UNITS = 10


class Beside:
    """One comparison. Each part adds its rows."""

    def __init__(self, market: BenchMarket, vendure_shop: Running, oscar_shop: Running, *, quick: bool) -> None:
        self.market, self.vendure, self.oscar = market, vendure_shop, oscar_shop
        self.rows: list[Row] = []
        self.seconds, self.rounds, self.long_seconds, self.runs = (1, 1, 3, 1) if quick else (3, 3, 10, 3)

    def all(self) -> list[Row]:
        self.pages()
        self.checkouts()
        self.races()
        self.memory()
        return self.rows

    def pages(self) -> None:
        """Requests a second at four connections. Lists show 20 goods, our category page 24."""
        address, ours = self.market.instance.web_url, pages(SMALL)
        for page in ours:
            require_right(address, page)
        asked = [(address, page) for page in ours]
        asked += [(shop.peer.address, page) for shop in (self.vendure, self.oscar) for page in shop.pages]
        rates = self._rates(asked)
        theirs = {name: limit(name, rate, "requests/s") for name, rate in rates.items() if ":" in name}
        self.rows += theirs.values()

        def goal(which: int, of: Page, times: float) -> None:
            row = at_least(ours[which].name, rates[ours[which].name], "requests/s", times, against=theirs[of.name])
            self.rows.append(row)

        goal(JSON, self.vendure.page("category"), 9)
        goal(CATEGORY, self.vendure.page("category"), 3.5)
        goal(CATEGORY, self.oscar.page("category"), 100)
        goal(PRODUCT, self.vendure.page("product"), 3.5)
        found = [self.vendure.page("search"), self.oscar.page("search")]
        goal(SEARCH, max(found, key=lambda page: rates[page.name]), 30)

    def checkouts(self) -> None:
        """Ours pay at a payment server, Vendure's settle by a word."""
        own = self.vendure.peer
        buyer = VendureBuyer.of(own.folder)
        theirs = limit("Vendure: whole checkouts", self._checkouts(own.address, buyer), "orders/s")
        ours = self._checkouts(self.market.instance.web_url, Buyer)
        self.rows += [theirs, at_least("whole checkouts by pages", ours, "orders/s", 4, against=theirs)]

    def races(self) -> None:
        """Sixty-four buyers, ten units."""
        buyer = VendureBuyer.of(self.vendure.peer.folder)
        theirs, _ = race(self.vendure.peer.address, RACE, by=buyer)
        ours, _ = race(self.market.instance.web_url, RACE)
        self.rows.append(Row("Vendure: 64 buyers, 10 units", theirs, "paid orders"))
        self.rows.append(exactly("64 buyers, 10 units", ours, "paid orders", RACE_UNITS))

    def memory(self) -> None:
        """After all the load above."""
        theirs = limit("Vendure: memory", pss_mib(self.vendure.leaders)[0], "MiB PSS")
        others = limit("Oscar: memory", pss_mib(self.oscar.leaders)[0], "MiB PSS")
        ours, _ = pss_mib(self.market.leaders)
        self.rows += [theirs, others, at_most("memory", ours, "MiB PSS", 0.7, against=theirs)]

    def _checkouts(self, address: str, by: type[Guest]) -> float:
        return checkouts(address, SMALL, seconds=self.long_seconds, runs=self.runs, by=by).a_second

    def _rates(self, asked: list[tuple[str, Page]]) -> dict[str, float]:
        """By the page's name, the median of the rounds after one that warms up and tells how long a run must be."""
        found: dict[str, list[float]] = {page.name: [] for _, page in asked}
        seconds = dict.fromkeys(found, self.seconds)
        for number in range(self.rounds + 1):
            for address, page in asked:
                settle()
                one = run(address, page.asks, connections=CONNECTIONS, seconds=seconds[page.name])
                if number:
                    found[page.name].append(one.rate)
                elif one.rate * self.seconds < SLOW_ANSWERS:
                    seconds[page.name] = min(60, round(SLOW_ANSWERS / max(one.rate, 0.4)))
        return {name: statistics.median(rates) for name, rates in found.items()}


@contextmanager
def beside(market: BenchMarket, *, quick: bool) -> Iterator[Beside]:
    """Start the others, installed and filled the first time; they are kept for the next."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (
        EmbeddedPostgres(HOME / "postgres") as server,
        running(vendure(), HOME, server) as vendure_shop,
        running(oscar(), HOME, server) as oscar_shop,
    ):
        yield Beside(market, vendure_shop, oscar_shop, quick=quick)
