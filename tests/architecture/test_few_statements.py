"""No page asks the database more than eight times; the ones that still do are named, and must not ask more."""

import pytest

from tests.architecture.access import Route
from tests.architecture.conftest import Market
from tests.architecture.test_torture import allowed, looked_at
from tests.support.statements import asked

MOST = 8
MORE: dict[str, int] = {}


@pytest.mark.parametrize("route", looked_at(), ids=str)
def test_a_page_asks_the_database_few_times(market: Market, route: Route) -> None:
    market.ask(route, allowed(route))  # what is read once by a process is read
    with asked() as statements:
        answer = market.ask(route, allowed(route))
    assert answer.status_code < 500
    assert len(statements) <= MORE.get(route.endpoint, MOST), "\n".join(statements)
