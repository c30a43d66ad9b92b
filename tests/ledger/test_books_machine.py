"""Any sequence of what can happen to money keeps every promise of the books, in memory and in the database alike."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection

from tests.ledger.machine.issued import IssuedBooks
from tests.ledger.machine.promises import Market
from tests.ledger.machine.resold import ResoldBooks
from tests.ledger.machine.story import FINE, recipes_of, story
from tests.support.examples import examples

STEPS = settings(stateful_step_count=100, deadline=None, suppress_health_check=FINE)
both = pytest.mark.parametrize("market", [IssuedBooks, ResoldBooks])


@both
def test_any_sequence_of_money_keeps_the_books_whole(market: type[Market]) -> None:
    run_state_machine_as_test(market, settings=settings(STEPS, max_examples=examples(40)))


@both
def test_the_database_keeps_the_same_promises(market: type[Market], shared_connection: Connection) -> None:
    stored = type("StoredBooks", (market,), {"connection": shared_connection})
    run_state_machine_as_test(stored, settings=settings(STEPS, max_examples=examples(6)))


@both
def test_every_recipe_is_booked_by_the_machine(market: type[Market]) -> None:
    """A new recipe that no rule of the machine books is named here."""
    _, booked = story(market, examples(20))
    assert booked == recipes_of(market)
