"""No page asks the database more than eight times; the ones that still do are named, and must not ask more."""

import pytest

from tests.architecture.access import Route
from tests.architecture.conftest import Market
from tests.architecture.test_torture import allowed, looked_at
from tests.support.statements import asked

MOST = 8
MORE = {
    "bookkeeping.by_hand": 12,
    "catalog.change_listing": 9,
    "catalog.goods": 9,
    "catalog.list_prices": 9,
    "checkout.approval": 10,
    "console.desk": 18,
    "console.review": 9,
    "orders.ask_return": 9,
    "orders.cancel": 9,
    "orders.decide": 11,
    "orders.details": 16,
    "orders.evidence": 10,
    "orders.returns": 10,
    "orders.sellers_evidence": 10,
    "orders.show": 11,
    "orders.show_group": 9,
    "orders.sold": 26,
    "orders.today": 15,
    "payouts.money": 13,
    "ratings.rate_buyer": 13,
    "ratings.rate_shop": 12,
    "reports.settlement": 11,
    "reports.settlement_as_xlsx": 9,
    "withholding.tax": 9,
}
"""Measured on 2026-11-29, of the page alone; each of them is to come down."""


@pytest.mark.parametrize("route", looked_at(), ids=str)
def test_a_page_asks_the_database_few_times(market: Market, route: Route) -> None:
    browser = market.browser(allowed(route))
    market.ask(route, allowed(route), browser=browser)  # what is read once by a process is read
    with asked() as statements:
        answer = market.ask(route, allowed(route), browser=browser)
    assert answer.status_code < 500
    assert len(statements) <= MORE.get(route.endpoint, MOST), "\n".join(statements)
