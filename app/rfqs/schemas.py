"""Requests for quotes, and quotes, as programs send and read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from app.api.schemas import AN_ID, BaseSchema, MoneySchema, Text, money_body
from app.api.uploads import uploads
from app.catalog.errors import OtherCurrency
from app.catalog.own_schemas import LARGEST_MINOR, OwnPriceSchema
from app.media.uploads import sent_files
from app.money.amounts import BPS_PER_PERCENT, Money
from app.orders.return_schemas import FileSchema
from app.orders.rules.purchase import MAX_QUANTITY
from app.quotes.rules.freight import INCOTERMS, LONGEST_FREIGHT_DAYS, LONGEST_NAMED_PLACE, Freight
from app.quotes.rules.parts import AT_ONCE, PaymentParts
from app.quotes.schemas import PartsSchema, SellersPartsSchema
from app.rfqs.actions.answer_quote import reference
from app.rfqs.actions.keep_request import RequestTerms
from app.rfqs.actions.lock_request import quote_state_of, state_of
from app.rfqs.models import Asked, Counter, Quote, QuoteLine, Rfq
from app.rfqs.rules.life import (
    LONGEST_NOTE,
    LONGEST_PLACE,
    LONGEST_TERMS,
    LONGEST_TITLE,
    MOST_FILES,
    MOST_LINES,
    MOST_SHOPS,
    MOST_VERSIONS,
    AskedState,
    QuoteState,
    RfqState,
)
from app.rfqs.rules.lines import LONGEST_UNIT, LONGEST_WORDS, AskedLine
from app.rfqs.rules.quoting import CounterLine, QuotedLine, QuoteTerms, total_of

LONGEST_REASON = 300
_MANY: dict[str, Any] = {"strict": True, "validate": validate.Range(min=1, max=MAX_QUANTITY)}
_A_DAY = {"example": "2027-01-15T17:00:00Z"}
_TEXTS: dict[str, Any] = {"keys": fields.String(), "values": fields.String(), "allow_none": True}


class AskedLineSchema(BaseSchema):
    """`words` is a code (SKU), the address of goods (`/p/…`), or says what is wanted."""

    words = Text(required=True, shortest=1, longest=LONGEST_WORDS, metadata={"example": "Black pepper, 500 g"})
    quantity = fields.Integer(required=True, metadata={"example": 200}, **_MANY)
    unit = Text(load_default="", longest=LONGEST_UNIT, metadata={"example": "kg"})


class RequestWishSchema(BaseSchema):
    """Shops whose goods are named are asked as well. Of a draft that is said anew the files stay, and these are added."""

    title = Text(required=True, shortest=1, longest=LONGEST_TITLE, metadata={"example": "Pepper for the season"})
    lines = fields.List(fields.Nested(AskedLineSchema), required=True, validate=validate.Length(min=1, max=MOST_LINES))
    shops = fields.List(
        Text(longest=200),
        load_default=list,
        validate=validate.Length(max=MOST_SHOPS),
        metadata={"description": "Slugs", "example": ["sothys-farm"]},
    )
    country = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{2}\Z"), metadata={"example": "KH"})
    place = Text(load_default="", longest=LONGEST_PLACE)
    closes_at = fields.AwareDateTime(required=True, metadata={"description": "Quotes until then", **_A_DAY})
    wished_on = fields.Date(load_default=None, allow_none=True)
    note = Text(load_default="", longest=LONGEST_NOTE)
    files = uploads(MOST_FILES)


class NoteWishSchema(BaseSchema):
    body = Text(required=True, shortest=1, longest=LONGEST_NOTE, metadata={"example": "Washed or unwashed?"})


class NoQuoteSchema(BaseSchema):
    reason = Text(required=True, shortest=1, longest=LONGEST_REASON, metadata={"example": "No harvest left."})


class QuotedLineSchema(BaseSchema):
    """`minimum`: fewer are not sold at this price."""

    line_id = fields.UUID(required=True, metadata={**AN_ID, "description": "From `lines` of the request"})
    variant_id = fields.UUID(required=True, metadata={**AN_ID, "description": "Goods of the shop"})
    quantity = fields.Integer(required=True, metadata={"example": 200}, **_MANY)
    price = fields.Nested(OwnPriceSchema, required=True)
    minimum = fields.Integer(load_default=1, **_MANY)


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
    """The next version of what the shop quotes; `version` is the last one that was read, 0 before the first."""

    version = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=MOST_VERSIONS), metadata={"example": 0}
    )
    lines = fields.List(fields.Nested(QuotedLineSchema), required=True, validate=validate.Length(min=1, max=MOST_LINES))
    freight = fields.Nested(FreightWishSchema, required=True)
    valid_until = fields.AwareDateTime(required=True, metadata=_A_DAY)
    parts = fields.Nested(SellersPartsSchema, load_default=None)
    contract = Text(load_default="", longest=LONGEST_TERMS, metadata={"description": "Becomes part of the order"})
    note = Text(load_default="", longest=LONGEST_NOTE)


class CounterLineSchema(BaseSchema):
    line_id = fields.UUID(required=True, metadata=AN_ID)
    quantity = fields.Integer(required=True, metadata={"example": 150}, **_MANY)
    price = fields.Nested(OwnPriceSchema, required=True)


class CounterQuoteSchema(BaseSchema):
    """What the buyer would accept instead: the shop answers with the next version."""

    lines = fields.List(fields.Nested(CounterLineSchema), load_default=list, validate=validate.Length(max=MOST_LINES))
    note = Text(load_default="", longest=LONGEST_NOTE, metadata={"example": "Could it leave earlier?"})


class RequestRowSchema(Schema):
    id = fields.UUID()
    number = fields.String()
    title = fields.String()
    state = fields.String(validate=validate.OneOf(list(RfqState)))
    closes_at = fields.DateTime()
    changed_at = fields.DateTime()
    company = fields.String(allow_none=True)
    shops = fields.Integer(metadata={"description": "How many are asked"})
    quoted = fields.Integer(metadata={"description": "How many have a quote on the table"})


class RequestLineSchema(Schema):
    id = fields.UUID()
    position = fields.Integer()
    words = fields.String()
    quantity = fields.Integer()
    unit = fields.String()
    variant_id = fields.UUID(allow_none=True)
    sku = fields.String(allow_none=True)
    titles = fields.Dict(**_TEXTS)


class NoteSchema(Schema):
    side = fields.String(validate=validate.OneOf(["buyer", "seller"]))
    body = fields.String()
    written_at = fields.DateTime()


class VersionSchema(Schema):
    """A version of a quote, without its lines."""

    id = fields.UUID()
    version = fields.Integer()
    state = fields.String(validate=validate.OneOf(list(QuoteState)))
    valid_until = fields.DateTime()


class BoardVersionSchema(VersionSchema):
    total = fields.Nested(MoneySchema, metadata={"description": "With freight"})
    lines_count = fields.Integer(metadata={"description": "How many lines have a price"})


class AskedShopSchema(Schema):
    id = fields.UUID(metadata={"description": "Of the asking: for notes to this shop"})
    shop = fields.String()
    slug = fields.String()
    state = fields.String(validate=validate.OneOf(list(AskedState)))
    reason = fields.String(metadata={"description": "Why it sends no quote"})
    quote = fields.Nested(BoardVersionSchema, allow_none=True, metadata={"description": "The newest version"})
    notes = fields.List(fields.Nested(NoteSchema))


class _RequestSchema(Schema):
    title = fields.String()
    note = fields.String()
    country = fields.String()
    place = fields.String()
    wished_on = fields.Date(allow_none=True)
    closes_at = fields.DateTime()
    lines = fields.List(fields.Nested(RequestLineSchema))
    files = fields.List(fields.Nested(FileSchema))


class RequestSchema(_RequestSchema):
    """A request as its buyer reads it, with every shop that is asked."""

    id = fields.UUID()
    number = fields.String()
    state = fields.String(validate=validate.OneOf(list(RfqState)))
    shops = fields.List(fields.Nested(AskedShopSchema))
    chosen_quote_id = fields.UUID(allow_none=True)


class DeskRowSchema(Schema):
    """A request in the list of a shop; its `id` is that of the asking."""

    id = fields.UUID()
    title = fields.String()
    state = fields.String(validate=validate.OneOf(list(AskedState)))
    request_state = fields.String(validate=validate.OneOf(list(RfqState)))
    quote_state = fields.String(allow_none=True, validate=validate.OneOf(list(QuoteState)))
    buyer = fields.String()
    country = fields.String()
    lines_count = fields.Integer()
    told_at = fields.DateTime()
    closes_at = fields.DateTime()


class AskedSchema(_RequestSchema):
    """A request as a shop reads it, with its own versions, the newest first."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(list(AskedState)))
    request_state = fields.String(validate=validate.OneOf(list(RfqState)))
    reason = fields.String()
    buyer = fields.String()
    versions = fields.List(fields.Nested(VersionSchema))
    notes = fields.List(fields.Nested(NoteSchema))


class FreightSchema(Schema):
    price = fields.Nested(MoneySchema)
    days = fields.Integer()
    country = fields.String()
    incoterm = fields.String()
    place = fields.String()


class PricedLineSchema(Schema):
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


def request_terms(sent: dict[str, Any]) -> RequestTerms:
    """Raises what is wrong with the files."""
    lines = [AskedLine(one["words"], one["quantity"], one["unit"]) for one in sent["lines"]]
    shops, files = [one for one in sent["shops"] if one], sent_files(sent["files"])
    return RequestTerms(**{**sent, "lines": lines, "shops": shops, "files": files})


def quote_terms(sent: dict[str, Any], currency: str, country: str) -> QuoteTerms:
    """Raises OtherCurrency."""
    freight, parts = sent["freight"], sent["parts"]
    return QuoteTerms(
        lines=[
            QuotedLine(one["line_id"], one["variant_id"], one["quantity"], _minor(one, currency), one["minimum"])
            for one in sent["lines"]
        ],
        freight=Freight(_minor(freight, currency), freight["days"], country, freight["incoterm"], freight["place"]),
        valid_until=sent["valid_until"],
        parts=PaymentParts(parts["deposit_percent"] * BPS_PER_PERCENT, parts["shipment_percent"] * BPS_PER_PERCENT)
        if parts
        else AT_ONCE,
        contract=sent["contract"],
        note=sent["note"],
    )


def counter_lines(sent: dict[str, Any], currency: str) -> list[CounterLine]:
    """Raises OtherCurrency."""
    return [CounterLine(one["line_id"], one["quantity"], _minor(one, currency)) for one in sent["lines"]]


def request_body(
    rfq: Rfq, lines: Sequence[Any], board: Sequence[Any], notes: Mapping[UUID, Sequence[Any]], now: datetime
) -> dict[str, Any]:
    """What `RequestSchema` puts into JSON."""
    shops = [
        {
            **{name: getattr(row.Asked, name) for name in ("id", "state", "reason")},
            "shop": row.Asked.organization.name,
            "slug": row.Asked.organization.slug,
            "quote": _on_board(row, now) if row.Quote is not None else None,
            "notes": notes.get(row.Asked.id, ()),
        }
        for row in board
    ]
    return {
        **_request(rfq, lines),
        **{name: getattr(rfq, name) for name in ("id", "number", "chosen_quote_id")},
        "state": state_of(rfq, now),
        "shops": shops,
    }


def desk_row(row: Any) -> dict[str, Any]:
    """What `DeskRowSchema` puts into JSON."""
    return {
        **{name: getattr(row, name) for name in ("id", "title", "state", "country", "told_at", "closes_at")},
        "request_state": row.request,
        "quote_state": row.quote,
        "buyer": row.company or row.person,
        "lines_count": row.lines,
    }


def asked_body(
    asked: Asked,
    rfq: Rfq,
    buyer: str,
    lines: Sequence[Any],
    versions: Sequence[Quote],
    notes: Sequence[Any],
    now: datetime,
) -> dict[str, Any]:
    """What `AskedSchema` puts into JSON."""
    return {
        **_request(rfq, lines),
        **{name: getattr(asked, name) for name in ("id", "state", "reason")},
        "request_state": state_of(rfq, now),
        "buyer": buyer,
        "versions": [_version(one, now) for one in versions],
        "notes": notes,
    }


def quote_body(
    quote: Quote, asked: Asked, buyer: str, lines: Sequence[QuoteLine], counter: Counter | None, now: datetime
) -> dict[str, Any]:
    """What `QuoteSchema` puts into JSON."""
    freight = Money(quote.freight_minor, quote.currency)
    return {
        **_version(quote, now),
        **{name: getattr(quote, name) for name in ("asked_id", "contract", "note", "deal_id")},
        "reference": reference(asked, quote),
        "shop": asked.organization.name,
        "buyer": buyer,
        "deposit_percent": quote.deposit_bps // BPS_PER_PERCENT,
        "shipment_percent": quote.shipment_bps // BPS_PER_PERCENT,
        "lines": [
            {
                **{name: getattr(line, name) for name in ("line_id", "variant_id", "quantity", "minimum")},
                "sku": line.variant.sku,
                "titles": line.variant.listing.titles,
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


def _request(rfq: Rfq, lines: Sequence[Any]) -> dict[str, Any]:
    same = ("title", "note", "country", "place", "wished_on", "closes_at")
    return {**{name: getattr(rfq, name) for name in same}, "lines": lines}


def _version(quote: Quote, now: datetime) -> dict[str, Any]:
    same = {name: getattr(quote, name) for name in ("id", "version", "valid_until")}
    return {**same, "state": quote_state_of(quote, now)}


def _on_board(row: Any, now: datetime) -> dict[str, Any]:
    total = money_body(Money(int(row.total), row.Quote.currency))
    return {**_version(row.Quote, now), "total": total, "lines_count": row.lines}


def _counter(counter: Counter, currency: str) -> dict[str, Any]:
    lines = [{**one, "price": money_body(Money(one["price_minor"], currency))} for one in counter.lines]
    return {"lines": lines, "note": counter.note, "made_at": counter.made_at}


def _minor(sent: dict[str, Any], currency: str) -> int:
    if sent["price"]["currency"] != currency:
        raise OtherCurrency(field="price.currency", currency=currency)
    return int(sent["price"]["minor"])
