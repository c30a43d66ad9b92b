"""Any sequence of what can happen to money keeps every promise of the books, in memory and in the database alike."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection

from tests.ledger.machine.issued import IssuedBooks
from tests.ledger.machine.promises import Market
from tests.ledger.machine.resold import ResoldBooks
from tests.ledger.test_recipes import RECIPES
from tests.support.examples import examples

ONLY_ISSUED = {
    "tokens_minted_to_treasury",
    "treasury_tokens_burned",
    "tokens_sold_to_wallet",
    "seller_tokens_redeemed",
    "withheld_tokens_burned",
}
ONLY_RESOLD = {
    "float_bought",
    "float_sold",
    "float_revalued",
    "float_sold_to_wallet",
    "seller_tokens_bought_back",
    "withheld_tokens_bought_back",
}
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.filter_too_much]
STEPS = settings(stateful_step_count=100, deadline=None, suppress_health_check=SLOW_IS_FINE)
MOST_ROUNDS = 30
both = pytest.mark.parametrize("market", [IssuedBooks, ResoldBooks])


@both
def test_any_sequence_of_money_keeps_the_books_whole(market: type[Market]) -> None:
    run_state_machine_as_test(market, settings=settings(STEPS, max_examples=examples(40)))


@both
def test_the_database_keeps_the_same_promises(market: type[Market], shared_connection: Connection) -> None:
    stored = type("StoredBooks", (market,), {"connection": shared_connection})
    run_state_machine_as_test(stored, settings=settings(STEPS, max_examples=examples(6)))


@pytest.mark.parametrize(("market", "not_there"), [(IssuedBooks, ONLY_RESOLD), (ResoldBooks, ONLY_ISSUED)])
def test_every_recipe_is_booked_by_the_machine(market: type[Market], not_there: set[str]) -> None:
    """A new recipe that no rule of the machine books is named here."""
    watched = type("WatchedBooks", (market,), {"booked": set()})
    wanted = {recipe.__name__ for recipe in RECIPES} - not_there
    a_few = settings(STEPS, max_examples=10, stateful_step_count=300, database=None, phases=[Phase.generate])
    for _ in range(MOST_ROUNDS):
        run_state_machine_as_test(watched, settings=a_few)
        if wanted <= watched.booked:
            break
    assert watched.booked == wanted
