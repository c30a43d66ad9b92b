"""Requisition lists and quick orders as programs send and read them."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.api.schemas import BaseSchema, Text
from app.catalog.counted_schemas import CountedSchema, SoldInSchema
from app.checkout.schemas import AccountCartSchema, WantedSchema
from app.errors import Word
from app.purchasing.actions.requisition import LONGEST_NAME, MOST_GOODS
from app.purchasing.models import QuickOrder
from app.purchasing.problems import PROBLEMS
from app.purchasing.rules.lines import LARGEST, LONGEST_SKU, MOST_LINES, TypedLine
from app.web.filters import in_words

_TEXTS: dict[str, Any] = {"keys": fields.String(), "values": fields.String()}
LONGEST_SLUG = 80


class ListNameSchema(BaseSchema):
    name = Text(required=True, shortest=1, longest=LONGEST_NAME, metadata={"example": "Monthly"})


class ListGoodsSchema(BaseSchema):
    """Goods to be on the list with these quantities; what is on it already stays."""

    lines = fields.List(fields.Nested(WantedSchema), required=True, validate=validate.Length(min=1, max=MOST_GOODS))

    @validates_schema
    def names_each_once(self, sent: dict[str, Any], **_others: Any) -> None:
        named = [one["variant_id"] for one in sent.get("lines", [])]
        if len(set(named)) < len(named):
            raise ValidationError("Name each of them once.", "lines")


class ListRowSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    company = fields.String(allow_none=True, metadata={"description": "Whose members all use it"})
    goods = fields.Integer(metadata={"description": "How many kinds of goods are on it"})


class ListsSchema(Schema):
    rows = fields.List(fields.Nested(ListRowSchema), metadata={"description": "By name"})


class ListLineSchema(SoldInSchema):
    """`quantity` as it is kept: the cart says what of it cannot be had."""

    variant_id = fields.UUID()
    sku = fields.String()
    slug = fields.String()
    titles = fields.Dict(**_TEXTS)
    names = fields.Dict(**_TEXTS)
    seller = fields.String()
    quantity = fields.Integer()
    is_on_sale = fields.Boolean(metadata={"description": "Whether this buyer can have it now"})


class ListSchema(Schema):
    """A list and a page of its goods, in the order they were added."""

    id = fields.UUID()
    name = fields.String()
    is_of_company = fields.Boolean()
    rows = fields.List(fields.Nested(ListLineSchema))
    next_cursor = fields.String(allow_none=True)


class PutIntoCartSchema(Schema):
    """What came of it, and the cart as it is then."""

    put_count = fields.Integer(metadata={"description": "Kinds of goods that are in the cart"})
    left_count = fields.Integer(metadata={"description": "Kinds of goods for which there was no room"})
    cart = fields.Nested(AccountCartSchema)


class CodeSchema(BaseSchema):
    """`quantity` left out is the smallest that is sold."""

    sku = Text(required=True, shortest=1, longest=LONGEST_SKU, metadata={"example": "PEPPER-500"})
    quantity = fields.Integer(
        load_default=None, strict=True, validate=validate.Range(min=1, max=LARGEST), metadata={"example": 10}
    )


class QuickWishSchema(BaseSchema):
    """Codes and quantities, to be looked up at once or, if they are many, within seconds."""

    lines = fields.List(fields.Nested(CodeSchema), required=True, validate=validate.Length(min=1, max=MOST_LINES))
    shop = Text(load_default="", longest=LONGEST_SLUG, metadata={"description": "Slug of the only shop to look in"})


class MendedSchema(CodeSchema):
    """One line anew; `variant_id` chooses among several goods of one code."""

    variant_id = fields.UUID(load_default=None)


class FoundGoodsSchema(CountedSchema):
    """What a code is the code of."""

    variant_id = fields.UUID()
    titles = fields.Dict(**_TEXTS)
    names = fields.Dict(**_TEXTS)
    seller = fields.String()


class QuickLineSchema(Schema):
    position = fields.Integer()
    sku = fields.String()
    quantity = fields.Integer(allow_none=True)
    problem = fields.String(metadata={"description": "Stable, for programs; empty when it can be ordered"})
    message = fields.String(metadata={"description": "What is wrong, in the asker's language"})
    goods = fields.Nested(FoundGoodsSchema, allow_none=True, metadata={"description": "Null while none is found"})
    options = fields.List(
        fields.Nested(FoundGoodsSchema),
        metadata={"description": "Several goods of one code: say which by `variant_id`"},
    )


class QuickOrderSchema(Schema):
    """What was found, and a page of its lines as they were sent."""

    token = fields.String(metadata={"description": "Names it in addresses"})
    state = fields.String(validate=validate.OneOf(["waiting", "ready", "added"]))
    line_count = fields.Integer()
    done_count = fields.Integer(metadata={"description": "Lines that were looked up"})
    good_count = fields.Integer()
    bad_count = fields.Integer()
    rows = fields.List(fields.Nested(QuickLineSchema))
    next_cursor = fields.String(allow_none=True)


def typed_lines(sent: dict[str, Any]) -> list[TypedLine]:
    """What was sent, as the page reads it from what is pasted."""
    return [TypedLine(position, one["sku"], one["sku"], one["quantity"]) for position, one in enumerate(sent["lines"])]


def quick_body(order: QuickOrder, counts: tuple[int, int], page: Any) -> dict[str, Any]:
    """What `QuickOrderSchema` puts into JSON."""
    good, bad = counts
    return {
        **{name: getattr(order, name) for name in ("token", "state", "line_count")},
        "done_count": min(order.done_lines, order.line_count),
        "good_count": good,
        "bad_count": bad,
        "rows": [_line(row) for row in page.rows],
        "next_cursor": page.next_cursor,
    }


def _line(row: Any) -> dict[str, Any]:
    found = row.details
    return {
        **row._mapping,  # noqa: SLF001
        "message": line_problem(row),
        "goods": found if "variant_id" in found else None,
        "options": found.get("options", ()),
    }


def line_problem(line: Any) -> str:
    """What is wrong with a line, as a sentence; nothing for one that can be ordered."""
    if not line.problem:
        return ""
    message, values = PROBLEMS[line.problem], dict(line.details.get("values", {}))
    if "unit" in values:
        values["unit"] = in_words(Word(values["unit"]))
    return _(message, **values) if values else _(message)
