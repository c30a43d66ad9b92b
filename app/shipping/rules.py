"""Zones and delivery promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import N_, Invalid

REGION = frozenset({"BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN"})
ZONES = ("domestic", "region")
PARCEL, IN_PERSON = "parcel", "in_person"
KINDS = (PARCEL, IN_PERSON)
LONGEST_PLACE = 120
LONGEST_DAYS = 120


class ImpossibleRate(Invalid):
    code = "impossible-shipping-rate"
    message = N_("%(method)s: give a price of zero or more and between 0 and 120 days, the shortest first.")


class NoMeetingPlace(Invalid):
    code = "no-meeting-place"
    message = N_("%(method)s: say where you meet, such as a market, a station or a café, in at most 120 characters.")


class NoShippingRate(Invalid):
    code = "no-shipping-rate"
    message = N_("Add at least one way to send goods, so that buyers can order.")


@dataclass(frozen=True)
class RateTerms:
    """A method of sending: `price_minor` for the whole order in the seller's currency, days from hand-over to door.

    `kind` is `parcel`, or `in_person` when buyer and seller meet at `place`: then nothing is sent and nothing is charged.
    """

    zone: str
    method: str
    carrier: str
    days_min: int
    days_max: int
    price_minor: int
    kind: str = "parcel"
    place: str = ""


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
    """Raises NoShippingRate for none at all, ImpossibleRate for one that cannot be kept, NoMeetingPlace."""
    terms = list(rates)
    if not terms:
        raise NoShippingRate
    for rate in terms:
        days_fit = 0 <= rate.days_min <= rate.days_max <= LONGEST_DAYS
        if rate.zone not in ZONES or rate.price_minor < 0 or not days_fit or not rate.method.strip():
            raise ImpossibleRate(method=rate.method)
        if rate.kind not in KINDS or (rate.kind == IN_PERSON and rate.price_minor):
            raise ImpossibleRate(method=rate.method)
        if rate.kind == IN_PERSON and not 1 <= len(rate.place.strip()) <= LONGEST_PLACE:
            raise NoMeetingPlace(method=rate.method)
