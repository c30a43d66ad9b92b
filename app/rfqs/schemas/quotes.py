"""What a shop quotes and a buyer asks for instead, version by version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import AN_ID, BaseSchema, MoneySchema, Text, money_body
from app.catalog.counted_schemas import CountedSchema, counted
from app.catalog.own_schemas import LARGEST_MINOR, OwnPriceSchema, minor_of
from app.money.amounts import Money
from app.orders.rules.purchase import MAX_QUANTITY
from app.quotes.rules.freight import INCOTERMS, LONGEST_FREIGHT_DAYS, LONGEST_NAMED_PLACE, Freight
from app.quotes.schemas import PartsSchema, SellersPartsSchema, parts_body, parts_of
from app.rfqs.actions.answer_quote import reference
from app.rfqs.actions.lock_request import quote_state_of
from app.rfqs.models import Asked, Counter, Quote, QuoteLine
from app.rfqs.rules.life import LONGEST_NOTE, LONGEST_TERMS, MOST_LINES, MOST_VERSIONS, QuoteState
from app.rfqs.rules.quoting import CounterLine, QuotedLine, QuoteTerms, total_of

MANY: dict[str, Any] = {"strict": True, "validate": validate.Range(min=1, max=MAX_QUANTITY)}
LARGEST_NUMBER = 2**31 - 1
A_DAY = {"example": "2027-01-15T17:00:00Z"}


def draft_seen(**options: Any) -> fields.Integer:
    """A field for the number of the draft that was read."""
    return fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=LARGEST_NUMBER),
        metadata={"description": "Its `number`", "example": 1},
        **options,
    )


class QuotedLineSchema(BaseSchema):
    """Quantities and the price count the `unit` of the goods, also where that is a pack. `minimum`: fewer are not sold."""

    line_id = fields.UUID(required=True, metadata={**AN_ID, "description": "From `lines` of the request"})
    variant_id = fields.UUID(required=True, metadata={**AN_ID, "description": "Goods of the shop"})
    quantity = fields.Integer(required=True, metadata={"example": 200}, **MANY)
    price = fields.Nested(OwnPriceSchema, required=True)
    minimum = fields.Integer(load_default=1, **MANY)


class FreightPriceSchema(MoneySchema):
    minor = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=LARGEST_MINOR), metadata={"example": 4500}
    )


class FreightWishSchema(BaseSchema):
    """For all of it, to the country of the request, by the Incoterms 2020."""

    price = fields.Nested(FreightPriceSchema, required=True)
    days = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=LONGEST_FREIGHT_DAYS), metadata={"example": 7}
    )
    incoterm = fields.String(required=True, validate=validate.OneOf(list(INCOTERMS)))
    place = Text(required=True, shortest=1, longest=LONGEST_NAMED_PLACE, metadata={"example": "Sihanoukville"})


class QuoteWishSchema(BaseSchema):
    """The next version of what the shop quotes; `version` is the last one that was read, 0 before the first.

    With it the shop's draft, if there is one, is done; who names its number in `draft` is told when it has moved.
    """

    version = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=MOST_VERSIONS), metadata={"example": 0}
    )
    draft = draft_seen(load_default=None, allow_none=True)
    lines = fields.List(fields.Nested(QuotedLineSchema), required=True, validate=validate.Length(min=1, max=MOST_LINES))
    freight = fields.Nested(FreightWishSchema, required=True)
    valid_until = fields.AwareDateTime(required=True, metadata=A_DAY)
    parts = fields.Nested(SellersPartsSchema, load_default=None)
    contract = Text(load_default="", longest=LONGEST_TERMS, metadata={"description": "Becomes part of the order"})
    note = Text(load_default="", longest=LONGEST_NOTE)


class CounterLineSchema(BaseSchema):
    line_id = fields.UUID(required=True, metadata=AN_ID)
    quantity = fields.Integer(required=True, metadata={"example": 150}, **MANY)
    price = fields.Nested(OwnPriceSchema, required=True)


class CounterQuoteSchema(BaseSchema):
    """What the buyer would accept instead: the shop answers with the next version."""

    lines = fields.List(fields.Nested(CounterLineSchema), load_default=list, validate=validate.Length(max=MOST_LINES))
    note = Text(load_default="", longest=LONGEST_NOTE, metadata={"example": "Could it leave earlier?"})


class VersionSchema(Schema):
    """A version of a quote, without its lines."""

    id = fields.UUID()
    version = fields.Integer()
    state = fields.String(validate=validate.OneOf(list(QuoteState)))
    valid_until = fields.DateTime()


class FreightSchema(Schema):
    price = fields.Nested(MoneySchema)
    days = fields.Integer()
    country = fields.String()
    incoterm = fields.String()
    place = fields.String()


class PricedLineSchema(CountedSchema):
    line_id = fields.UUID()
    variant_id = fields.UUID()
    sku = fields.String()
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    quantity = fields.Integer()
    minimum = fields.Integer()
    price = fields.Nested(MoneySchema)


class CounteredLineSchema(Schema):
    line_id = fields.UUID()
    quantity = fields.Integer()
    price = fields.Nested(MoneySchema)


class CounteredSchema(Schema):
    lines = fields.List(fields.Nested(CounteredLineSchema))
    note = fields.String()
    made_at = fields.DateTime()


class QuoteSchema(VersionSchema, PartsSchema):
    """One version; an accepted one has a `deal_id`."""

    reference = fields.String()
    shop = fields.String()
    buyer = fields.String()
    asked_id = fields.UUID()
    lines = fields.List(fields.Nested(PricedLineSchema))
    freight = fields.Nested(FreightSchema)
    total = fields.Nested(MoneySchema)
    contract = fields.String()
    note = fields.String()
    counter = fields.Nested(CounteredSchema, allow_none=True)
    deal_id = fields.UUID(allow_none=True)


def quote_terms(sent: dict[str, Any], currency: str, country: str) -> QuoteTerms:
    """Raises OtherCurrency."""
    freight = sent["freight"]
    return QuoteTerms(
        lines=[
            QuotedLine(
                one["line_id"], one["variant_id"], one["quantity"], minor_of(one["price"], currency), one["minimum"]
            )
            for one in sent["lines"]
        ],
        freight=Freight(
            minor_of(freight["price"], currency), freight["days"], country, freight["incoterm"], freight["place"]
        ),
        valid_until=sent["valid_until"],
        parts=parts_of(sent["parts"]),
        contract=sent["contract"],
        note=sent["note"],
    )


def counter_lines(sent: dict[str, Any], currency: str) -> list[CounterLine]:
    """Raises OtherCurrency."""
    return [CounterLine(one["line_id"], one["quantity"], minor_of(one["price"], currency)) for one in sent["lines"]]


def quote_body(
    quote: Quote, asked: Asked, buyer: str, lines: Sequence[QuoteLine], counter: Counter | None, now: datetime
) -> dict[str, Any]:
    """What `QuoteSchema` puts into JSON."""
    freight = Money(quote.freight_minor, quote.currency)
    return {
        **version_body(quote, now),
        **{name: getattr(quote, name) for name in ("asked_id", "contract", "note", "deal_id")},
        "reference": reference(asked, quote),
        "shop": asked.organization.name,
        "buyer": buyer,
        **parts_body(quote.parts),
        "lines": [
            {
                **{name: getattr(line, name) for name in ("line_id", "variant_id", "quantity", "minimum")},
                "sku": line.variant.sku,
                "titles": line.variant.listing.titles,
                **counted(line.variant),
                "price": money_body(Money(line.price_minor, quote.currency)),
            }
            for line in lines
        ],
        "freight": {
            "price": money_body(freight),
            "days": quote.freight_days,
            "country": quote.country,
            "incoterm": quote.incoterm,
            "place": quote.incoterm_place,
        },
        "total": money_body(total_of([(line.quantity, line.price_minor) for line in lines], freight)),
        "counter": _counter(counter, quote.currency) if counter else None,
    }


def version_body(quote: Quote, now: datetime) -> dict[str, Any]:
    same = {name: getattr(quote, name) for name in ("id", "version", "valid_until")}
    return {**same, "state": quote_state_of(quote, now)}


def _counter(counter: Counter, currency: str) -> dict[str, Any]:
    lines = [{**one, "price": money_body(Money(one["price_minor"], currency))} for one in counter.lines]
    return {"lines": lines, "note": counter.note, "made_at": counter.made_at}
