"""No page asks the database more than eight times; the ones that still do are named, and must not ask more."""

import pytest

from tests.architecture.access import Route
from tests.architecture.conftest import Market
from tests.architecture.test_torture import allowed, looked_at
from tests.support.statements import asked

MOST = 8
MORE = {
    "bookkeeping.by_hand": 14,
    "catalog.audience": 10,
    "catalog.change_listing": 11,
    "catalog.goods": 11,
    "catalog.list_prices": 11,
    "catalog.new_listing": 9,
    "catalog.price_list": 9,
    "checkout.sign": 12,
    "console.desk": 20,
    "console.review": 11,
    "orders.ask_return": 13,
    "orders.cancel": 13,
    "orders.decide": 21,
    "orders.details": 20,
    "orders.evidence": 18,
    "orders.handover": 12,
    "orders.message": 10,
    "orders.receive": 11,
    "orders.release_a_part": 12,
    "orders.returns": 14,
    "orders.scanned": 12,
    "orders.sellers_evidence": 18,
    "orders.show": 17,
    "orders.show_group": 13,
    "orders.sold": 32,
    "orders.today": 19,
    "payouts.money": 15,
    "privacy.erase_own": 10,
    "ratings.rate_buyer": 17,
    "ratings.rate_shop": 16,
    "reports.settlement": 13,
    "reports.settlement_as_xlsx": 11,
    "withholding.tax": 11,
}
"""Measured on 2026-11-29, signing in included; each of them is to come down."""


@pytest.mark.parametrize("route", looked_at(), ids=str)
def test_a_page_asks_the_database_few_times(market: Market, route: Route) -> None:
    market.ask(route, allowed(route))  # what is read once by a process is read
    with asked() as statements:
        answer = market.ask(route, allowed(route))
    assert answer.status_code < 500
    assert len(statements) <= MORE.get(route.endpoint, MOST), "\n".join(statements)
