"""Reads the file of one country: its sellers with their shipping rates, listings and variants."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.cli.demo.entries import Entry
from app.cli.demo.pictures import FULL_TURN, MOST_COMPANIONS, TINTS, PictureRecipe, is_available
from app.cli.demo.prices import PriceCheck
from app.cli.demo.shapes import (
    DemoCategory,
    DemoListing,
    DemoSample,
    DemoSeller,
    DemoShippingRate,
    DemoText,
    DemoVariant,
)
from app.money.currencies import CURRENCIES

LANGUAGES = ("en", "km", "th", "vi", "id", "lo", "ms", "my", "fil", "zh", "pt", "tet")
KINDS = ("company", "sole_trader", "private_person")
CONDITIONS = ("new", "like_new", "good", "fair")
ZONES = ("domestic", "region")
OPTIONS = ("color", "finish", "grind", "roast", "size", "volume", "weight")
UNITS = (
    *("bag", "block", "bottle", "box", "bundle", "jar", "kg", "liter", "meter", "pack", "pair", "piece", "sack"),
    *("set", "tin", "tray", "tub"),
)
MOST_VARIANTS = 4
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SKU = re.compile(r"[A-Z]{3}-[0-9]{2}[A-D]?")
_DAY = "(Mo|Tu|We|Th|Fr|Sa|Su)"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS = re.compile(f"{_DAY}(-{_DAY})? {_TIME}-{_TIME}")


@dataclass(frozen=True)
class Rules:
    """What other files say and listings must obey."""

    categories: Mapping[str, DemoCategory]
    prices: PriceCheck


def read_country(file: Entry, rules: Rules) -> list[DemoSeller]:
    """All sellers of one country file. Raises DemoContentError naming the seller or listing that is wrong."""
    country, language, zone = file.text("country"), file.choice("language", LANGUAGES), file.text("time_zone")
    sellers = [_seller(e, rules, country, language, zone) for e in file.tables("seller", named_by="slug")]
    file.close()
    return sellers


def read_slug(entry: Entry) -> str:
    slug = entry.text("slug")
    if not _SLUG.fullmatch(slug):
        raise entry.error(f"slug is {slug!r}; use small ASCII letters and digits, joined by single hyphens")
    return slug


def _seller(entry: Entry, rules: Rules, country: str, language: str, zone: str) -> DemoSeller:
    currency = entry.choice("currency", CURRENCIES)
    seller = DemoSeller(
        slug=read_slug(entry),
        kind=entry.choice("kind", KINDS),
        country=country,
        language=language,
        town=entry.text("town"),
        province=entry.text("province"),
        currency=currency,
        time_zone=_time_zone(entry, zone),
        opening_hours=_opening_hours(entry),
        handling_days=entry.whole("handling_days", least=0),
        vat_registered=entry.flag("vat_registered"),
        own_wallet=entry.flag("own_wallet"),
        texts=_texts(entry, title="name", text="story"),
        shipping=tuple(_shipping(e, rules, currency) for e in entry.tables("shipping", named_by="method")),
        listings=tuple(_listing(e, rules, currency) for e in entry.tables("listing", named_by="slug")),
    )
    if "domestic" not in {rate.zone for rate in seller.shipping}:
        raise entry.error("shipping has no rate for the zone domestic; add one, or nobody nearby can buy")
    entry.close()
    return seller


def _time_zone(entry: Entry, default: str) -> str:
    name = entry.text("time_zone", default)
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        raise entry.error(f"time_zone is {name!r}; use a name of the IANA list, such as Asia/Bangkok") from None


def _opening_hours(entry: Entry) -> tuple[str, ...]:
    hours = entry.list_of("opening_hours", str)
    for one in hours:
        if not _HOURS.fullmatch(one):
            raise entry.error(f'opening_hours has {one!r}; write it like "Mo-Sa 07:00-17:00"')
    return tuple(hours)


def _texts(entry: Entry, *, title: str, text: str) -> tuple[DemoText, ...]:
    if not entry.has("en"):
        raise entry.error(f"en.{title} and en.{text} are missing; every entry is described in English")
    texts = []
    for language in filter(entry.has, LANGUAGES):
        words = entry.table(language)
        texts.append(DemoText(language, words.text(title), words.text(text)))
        words.close()
    return tuple(texts)


def _shipping(entry: Entry, rules: Rules, currency: str) -> DemoShippingRate:
    rate = DemoShippingRate(
        zone=entry.choice("zone", ZONES),
        method=entry.text("method"),
        carrier=entry.text("carrier"),
        days_min=entry.whole("days_min", least=0),
        days_max=entry.whole("days_max", least=0),
        price_minor=entry.whole("price", least=0),
        max_grams=entry.whole("max_g", least=1) if entry.has("max_g") else None,
        unknown_grams=entry.whole("unknown_g", least=1) if entry.has("unknown_g") else 0,
    )
    if rate.days_max < rate.days_min:
        raise entry.error(f"days_max is {rate.days_max}; it must be at least days_min, {rate.days_min}")
    rules.prices.require_shipping(entry, rate.price_minor, currency)
    entry.close()
    return rate


def _listing(entry: Entry, rules: Rules, currency: str) -> DemoListing:
    category = rules.categories[entry.choice("category", rules.categories)]
    listing = DemoListing(
        slug=read_slug(entry),
        category=category.slug,
        condition=entry.choice("condition", CONDITIONS, "new"),
        unit=entry.choice("unit", UNITS),
        minimum=entry.whole("minimum", least=1, default=1),
        step=entry.whole("step", least=1, default=1),
        option=entry.choice("option", OPTIONS) if entry.has("option") else None,
        picture=_picture(entry.table("picture")),
        texts=_texts(entry, title="title", text="text"),
        variants=tuple(_variant(e, rules, currency, category) for e in entry.tables("variants", named_by="sku")),
        sample_most=entry.whole("sample_most", least=1, default=1),
    )
    _require_variants_can_be_told_apart(entry, listing)
    entry.close()
    return listing


def _require_variants_can_be_told_apart(entry: Entry, listing: DemoListing) -> None:
    labels = [variant.label for variant in listing.variants]
    if not 1 <= len(labels) <= MOST_VARIANTS:
        raise entry.error(f"variants has {len(labels)} entries; give it 1 to {MOST_VARIANTS}")
    if len(labels) > 1 and ("" in labels or len(set(labels)) < len(labels)):
        raise entry.error("variants need a label each, and no label twice")
    if (len(labels) > 1) != (listing.option is not None):
        raise entry.error(
            f"option names what several variants differ in: one of {', '.join(OPTIONS)}, else leave it out"
        )


def _variant(entry: Entry, rules: Rules, currency: str, category: DemoCategory) -> DemoVariant:
    sku = entry.text("sku")
    if not _SKU.fullmatch(sku):
        raise entry.error(f"sku is {sku!r}; write it like SPF-01 or SPF-01A")
    variant = DemoVariant(
        sku=sku,
        label=entry.text("label", ""),
        labels={language: entry.text(language) for language in LANGUAGES if entry.has(language)},
        price_minor=entry.whole("price", least=1),
        stock=entry.whole("stock", least=1),
        net_g=entry.whole("net_g", least=1) if entry.has("net_g") else None,
        net_ml=entry.whole("net_ml", least=1) if entry.has("net_ml") else None,
        sample=_sample(entry.table("sample")) if entry.has("sample") else None,
    )
    rules.prices.require_unit_price(entry, variant.price_minor, currency, category)
    entry.close()
    return variant


def _sample(entry: Entry) -> DemoSample:
    sample = DemoSample(
        price_minor=entry.whole("price", least=1),
        stock=entry.whole("stock", least=1),
        net_g=entry.whole("net_g", least=1) if entry.has("net_g") else None,
    )
    entry.close()
    return sample


def _picture(entry: Entry) -> PictureRecipe:
    companions = tuple(entry.list_of("with", str, default=[]))
    recipe = PictureRecipe(
        main=entry.text("main"),
        companions=companions,
        tint=entry.choice("tint", TINTS),
        turn=entry.whole("turn", least=0, default=0),
        silver=entry.flag("silver", default=False),
        heap=entry.flag("heap", default=False),
    )
    if len(companions) > MOST_COMPANIONS:
        raise entry.error(f"with has {len(companions)} code points; at most {MOST_COMPANIONS} fit beside the main one")
    if recipe.turn >= FULL_TURN:
        raise entry.error(f"turn is {recipe.turn}; it is less than {FULL_TURN} degrees")
    for codepoint in recipe.parts:
        if not is_available(codepoint):
            raise entry.error(f"pictures/{codepoint}.webp is missing; add it, or name one that is there")
    entry.close()
    return recipe
