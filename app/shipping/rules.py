"""Zones and delivery promises."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from app.errors import N_, Invalid, Word

REGION = frozenset({"BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN"})
DOMESTIC, TO_REGION, TO_COUNTRY = "domestic", "region", "country"
ZONES = (DOMESTIC, TO_REGION, TO_COUNTRY)
MOST_RATES = 24
HEAVIEST = 10_000_000
PARCEL, IN_PERSON = "parcel", "in_person"
KINDS = (PARCEL, IN_PERSON)
MEETING_DAYS = (0, 7)
"""At least and at most until people have met, where the seller has named no days."""
LONGEST_PLACE = 120
MEET, SEND = N_("Meet in person"), N_("Parcel")
USUAL_METHODS = frozenset({MEET, SEND})
"""Kept by these names, and read by everybody in their own language; any other name is the seller's own words."""
LONGEST_DAYS = 120


def method_word(method: str) -> str:
    """The name of a method as a value for sentences: a usual one is a text for translators."""
    return Word(method) if method in USUAL_METHODS else method


class ImpossibleRate(Invalid):
    code = "impossible-shipping-rate"
    message = N_("%(method)s: give a price of zero or more and between 0 and 120 days, the shortest first.")


class TwiceTheSameBand(Invalid):
    code = "twice-the-same-band"
    message = N_("%(method)s stands there twice for the same place and weight. Give each its own weight.")


class NoMeetingPlace(Invalid):
    code = "no-meeting-place"
    message = N_("%(method)s: say where you meet, such as a market, a station or a café, in at most 120 characters.")


class NoShippingRate(Invalid):
    code = "no-shipping-rate"
    message = N_("Add at least one way to send goods, so that buyers can order.")


@dataclass(frozen=True)
class RateTerms:
    """A method of sending: `price_minor` for the whole order in the seller's currency, days from hand-over to door.

    Several of one method are its weight bands, each up to `max_grams`; None is any weight. `kind` is `parcel`, or `in_person` when buyer and seller meet at `place`: then nothing is sent and nothing is charged.
    """

    zone: str
    method: str
    carrier: str
    days_min: int
    days_max: int
    price_minor: int
    country: str | None = None
    max_grams: int | None = None
    free_from_minor: int | None = None
    unknown_grams: int = 0
    kind: str = PARCEL
    place: str = ""


class Row(Protocol):
    """A kept method, as `models.ShippingRate` has it."""

    zone: str
    country: str | None
    method: str
    carrier: str
    price_minor: int
    max_grams: int | None
    free_from_minor: int | None
    unknown_grams: int


R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Load:
    """What is to be sent: known grams, pieces without a weight, and what the goods cost before vouchers."""

    grams: int
    unweighed: int
    goods_minor: int


def methods_to(rows: Sequence[R], seller_country: str, to_country: str) -> list[R]:
    """Those made for the country itself; where there are none, those of its zone."""
    own = [row for row in rows if row.country == to_country]
    zone = zone_for(seller_country, to_country)
    return own or [row for row in rows if row.zone == zone]


def offered(rows: Sequence[R], seller_country: str, to_country: str, load: Load) -> list[tuple[R, int]]:
    """Of each method the narrowest band that holds the load, with its price; in the seller's order of methods."""
    best: dict[tuple[str, str], R] = {}
    for row in methods_to(rows, seller_country, to_country):
        known = best.get((row.method, row.carrier))
        if _holds(row, load) and (known is None or _width(row) < _width(known)):
            best[row.method, row.carrier] = row
    return [(row, price_of(row, load.goods_minor)) for row in best.values()]


def price_of(row: Row, goods_minor: int) -> int:
    """Nothing from the amount of goods on that the seller said."""
    return 0 if row.free_from_minor is not None and goods_minor >= row.free_from_minor else row.price_minor


def _holds(row: Row, load: Load) -> bool:
    return row.max_grams is None or load.grams + load.unweighed * row.unknown_grams <= row.max_grams


def _width(row: Row) -> int:
    return row.max_grams if row.max_grams is not None else HEAVIEST + 1


def zone_for(seller_country: str, buyer_country: str) -> str | None:
    """`domestic`, `region`, or None when the market does not deliver there."""
    if seller_country == buyer_country:
        return "domestic"
    return "region" if buyer_country in REGION else None


def delivery_span(
    handed_over_by: datetime, days_min: int, days_max: int, *, day_seconds: int = 86_400
) -> tuple[datetime, datetime]:
    """Earliest and latest promised arrival. `day_seconds` is a setting that only tests shorten."""
    return (
        handed_over_by + timedelta(seconds=days_min * day_seconds),
        handed_over_by + timedelta(seconds=days_max * day_seconds),
    )


def require_possible(rates: Iterable[RateTerms]) -> None:
    """Raises NoShippingRate for none at all, ImpossibleRate for one that cannot be kept, NoMeetingPlace, TwiceTheSameBand."""
    terms = list(rates)
    if not terms:
        raise NoShippingRate
    for rate in terms:
        days_fit = 0 <= rate.days_min <= rate.days_max <= LONGEST_DAYS
        limits_fit = all(limit is None or limit > 0 for limit in (rate.max_grams, rate.free_from_minor))
        is_placed = rate.zone in ZONES and (rate.zone == TO_COUNTRY) == (rate.country in REGION)
        if not is_placed or rate.price_minor < 0 or not days_fit or not limits_fit or not rate.method.strip():
            raise ImpossibleRate(method=method_word(rate.method))
        if rate.kind not in KINDS or (rate.kind == IN_PERSON and rate.price_minor):
            raise ImpossibleRate(method=method_word(rate.method))
        if rate.kind == IN_PERSON and not 1 <= len(rate.place.strip()) <= LONGEST_PLACE:
            raise NoMeetingPlace(method=method_word(rate.method))
    _require_bands_apart(terms)


def _require_bands_apart(terms: Iterable[RateTerms]) -> None:
    seen = set()
    for rate in terms:
        band = (rate.zone, rate.country, rate.method, rate.carrier, rate.max_grams, rate.place)
        if band in seen:
            raise TwiceTheSameBand(method=method_word(rate.method))
        seen.add(band)
