"""The catalogue that every shop under measurement is filled with, ours and its peers alike.

    python -m benchmarks.catalogue --size 100000 > catalogue.jsonl

One rule, no randomness: product `i` has a name of three words and its number, and stands in category `i % 50`, so that
every category holds the same count (200 of 10,000; 2,000 of 100,000). Eight race items with ten units each follow, all
in category 0; they are for buyers who want the same thing at the same time. The first 10,000 products of the larger
catalogue are those of the smaller one, only race items are numbered after the last product.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TypedDict

QUALITIES = (
    *("Amber", "Bold", "Calm", "Deep", "Early", "Fair", "Grand", "Happy", "Ideal", "Jolly"),
    *("Keen", "Light", "Merry", "Noble", "Open", "Plain", "Quick", "Royal", "Solid", "Tidy"),
)
THINGS = (
    *("Anvil", "Basket", "Candle", "Drum", "Easel", "Fan", "Globe", "Hammer", "Iron", "Jug", "Kettle", "Lamp"),
    *("Mirror", "Needle", "Oven", "Pillow", "Quilt", "Rope", "Saddle", "Table", "Urn", "Vase", "Whistle", "Yarn"),
    "Zither",
)
MATERIALS = (
    *("Ash", "Brass", "Cotton", "Denim", "Enamel", "Felt", "Glass", "Hemp", "Ivory", "Jute"),
    *("Kapok", "Linen", "Maple", "Nickel", "Oak", "Pewter", "Quartz", "Rattan", "Steel", "Teak"),
)
CATEGORIES = 50
SMALL, LARGE = 10_000, 100_000
SHOWN = 100
RACES, RACE_UNITS, RACE_CENTS = 8, 10, 1000
STOCK = 1000
TEXT = "A sturdy everyday item, made by hand in small batches and checked twice before it leaves the workshop. " * 4


class Product(TypedDict):
    """`cat` is 0 to 49 (name "Category N", slug "cat-N"); `cents` are US cents."""

    i: int
    name: str
    slug: str
    sku: str
    cat: int
    cents: int
    stock: int
    text: str


def product(i: int) -> Product:
    """Product number `i` of any size of the catalogue."""
    quality = QUALITIES[i % len(QUALITIES)]
    thing = THINGS[i // 20 % len(THINGS)]
    material = MATERIALS[i // 500 % len(MATERIALS)]
    return Product(
        i=i,
        name=f"{quality} {thing} {material} {i}",
        slug=f"p-{i}",
        sku=f"SKU-{i:05d}",
        cat=i % CATEGORIES,
        cents=500 + i * 37 % 20000,
        stock=STOCK,
        text=TEXT,
    )


def race(k: int, size: int = SMALL) -> Product:
    """Race item `k` of a catalogue with `size` products."""
    return Product(
        i=size + k,
        name=f"Raceitem {k}",
        slug=f"race-{k}",
        sku=f"RACE-{k}",
        cat=0,
        cents=RACE_CENTS,
        stock=RACE_UNITS,
        text=TEXT,
    )


def catalogue(size: int = SMALL) -> Iterator[Product]:
    """All products, then the race items. Raises ValueError for a size that leaves categories unequal."""
    if size <= 0 or size % CATEGORIES:
        raise ValueError(f"size is {size}; use a positive multiple of {CATEGORIES}, such as {SMALL} or {LARGE}")
    yield from map(product, range(size))
    for k in range(RACES):
        yield race(k, size)


def listed_categories() -> range:
    """Categories whose pages are measured: all but that of the race items, so that each has the same count."""
    return range(1, CATEGORIES)


def shown_products(size: int = SMALL) -> range:
    """Products whose pages are measured: as many of any size of the catalogue, spread over it and all categories."""
    return range(3, size, size // SHOWN + 1)


def main() -> None:
    """Print the catalogue, one JSON object a line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalogue", description=main.__doc__)
    parser.add_argument(
        "--size", type=int, default=SMALL, help=f"products, a multiple of {CATEGORIES} (default {SMALL})"
    )
    size = parser.parse_args().size
    try:
        for row in catalogue(size):
            sys.stdout.write(json.dumps(row) + "\n")
    except ValueError as wrong:
        parser.error(str(wrong))


if __name__ == "__main__":
    main()
