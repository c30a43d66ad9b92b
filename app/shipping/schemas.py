"""Ways of sending as programs read and change them."""

from typing import Any

from marshmallow import fields, validate

from app.api.schemas import BaseSchema, Text
from app.shipping.models import ShippingRate
from app.shipping.rules import HEAVIEST, LONGEST_DAYS, MOST_RATES, REGION, ZONES

_DAYS = validate.Range(min=0, max=LONGEST_DAYS)
_GRAMS = validate.Range(min=1, max=HEAVIEST)
LARGEST_MINOR = 10**15


class RateSchema(BaseSchema):
    """A way of sending: days from the carrier to the door, the price of one parcel in the shop's currency.

    `country` is for the zone of that name alone. Several of one method are its weight bands, each up to `max_grams`;
    goods without a weight count as `unknown_grams` each. From `free_from_minor` on it costs nothing.
    """

    zone = fields.String(required=True, validate=validate.OneOf(ZONES))
    method = Text(required=True, shortest=1, longest=40, metadata={"example": "Parcel"})
    carrier = Text(load_default="", longest=60)
    days_min = fields.Integer(required=True, strict=True, validate=_DAYS, metadata={"example": 1})
    days_max = fields.Integer(required=True, strict=True, validate=_DAYS, metadata={"example": 3})
    price_minor = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=LARGEST_MINOR), metadata={"example": 150}
    )
    country = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(sorted(REGION)))
    max_grams = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_GRAMS)
    free_from_minor = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=LARGEST_MINOR)
    )
    unknown_grams = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=HEAVIEST))


class RatesSchema(BaseSchema):
    """All of them, in the order buyers see them."""

    currency = fields.String(dump_only=True, metadata={"description": "Of the prices"})
    rates = fields.List(fields.Nested(RateSchema), required=True, validate=validate.Length(min=1, max=MOST_RATES))


def rates_body(rates: list[ShippingRate], currency: str) -> dict[str, Any]:
    """What `RatesSchema` puts into JSON."""
    return {"currency": currency, "rates": rates}
