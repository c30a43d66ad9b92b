"""The measured catalogue follows its published rule, so that figures of different shops can be compared."""

import hashlib
import json
import subprocess
import sys
from collections import Counter

import pytest

from benchmarks.catalogue import LARGE, SMALL, THINGS, catalogue, product, shown_products

# Digest of the JSON lines of the rule's first writing, which the peers were filled from.
SMALL_SHA256 = "4a77dc025962f1dd8e1456b42e26c3c9ca330d15a6408afcae6278019cde66c4"


def test_the_small_catalogue_is_byte_for_byte_the_one_the_peers_were_filled_with() -> None:
    lines = "".join(json.dumps(row) + "\n" for row in catalogue(SMALL))
    assert hashlib.sha256(lines.encode()).hexdigest() == SMALL_SHA256


def test_a_product_follows_the_written_rule() -> None:
    row = product(7654)
    assert (row["name"], row["slug"], row["sku"]) == ("Open Hammer Pewter 7654", "p-7654", "SKU-07654")
    assert (row["cat"], row["cents"], row["stock"]) == (4, 3698, 1000)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_names_are_distinct_and_categories_equal(size: int) -> None:
    rows = list(catalogue(size))
    assert len(rows) == size + 8
    for key in ("i", "name", "slug", "sku"):
        assert len({row[key] for row in rows}) == len(rows)
    per_category = Counter(row["cat"] for row in rows)
    assert per_category.pop(0) == size // 50 + 8
    assert set(per_category.values()) == {size // 50}


def test_the_large_catalogue_begins_with_the_small_one() -> None:
    large = catalogue(LARGE)
    assert all(next(large) == product(i) for i in range(SMALL))


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_each_searched_word_is_in_equally_many_names(size: int) -> None:
    found = Counter(product(i)["name"].split()[1] for i in range(size))
    assert found == dict.fromkeys(THINGS, size // 25)


def test_shown_products_are_spread_over_all_categories() -> None:
    assert len(shown_products()) == 99
    assert {product(i)["cat"] for i in shown_products()} == set(range(50))


def test_the_command_prints_one_json_object_a_line() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.catalogue", "--size", "50"], capture_output=True, text=True, check=True
    )
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert rows == list(catalogue(50))


def test_a_size_that_leaves_categories_unequal_is_refused_with_what_to_do() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.catalogue", "--size", "75"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "multiple of 50" in run.stderr
