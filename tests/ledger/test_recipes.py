"""Recipes as an accountant reads them: balanced, in both assets, whatever the amounts."""

import inspect
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger import recipes
from app.ledger.chart import CHART
from app.ledger.recipes import JournalEntry
from tests.ledger.entries import RECIPES, leg, log_ref

AMOUNTS = st.integers(min_value=1, max_value=2**200)
SMALL = st.integers(min_value=0, max_value=2**200)


def sums(entry: JournalEntry) -> Counter[str]:
    totals: Counter[str] = Counter()
    for line in entry.lines:
        totals[line.account.asset] += line.amount
    return totals


def moved(entry: JournalEntry, number: str, asset: str) -> int:
    return sum(line.amount for line in entry.lines if (line.account.number, line.account.asset) == (number, asset))


def test_every_recipe_is_under_test() -> None:
    written = {
        name
        for name, value in inspect.getmembers(recipes, inspect.isfunction)
        if value.__module__ == recipes.__name__ and inspect.signature(value).return_annotation is JournalEntry
    }
    assert written == set(RECIPES)


@pytest.mark.parametrize("name", sorted(RECIPES))
@given(amount=AMOUNTS, other=SMALL)
def test_a_recipe_balances_in_each_asset_and_writes_no_empty_line(name: str, amount: int, other: int) -> None:
    entry = RECIPES[name](amount, other)
    assert set(sums(entry).values()) == {0}
    assert all(line.amount for line in entry.lines)
    assert {line.account.number for line in entry.lines} <= CHART.keys()
    accounts = [line.account for line in entry.lines]
    assert len(accounts) == len(set(accounts)), "an account stands once in a journal"


@pytest.mark.parametrize("name", sorted(RECIPES))
@given(amount=AMOUNTS, other=SMALL)
def test_a_recipe_keeps_supply_covered_by_addresses_and_the_position_mirrored(
    name: str, amount: int, other: int
) -> None:
    entry = RECIPES[name](amount, other)
    on_chain = sum(moved(entry, number, "CTM") for number in ("1200", "1205", "1210", "1230", "1250"))
    assert on_chain == -moved(entry, "3910", "CTM")
    assert moved(entry, "3900", "CTM") == -moved(entry, "3900", "USD") * 10_000


@given(units=AMOUNTS)
def test_a_card_refund_of_part_of_a_cent_owes_the_card_whole_cents_and_the_rest_stands_in_suspense(units: int) -> None:
    entry = recipes.leg_refunded_to_treasury(leg=leg(), units=units, log=log_ref())
    owed, rest = -moved(entry, "2150", "USD"), -moved(entry, "2900", "CTM")
    assert owed * 10_000 + rest == units
    assert 0 <= rest < 10_000


@given(net=AMOUNTS, fee=SMALL)
def test_vat_is_inside_the_commission_and_never_on_top(net: int, fee: int) -> None:
    entry = recipes.leg_released(leg=leg(), net=net, fee=fee, fee_vat_bps=1000, log=log_ref())
    commission, vat = -moved(entry, "4100", "CTM"), -moved(entry, "2300", "CTM")
    assert commission + vat == fee
    assert vat == fee * 1000 // 11_000


@pytest.mark.parametrize("market_held", [True, False])
def test_a_release_pays_the_seller_where_its_terms_say(market_held: bool) -> None:
    entry = recipes.leg_released(leg=leg(market_held=market_held), net=950, fee=50, fee_vat_bps=0, log=log_ref())
    assert moved(entry, "1230" if market_held else "1250", "CTM") == 950
    assert -moved(entry, "2200" if market_held else "2100", "CTM") == 950
