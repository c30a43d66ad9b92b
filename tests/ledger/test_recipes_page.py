"""The page of recipes that accountants read is what the code books."""

from pathlib import Path

from app.cli.recipes_page import SECTIONS, recipes_page
from tests.ledger.test_recipes import RECIPES

PAGE = Path(__file__).parents[2] / "docs/accountants/recipes.md"


def test_the_page_is_what_the_recipes_book() -> None:
    assert PAGE.read_text() == recipes_page()


def test_every_recipe_is_on_it_and_each_example_balances() -> None:
    examples = [example for section in SECTIONS.values() for example in section]
    assert {example.func for example in examples} == set(RECIPES)
    for example in examples:
        sums: dict[str, int] = {}
        for line in example().lines:
            sums[line.account.asset] = sums.get(line.account.asset, 0) + line.amount
        assert not any(sums.values())
