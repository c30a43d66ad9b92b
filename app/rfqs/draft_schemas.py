"""What a shop has of a quote so far. It is kept as typed on the page; here it is read and written as values."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.api.schemas import AN_ID, BaseSchema, MoneySchema, Text, money_body
from app.api.uploads import UploadSchema
from app.catalog.own_schemas import OwnPriceSchema, minor_of
from app.money.amounts import Money
from app.purchasing.rules.lines import read_count
from app.quotes.rules.freight import INCOTERMS, LONGEST_FREIGHT_DAYS, LONGEST_NAMED_PLACE
from app.quotes.schemas import SellersPartsSchema
from app.rfqs.begun import Begun
from app.rfqs.errors import NothingQuoted
from app.rfqs.forms import QuoteForm, Row, money_typed
from app.rfqs.price_list import LONGEST_CELL
from app.rfqs.rules.life import LONGEST_NOTE, LONGEST_TERMS, MOST_LINES, MOST_VERSIONS
from app.rfqs.rules.quoting import QuotedLine
from app.rfqs.schemas.quotes import MANY, FreightPriceSchema, draft_seen
from app.web.problem_words import sentence

FIELDS = {
    "freight": "freight.price",
    "days": "freight.days",
    "incoterm": "freight.incoterm",
    "named_place": "freight.place",
    "deposit": "parts.deposit_percent",
    "shipment": "parts.shipment_percent",
}
"""What is called otherwise on the page."""
_MAYBE: dict[str, Any] = {"load_default": None, "allow_none": True}


class SeenDraftSchema(BaseSchema):
    """`version` is the last one that was sent and `draft` the number of the draft, as they were read; 0 for none."""

    version = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=MOST_VERSIONS), metadata={"example": 0}
    )
    draft = draft_seen(required=True)


class DraftLineWishSchema(BaseSchema):
    """Without a price the line is left out. What else is left out is as the request or the last version has it."""

    line_id = fields.UUID(required=True, metadata={**AN_ID, "description": "From `lines` of the request"})
    code = Text(
        load_default="",
        longest=LONGEST_CELL,
        metadata={"description": "SKU of goods of the shop, or their address (`/p/…`)", "example": "PEPPER-500"},
    )
    price = fields.Nested(OwnPriceSchema, **_MAYBE)
    quantity = fields.Integer(**_MAYBE, **MANY)
    minimum = fields.Integer(load_default=1, **MANY)


class DraftFreightWishSchema(BaseSchema):
    price = fields.Nested(FreightPriceSchema, **_MAYBE)
    days = fields.Integer(**_MAYBE, strict=True, validate=validate.Range(min=0, max=LONGEST_FREIGHT_DAYS))
    incoterm = fields.String(**_MAYBE, validate=validate.OneOf([*INCOTERMS, None]))
    place = Text(load_default="", longest=LONGEST_NAMED_PLACE)


class QuoteDraftWishSchema(SeenDraftSchema):
    """All of the draft anew. Nothing of it has to be whole before it is sent."""

    lines = fields.List(fields.Nested(DraftLineWishSchema), load_default=list, validate=validate.Length(max=MOST_LINES))
    freight = fields.Nested(DraftFreightWishSchema, **_MAYBE)
    valid_on = fields.Date(
        **_MAYBE,
        metadata={"description": "Good until the end of that day, by the market's time", "example": "2027-01-15"},
    )
    parts = fields.Nested(SellersPartsSchema, **_MAYBE)
    contract = Text(load_default="", longest=LONGEST_TERMS)
    note = Text(load_default="", longest=LONGEST_NOTE)

    @validates_schema
    def names_each_once(self, sent: dict[str, Any], **_others: Any) -> None:
        named = [one["line_id"] for one in sent.get("lines", ())]
        if len(set(named)) < len(named):
            raise ValidationError(_("Name each of them once."), "lines")


class PriceFileSchema(SeenDraftSchema):
    """`prices.xlsx` of the request with prices filled in, or a CSV with the same columns; at most 2 MB."""

    file = fields.Nested(UploadSchema, required=True)


class DraftLineSchema(Schema):
    """What cannot be read is null here and named in `problems`."""

    line_id = fields.UUID()
    position = fields.Integer()
    code = fields.String()
    variant_id = fields.UUID(allow_none=True, metadata={"description": "The goods, for a line that can be sent"})
    price = fields.Nested(MoneySchema, allow_none=True)
    quantity = fields.Integer(allow_none=True)
    minimum = fields.Integer(allow_none=True)


class DraftFreightSchema(Schema):
    price = fields.Nested(MoneySchema, allow_none=True)
    days = fields.Integer(allow_none=True)
    incoterm = fields.String(allow_none=True)
    place = fields.String()


class DraftPartsSchema(Schema):
    deposit_percent = fields.Integer(allow_none=True)
    shipment_percent = fields.Integer(allow_none=True)


class DraftProblemSchema(Schema):
    field = fields.String(metadata={"description": "Where in the draft", "example": "lines.0"})
    message = fields.String(metadata={"description": "In the asker's language"})


class QuoteDraftSchema(Schema):
    """What the shop goes on with: the draft, or while none is kept (`number` 0) what stood in the last version."""

    number = fields.Integer(metadata={"description": "Counts how often it was kept"})
    version = fields.Integer(metadata={"description": "The last one that was sent, 0 before the first"})
    kept_by = fields.String(allow_none=True)
    kept_at = fields.DateTime(allow_none=True)
    lines = fields.List(fields.Nested(DraftLineSchema), metadata={"description": "Every line of the request"})
    freight = fields.Nested(DraftFreightSchema)
    valid_on = fields.Date(allow_none=True)
    parts = fields.Nested(DraftPartsSchema)
    contract = fields.String()
    note = fields.String()
    problems = fields.List(
        fields.Nested(DraftProblemSchema), metadata={"description": "What would keep it from being sent"}
    )


def draft_content(begun: Begun, sent: Mapping[str, Any]) -> dict[str, Any]:
    """As it would stand in the fields of the page. Raises ValidationError, OtherCurrency."""
    currency, freight, parts = begun.shop.currency, sent["freight"] or {}, sent["parts"] or {}
    price = freight.get("price")
    typed = {
        "freight": money_typed(minor_of(price, currency), currency) if price else "",
        "days": _count(freight.get("days")),
        "incoterm": freight.get("incoterm") or "",
        "named_place": freight.get("place", ""),
        "valid_on": sent["valid_on"].isoformat() if sent["valid_on"] else "",
        "deposit": _count(parts.get("deposit_percent") or None),
        "shipment": _count(parts.get("shipment_percent") or None),
        "contract": sent["contract"],
        "note": sent["note"],
    }
    return begun.content(typed, _cells(begun, sent["lines"]))


def _cells(begun: Begun, lines: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    rows = {row.line.id: row for row in begun.rows}
    cells = {row.line.position: [row.known_code, "", str(row.line.quantity), "1"] for row in begun.rows}
    for index, one in enumerate(lines):
        row = rows.get(one["line_id"])
        if row is None:
            raise ValidationError({"lines": {index: {"line_id": [_("The request has no such line.")]}}})
        currency = begun.shop.currency
        cells[row.line.position] = [
            one["code"] or row.known_code,
            money_typed(minor_of(one["price"], currency), currency) if one["price"] else "",
            _count(one["quantity"]) or str(row.line.quantity),
            _count(one["minimum"]),
        ]
    return {str(position): kept for position, kept in cells.items()}


def draft_body(begun: Begun, form: QuoteForm, quoted: Iterable[QuotedLine]) -> dict[str, Any]:
    """What `QuoteDraftSchema` puts into JSON; `form` and the rows were read before."""
    goods, freight = {line.line_id: line.variant_id for line in quoted}, form.freight.data
    return {
        "number": begun.draft_number,
        "version": begun.version,
        "kept_by": begun.draft_by or None,
        "kept_at": begun.draft.kept_at if begun.draft else None,
        "lines": [_line(row, goods) for row in begun.rows],
        "freight": {
            "price": money_body(freight) if freight is not None else None,
            "days": form.days.data,
            "incoterm": form.incoterm.data or None,
            "place": form.named_place.data or "",
        },
        "valid_on": form.valid_on.data,
        "parts": {"deposit_percent": form.deposit.data, "shipment_percent": form.shipment.data},
        "contract": form.contract.data or "",
        "note": form.note.data or "",
        "problems": [{"field": field, "message": text} for field, text in _problems(begun, form)],
    }


def require_whole(begun: Begun, form: QuoteForm) -> None:
    """Raises ValidationError with all that is wrong, by the names of `QuoteDraftSchema`."""
    told: dict[str, list[str]] = {}
    for field, text in _problems(begun, form):
        told.setdefault(field, []).append(text)
    if told:
        raise ValidationError(told)


def _problems(begun: Begun, form: QuoteForm) -> list[tuple[str, str]]:
    lines = [(f"lines.{index}", text) for index, row in enumerate(begun.rows) for text in row.problems]
    if all(row.is_left_out for row in begun.rows):
        lines.append(("lines", sentence(NothingQuoted())))
    return lines + [(FIELDS.get(field.name, field.name), text) for field, text in form.problems]


def _line(row: Row, goods: Mapping[UUID, UUID]) -> dict[str, Any]:
    price = row.amount_typed()
    return {
        "line_id": row.line.id,
        "position": row.line.position,
        "code": row.code,
        "variant_id": goods.get(row.line.id),
        "price": money_body(Money(price, row.currency)) if price is not None else None,
        "quantity": read_count(row.quantity),
        "minimum": read_count(row.minimum),
    }


def _count(count: int | None) -> str:
    return "" if count is None else str(count)
