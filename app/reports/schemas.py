"""The settlement report as programs read it."""

from typing import Any

from marshmallow import Schema, fields

from app.api.schemas import ShopQuerySchema
from app.reports.rules import COLUMNS, MEANINGS, Period, SettlementLine, Totals, cells, units_text


class PeriodQuerySchema(ShopQuerySchema):
    """Whole days by the shop's own clock; without them, the running month."""

    first = fields.Date(load_default=None)
    last = fields.Date(load_default=None, metadata={"description": "Included"})


SettlementLineSchema = Schema.from_dict(
    {name: fields.String(metadata={"description": MEANINGS[name]}) for name in COLUMNS}, name="SettlementLineSchema"
)
"""The columns of the file, as texts: amounts have six decimals, what does not apply is empty."""


class SettlementSchema(Schema):
    """What the market settled for the shop, with the balance it holds before and after."""

    first = fields.Date()
    last = fields.Date()
    time_zone = fields.String()
    opening_balance = fields.String()
    closing_balance = fields.String()
    lines = fields.List(fields.Nested(SettlementLineSchema))
    totals = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "By column"})


class SiblingSchema(Schema):
    side = fields.String(metadata={"description": "`left` or `right` of what was hashed before"})
    hash = fields.String()


class ProofSchema(Schema):
    """That a journal stands in the sealed books. `sealed` false: not yet, but by `sealed_by`; the rest is left out then."""

    format = fields.String()
    journal = fields.String()
    words = fields.String(metadata={"description": "The journal as it is sealed, JSON as text; its bytes are hashed"})
    sealed = fields.Boolean()
    sealed_by = fields.String()
    position = fields.Integer(metadata={"description": "In its seal, counted from 0"})
    siblings = fields.List(fields.Nested(SiblingSchema), metadata={"description": "The way up, from the leaf"})
    seals = fields.List(fields.Dict(), metadata={"description": "From its own to the one that is on chain"})
    anchor = fields.Dict(allow_none=True, metadata={"description": "Where that is on chain; null until it is final"})


def settlement_body(period: Period, lines: list[SettlementLine], opening: int, closing: int) -> dict[str, Any]:
    """What `SettlementSchema` puts into JSON."""
    totals = Totals()
    for line in lines:
        totals.add(line)
    return {
        "first": period.first,
        "last": period.last,
        "time_zone": period.time_zone,
        "opening_balance": units_text(opening),
        "closing_balance": units_text(closing),
        "lines": [dict(zip(COLUMNS, cells(line), strict=True)) for line in lines],
        "totals": {name: units_text(units) for name, units in totals.sums.items()},
    }
