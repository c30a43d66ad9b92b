"""No page asks the database more than eight times."""

import pytest

from tests.architecture.access import Route
from tests.architecture.conftest import Market
from tests.architecture.test_torture import allowed, looked_at
from tests.support.statements import asked

MOST = 8


@pytest.mark.parametrize("route", looked_at(), ids=str)
def test_a_page_asks_the_database_few_times(market: Market, route: Route) -> None:
    browser = market.browser(allowed(route))
    market.ask(route, allowed(route), browser=browser)  # what is read once by a process is read
    with asked() as statements:
        answer = market.ask(route, allowed(route), browser=browser)
    assert answer.status_code < 500
    assert len(statements) <= MOST, "\n".join(statements)
