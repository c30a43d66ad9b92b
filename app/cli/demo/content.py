"""The demo market's content, read from the TOML files beside this module and checked as a whole.

`load_demo()` is pure reading: it writes nothing and knows no database.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from app.cli.demo.entries import DemoContentError, Entry, read_file
from app.cli.demo.people import read_people
from app.cli.demo.pictures import TINTS, is_available
from app.cli.demo.prices import PriceCheck
from app.cli.demo.sellers import LANGUAGES, Rules, read_country, read_slug
from app.cli.demo.shapes import (
    DemoAddress,
    DemoCategory,
    DemoContent,
    DemoListing,
    DemoPerson,
    DemoRate,
    DemoSeller,
    DemoShippingRate,
    DemoText,
    DemoVariant,
)
from app.money.amounts import rate_micro
from app.money.currencies import CURRENCIES

__all__ = [
    "COUNTRIES",
    "DemoAddress",
    "DemoCategory",
    "DemoContent",
    "DemoContentError",
    "DemoListing",
    "DemoPerson",
    "DemoRate",
    "DemoSeller",
    "DemoShippingRate",
    "DemoText",
    "DemoVariant",
    "load_demo",
]

COUNTRIES = ("KH", "TH", "VN", "ID", "LA", "MY", "MM", "PH", "SG", "BN", "TL")
FOLDER = Path(__file__).parent


def load_demo(folder: Path = FOLDER) -> DemoContent:
    """Read and check everything. Raises DemoContentError naming the file and the entry that is wrong."""
    rates = _read_rates(read_file(folder / "fx.toml"))
    categories = _read_categories(read_file(folder / "categories.toml"))
    prices = PriceCheck({rate.currency: rate for rate in rates})
    rules = Rules({category.slug: category for category in categories}, prices)
    sellers: list[DemoSeller] = []
    for country in COUNTRIES:
        file = read_file(folder / f"{country.lower()}.toml")
        sellers += read_country(file, rules)
        if file.text("country") != country:
            raise file.error(f"country is {file.text('country')!r}; a file is named after its country")
    _require_nothing_twice(sellers)
    people = read_people(read_file(folder / "people.toml"), {seller.slug for seller in sellers})
    return DemoContent(categories, tuple(sellers), people, rates)


def _read_rates(file: Entry) -> tuple[DemoRate, ...]:
    as_of: date = file.value("as_of", date)
    source, table = file.text("source"), file.table("per_usd")
    rates = tuple(DemoRate(code, _positive_rate(table, code), as_of, source) for code in CURRENCIES)
    table.close()
    file.close()
    return rates


def _positive_rate(entry: Entry, key: str) -> str:
    text = entry.text(key)
    try:
        rate = rate_micro(text)
    except ValueError:
        rate = 0
    if rate <= 0:
        raise entry.error(f'{key} is {text!r}; write a positive number as text, such as "4010" or "25650.5"')
    return text


def _read_categories(file: Entry) -> tuple[DemoCategory, ...]:
    categories = tuple(_category(entry) for entry in file.tables("category", named_by="slug"))
    file.close()
    _require_unique(file.where, "category", (category.slug for category in categories))
    return categories


def _category(entry: Entry) -> DemoCategory:
    bounds = entry.list_of("usd_cents", int)
    if len(bounds) != 2 or not 0 < bounds[0] < bounds[1]:  # noqa: PLR2004 - a range has two ends
        raise entry.error("usd_cents must be the least and the most one unit costs, in US cents")
    category = DemoCategory(
        slug=read_slug(entry),
        names={language: entry.text(language) for language in LANGUAGES if entry.has(language)},
        emoji=entry.text("emoji"),
        tint=entry.choice("tint", TINTS),
        usd_cents=(bounds[0], bounds[1]),
    )
    if not {"en", "km"} <= category.names.keys():
        raise entry.error("en and km are both needed: the market speaks English and Khmer")
    if not is_available(category.emoji):
        raise entry.error(f"pictures/{category.emoji}.webp is missing; add it, or name one that is there")
    entry.close()
    return category


def _require_nothing_twice(sellers: list[DemoSeller]) -> None:
    where = "country files"
    listings = [listing for seller in sellers for listing in seller.listings]
    _require_unique(where, "seller", (seller.slug for seller in sellers))
    _require_unique(where, "seller name", (seller.texts[0].title for seller in sellers))
    _require_unique(where, "listing", (listing.slug for listing in listings))
    _require_unique(where, "title", (text.title for listing in listings for text in listing.texts))
    _require_unique(where, "sku", (variant.sku for listing in listings for variant in listing.variants))
    _require_unique(where, "picture", (repr(listing.picture) for listing in listings))


def _require_unique(where: str, what: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DemoContentError(where, f"{what} {', '.join(twice)} stands there twice; rename one")
