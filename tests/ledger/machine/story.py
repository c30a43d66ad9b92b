"""What happened in a few runs of the machine, what happened least always next, so that together they book every recipe."""

from collections import Counter
from inspect import getmembers
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import INVARIANT_MARKER, RULE_MARKER

from app.ledger.entries import JournalEntry
from tests.ledger.machine.issued import IssuedBooks
from tests.ledger.machine.promises import Market
from tests.ledger.test_recipes import RECIPES

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
RUNS, STEPS, MOST_EARLY = 20, 200, 3
MOST_ROUNDS = 10
"""A round leaves a recipe out now and then; one that is in none of these has no rule."""
FINE = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example]
Run = list[tuple[UUID, JournalEntry]]
"""Journals in order, each under the id that those which take it back name."""


def recipes_of(market: type[Market]) -> set[str]:
    """Those there are under its policy, by name."""
    return {recipe.__name__ for recipe in RECIPES} - (ONLY_RESOLD if market is IssuedBooks else ONLY_ISSUED)


def story(market: type[Market], runs: int = RUNS) -> tuple[list[Run], set[str]]:
    """The runs that added a recipe to those before, and the recipes booked in them by name.

    What happened least comes next: what needs ten things before it is reached by every run, and by luck alone hardly ever.
    Each promise is looked at after each step.
    """
    kept: list[Run] = []
    told: set[str] = set()

    class Told(market):
        def __init__(self) -> None:
            super().__init__()
            self.run: Run = []

        def write(self, entry: JournalEntry) -> UUID:
            self.run.append((super().write(entry), entry))
            return self.run[-1][0]

    rules, promises = _marked(market, RULE_MARKER), _marked(market, INVARIANT_MARKER)

    @settings(max_examples=runs, deadline=None, database=None, suppress_health_check=FINE)
    @given(st.data())
    def live(data: st.DataObject) -> None:
        machine, done, random = Told(), Counter(), Random(data.draw(st.integers(0, 2**32)))
        machine.open_books()
        for _ in range(STEPS):
            able = [rule for rule in rules if all(holds(machine) for holds in rule.preconditions)]
            rarest = min(able, key=lambda rule: done[rule.function] + random.randint(0, MOST_EARLY))
            done[rarest.function] += 1
            rarest.function(machine, **{name: data.draw(given) for name, given in rarest.arguments.items()})
            for promise in promises:
                promise.function(machine)
        if not machine.booked <= told:
            told.update(machine.booked)
            kept.append(machine.run)

    for _ in range(MOST_ROUNDS):
        live()
        if recipes_of(market) <= told:
            break
    return kept, told


def _marked(market: type[Market], marker: str) -> list[Any]:
    return [found for _, function in getmembers(market) if (found := getattr(function, marker, None))]
