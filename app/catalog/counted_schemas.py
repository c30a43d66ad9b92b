"""What a quantity counts, as programs read it: the same of goods, carts, orders, offers, quotes, lists and prices."""

from typing import Any

from marshmallow import Schema, fields

from app.catalog.models import Variant
from app.catalog.rules.texts import SAMPLE


class CountedSchema(Schema):
    unit = fields.String(metadata={"description": "What quantities, stock and prices count"})
    pieces = fields.Integer(
        allow_none=True, metadata={"description": "How many `piece_unit` are in one, where it is a pack"}
    )
    piece_unit = fields.String(metadata={"description": "What is in a pack; empty where it is none"})


class SoldInSchema(CountedSchema):
    min_quantity = fields.Integer()
    quantity_step = fields.Integer(metadata={"description": "Quantities are the least one and whole steps more"})


def counted(variant: Variant) -> dict[str, Any]:
    """What `CountedSchema` puts into JSON. A sample is counted in samples."""
    if variant.is_sample:
        return {"unit": SAMPLE, "pieces": None, "piece_unit": ""}
    return {"unit": variant.listing.unit, "pieces": variant.pieces, "piece_unit": variant.listing.piece_unit}
