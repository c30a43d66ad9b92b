"""What a listing may say. Everything is checked here, whoever sends it: form, API or import."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.catalog.errors import (
    TextTooLong,
    TooManyPictures,
    UnknownCondition,
    UnknownTaxClass,
    UnusablePack,
    UnusablePrice,
    UnusableSample,
    UnusableSteps,
    UnusableStock,
    UnusableTitle,
    UnusableUnit,
    UnusableVariants,
)
from app.pricing.rules.tiers import Tier, require_tiers
from app.tax.rules import CLASSES, ORDINARY

CONDITIONS = ("new", "like_new", "good", "fair")
ON_SALE = ("active", "private")
"""States in which somebody can buy: everybody, or only the listing's audience."""
MOST_VARIANTS, MOST_PICTURES, MOST_SAMPLES = 50, 8, 100
MOST_LINES = 1_000
"""Of the table of stock and prices, in one request."""
LONGEST_TITLE, LONGEST_TEXT, LONGEST_UNIT, LONGEST_SKU = 120, 6000, 20, 40
LARGEST_STOCK, LARGEST_STEP, LARGEST_CENTS, LARGEST_PACK = 10_000_000, 100_000, 10_000_000, 100_000


@dataclass(frozen=True)
class SampleTerms:
    """A sample of a choice: its own price, stock and weight. `stock_seen` as of the choice."""

    price_minor: int
    stock: int
    net_grams: int | None = None
    stock_seen: int | None = None


@dataclass(frozen=True)
class VariantTerms:
    """A choice the buyer has. `id` is None for a new one; an empty `sku` is made up; `net_grams` gives the price per kilogram, where it makes sense.

    `stock_seen` is the stock the seller looked at when typing `stock`: goods sold since then must not come back.
    `tiers` are other prices from a quantity on; None leaves those there are. `pieces` are in one, where it is a pack.
    Without a `sample` none is given of it.
    """

    sku: str
    price_minor: int
    stock: int
    names: dict[str, str] = field(default_factory=dict)
    net_grams: int | None = None
    pieces: int | None = None
    picture_id: UUID | None = None
    id: UUID | None = None
    stock_seen: int | None = None
    tiers: Sequence[Tier] | None = None
    sample: SampleTerms | None = None


@dataclass(frozen=True)
class ListingTerms:
    """What a seller says about goods. Texts are per language code; prices in minor units of the shop's currency.

    `allows_offers` None: used things of private persons take offers, everything else does not. `piece_unit` is what is
    inside where `unit` is a pack, such as 12 bottles in a case. `sample_most` is how many samples one buyer gets.
    """

    category_id: UUID
    titles: dict[str, str]
    unit: str
    variants: Sequence[VariantTerms]
    descriptions: dict[str, str] = field(default_factory=dict)
    condition: str = "new"
    min_quantity: int = 1
    quantity_step: int = 1
    picture_ids: Sequence[UUID] = ()
    tax_class: str = ORDINARY
    allows_offers: bool | None = None
    piece_unit: str = ""
    sample_most: int = 1


def takes_offers(terms: ListingTerms, kind: str) -> bool:
    """Whether buyers may offer another price; `kind` is that of the shop."""
    if terms.allows_offers is not None:
        return terms.allows_offers
    return kind == "private_person" and terms.condition != "new"


def require_usable(terms: ListingTerms) -> None:
    """Raises the error of the first thing that cannot stay as it is."""
    _require_texts(terms)
    if terms.condition not in CONDITIONS:
        raise UnknownCondition(field="condition")
    if terms.tax_class not in CLASSES:
        raise UnknownTaxClass(field="tax_class")
    if not 1 <= terms.min_quantity <= LARGEST_STEP or not 1 <= terms.quantity_step <= LARGEST_STEP:
        raise UnusableSteps(field="min_quantity")
    if len(terms.picture_ids) > MOST_PICTURES:
        raise TooManyPictures(field="pictures")
    _require_variants(terms.variants)
    _require_packs(terms)
    _require_samples(terms)
    for variant in terms.variants:
        require_tiers(variant.tiers or (), minimum=terms.min_quantity)


def _require_texts(terms: ListingTerms) -> None:
    if not terms.titles or not all(is_title(title) for title in terms.titles.values()):
        raise UnusableTitle(field="title")
    longest = max((len(text) for text in terms.descriptions.values()), default=0)
    if longest > LONGEST_TEXT:
        raise TextTooLong(field="description", count=longest)
    if not 1 <= len(terms.unit.strip()) <= LONGEST_UNIT or _has_control(terms.unit):
        raise UnusableUnit(field="unit")


def _require_variants(variants: Sequence[VariantTerms]) -> None:
    skus = [variant.sku.strip() for variant in variants]
    given = [sku for sku in skus if sku]
    if not 1 <= len(skus) <= MOST_VARIANTS or len(set(given)) < len(given):
        raise UnusableVariants(field="variants")
    for variant, sku in zip(variants, skus, strict=True):
        if len(sku) > LONGEST_SKU or _has_control(sku):
            raise UnusableVariants(field="variants")
        require_stock(variant.stock)
        if variant.price_minor <= 0 or (variant.net_grams is not None and variant.net_grams <= 0):
            raise UnusablePrice(field="price")


def _require_packs(terms: ListingTerms) -> None:
    """What is inside and how many of it go together: one without the other says nothing."""
    inside = terms.piece_unit.strip()
    if len(inside) > LONGEST_UNIT or _has_control(inside):
        raise UnusablePack(field="piece_unit")
    for variant in terms.variants:
        is_sane = 1 <= variant.pieces <= LARGEST_PACK if variant.pieces is not None else not inside
        if not is_sane or (variant.pieces is not None and not inside):
            raise UnusablePack(field="piece_unit")


def _require_samples(terms: ListingTerms) -> None:
    """A sample costs something: escrow, card and refund all need an amount."""
    if not 1 <= terms.sample_most <= MOST_SAMPLES:
        raise UnusableSample(field="sample_most", most=MOST_SAMPLES)
    for sample in (variant.sample for variant in terms.variants if variant.sample):
        require_stock(sample.stock)
        if sample.price_minor <= 0 or (sample.net_grams is not None and sample.net_grams <= 0):
            raise UnusablePrice(field="price")


def require_stock(stock: int) -> None:
    if not 0 <= stock <= LARGEST_STOCK:
        raise UnusableStock(field="stock")


def require_price_in_reach(cents: int) -> None:
    """A price that rounds to nothing, or is above what a card can be asked for, is a typing error."""
    if not 1 <= cents <= LARGEST_CENTS:
        raise UnusablePrice(field="price")


def is_title(title: str) -> bool:
    """At least three characters, a letter among them, none of control."""
    words = " ".join(title.split())
    fits = 3 <= len(words) <= LONGEST_TITLE  # noqa: PLR2004 - said in the error
    return fits and not _has_control(words) and any(character.isalpha() for character in words)


def _has_control(text: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} for character in text)
