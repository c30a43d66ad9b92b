"""What a buyer asks for, as the buyer and as the shops that are asked read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, MoneySchema, Text, money_body
from app.api.uploads import uploads
from app.catalog.counted_schemas import SoldInSchema
from app.media.uploads import sent_files
from app.money.amounts import Money
from app.orders.return_schemas import FileSchema
from app.rfqs.actions.keep_request import RequestTerms
from app.rfqs.actions.lock_request import state_of
from app.rfqs.models import Asked, Quote, Rfq
from app.rfqs.rules.life import (
    LONGEST_NOTE,
    LONGEST_PLACE,
    LONGEST_TITLE,
    MOST_FILES,
    MOST_LINES,
    MOST_SHOPS,
    AskedState,
    QuoteState,
    RfqState,
)
from app.rfqs.rules.lines import LONGEST_UNIT, LONGEST_WORDS, AskedLine
from app.rfqs.schemas.quotes import A_DAY, MANY, VersionSchema, version_body

LONGEST_REASON = 300
_TEXTS: dict[str, Any] = {"keys": fields.String(), "values": fields.String(), "allow_none": True}


class AskedLineSchema(BaseSchema):
    """`words` is a code (SKU), the address of goods (`/p/…`), or says what is wanted."""

    words = Text(required=True, shortest=1, longest=LONGEST_WORDS, metadata={"example": "Black pepper, 500 g"})
    quantity = fields.Integer(required=True, metadata={"example": 200}, **MANY)
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
    closes_at = fields.AwareDateTime(required=True, metadata={"description": "Quotes until then", **A_DAY})
    wished_on = fields.Date(load_default=None, allow_none=True)
    note = Text(load_default="", longest=LONGEST_NOTE)
    files = uploads(MOST_FILES)


class NoteWishSchema(BaseSchema):
    body = Text(required=True, shortest=1, longest=LONGEST_NOTE, metadata={"example": "Washed or unwashed?"})


class NoQuoteSchema(BaseSchema):
    reason = Text(required=True, shortest=1, longest=LONGEST_REASON, metadata={"example": "No harvest left."})


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
    sold_in = fields.Nested(
        SoldInSchema,
        allow_none=True,
        metadata={"description": "What a shop counts these goods in; null for words only"},
    )


class NoteSchema(Schema):
    side = fields.String(validate=validate.OneOf(["buyer", "seller"]))
    body = fields.String()
    written_at = fields.DateTime()


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
    has_draft = fields.Boolean(metadata={"description": "Whether the next version is begun"})


class AskedSchema(_RequestSchema):
    """A request as a shop reads it, with its own versions, the newest first."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(list(AskedState)))
    request_state = fields.String(validate=validate.OneOf(list(RfqState)))
    reason = fields.String()
    buyer = fields.String()
    versions = fields.List(fields.Nested(VersionSchema))
    notes = fields.List(fields.Nested(NoteSchema))


def request_terms(sent: dict[str, Any]) -> RequestTerms:
    """Raises what is wrong with the files."""
    lines = [AskedLine(one["words"], one["quantity"], one["unit"]) for one in sent["lines"]]
    shops, files = [one for one in sent["shops"] if one], sent_files(sent["files"])
    return RequestTerms(**{**sent, "lines": lines, "shops": shops, "files": files})


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
        **{
            name: getattr(row, name)
            for name in ("id", "title", "state", "country", "told_at", "closes_at", "has_draft")
        },
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
        "versions": [version_body(one, now) for one in versions],
        "notes": notes,
    }


def _request(rfq: Rfq, lines: Sequence[Any]) -> dict[str, Any]:
    same = ("title", "note", "country", "place", "wished_on", "closes_at")
    return {**{name: getattr(rfq, name) for name in same}, "lines": [_line(one) for one in lines]}


def _line(line: Any) -> dict[str, Any]:
    same = ("pieces", "piece_unit", "min_quantity", "quantity_step")
    sold_in = {"unit": line.goods_unit, **{name: getattr(line, name) for name in same}}
    return {**line._mapping, "sold_in": sold_in if line.goods_unit else None}  # noqa: SLF001


def _on_board(row: Any, now: datetime) -> dict[str, Any]:
    total = money_body(Money(int(row.total), row.Quote.currency))
    return {**version_body(row.Quote, now), "total": total, "lines_count": row.lines}
