"""Ways of sending as programs read and change them."""

from typing import Any

from marshmallow import fields, validate

from app.api.schemas import BaseSchema, Text
from app.shipping.models import ShippingRate
from app.shipping.rules import LONGEST_DAYS, MOST_RATES, ZONES

_DAYS = validate.Range(min=0, max=LONGEST_DAYS)
LARGEST_MINOR = 10**15


class RateSchema(BaseSchema):
    """A way of sending: days from the carrier to the door, the price of one parcel in the shop's currency."""

    zone = fields.String(required=True, validate=validate.OneOf(ZONES))
    method = Text(required=True, shortest=1, longest=40)
    carrier = Text(load_default="", longest=60)
    days_min = fields.Integer(required=True, strict=True, validate=_DAYS)
    days_max = fields.Integer(required=True, strict=True, validate=_DAYS)
    price_minor = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=LARGEST_MINOR))


class RatesSchema(BaseSchema):
    """All of them, in the order buyers see them."""

    currency = fields.String(dump_only=True, metadata={"description": "Of the prices"})
    rates = fields.List(fields.Nested(RateSchema), required=True, validate=validate.Length(min=1, max=MOST_RATES))


def rates_body(rates: list[ShippingRate], currency: str) -> dict[str, Any]:
    """What `RatesSchema` puts into JSON."""
    return {"currency": currency, "rates": rates}
