"""The pages that are measured, what each must hold, and how: round after round, so that noise hits all alike."""

import http.client
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from benchmarks.catalogue import THINGS, listed_categories, shown_products
from benchmarks.waiting import settle
from benchmarks.wrk import Ask, Run, run

JSON_ROWS = 20
CARDS = 24  # on one page of a category


@dataclass(frozen=True)
class Page:
    """Addresses asked for in turn; each answer holds `mark` exactly `times` times.

    With `posts`, these JSON bodies are sent in turn to the one path.
    """

    name: str
    paths: Sequence[str]
    mark: str
    times: int
    posts: Sequence[str] = ()

    @property
    def asks(self) -> list[Ask]:
        if self.posts:
            return [Ask("POST", self.paths[0], body) for body in self.posts]
        return [Ask("GET", path) for path in self.paths]


def pages(size: int) -> list[Page]:
    """Categories, words and products that all have the same number of hits."""
    categories = [f"cat-{number}" for number in listed_categories()]
    asked = [f"/api/v1/listings?category={slug}&size={JSON_ROWS}" for slug in categories]
    return [
        Page("JSON listing of 20", asked, '"slug":"p-', JSON_ROWS),
        Page("category page of 24", [f"/c/{slug}" for slug in categories], 'class="card-title"', CARDS),
        Page("search page of 24", [f"/search?q={word}" for word in THINGS], 'class="card-title"', CARDS),
        Page("product page", [f"/p/p-{i}" for i in shown_products(size)], "<h1", 1),
    ]


ANEW = ", looked up anew"  # with nothing kept of earlier answers


def pages_anew(asked: Sequence[Page]) -> list[Page]:
    """The same again, for a server that keeps nothing."""
    return [replace(page, name=page.name + ANEW) for page in asked]


HELLO = Page("Flask hello", ["/"], "hello", 1)


def require_right(address: str, page: Page, *, first_only: bool = False) -> None:
    """An error page must not count as a fast one. Raises RuntimeError."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    for ask in page.asks[:1] if first_only else page.asks:
        connection.request(ask.method, ask.path, ask.body, ask.headers)
        answer = connection.getresponse()
        found = answer.read().decode().count(page.mark)
        if answer.status != http.HTTPStatus.OK or found != page.times:
            raise RuntimeError(f"{ask.path} answered {answer.status} with {found} of {page.times} {page.mark!r}")
    connection.close()


def measure(
    addresses: Mapping[str, str], targets: Sequence[Page], *, connections: int, seconds: int, rounds: int
) -> dict[str, Run]:
    """The median of `rounds` by name, after one that only warms up. `addresses` says who serves which page."""
    found: dict[str, list[Run]] = {page.name: [] for page in targets}
    for number in range(rounds + 1):
        for page in targets:
            settle()
            one = run(addresses[page.name], page.asks, connections=connections, seconds=seconds)
            if number:
                found[page.name].append(one)
    return {name: Run(_median(runs, "rate"), _median(runs, "median_ms")) for name, runs in found.items()}


def _median(runs: Sequence[Run], name: str) -> float:
    return statistics.median(getattr(run, name) for run in runs)
