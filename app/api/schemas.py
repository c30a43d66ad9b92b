"""The shapes all operations share."""

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate
from marshmallow.types import UnknownOption

from app.db.paging import Page
from app.money.amounts import Money
from app.money.currencies import CURRENCIES

MAX_PAGE = 100
AN_ID = {"example": "0199d5a0-5b1e-7c3a-9f55-2f3c1a7d4e10"}
"""Of an id in the document: programs send those they were answered."""
_LONGEST = 200
_NO_LETTERS = ("Cc", "Cs")
"""Control characters, and halves of letters that no text of ours can hold."""


class BaseSchema(Schema):
    """Unknown fields are refused by name: a misspelled one is a mistake, not an extra."""

    class Meta:
        unknown: UnknownOption = RAISE
        ordered = True


class Text(fields.String):
    """Text in NFC, trimmed, without control characters, `shortest` to `longest` characters."""

    def __init__(self, *, shortest: int | None = None, longest: int = _LONGEST, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=shortest, max=longest), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs)).strip()
        if any(unicodedata.category(letter) in _NO_LETTERS and letter not in "\n\t" for letter in text):
            raise ValidationError("Control characters are not allowed.")
        return text


def signature_field() -> fields.String:
    """What a wallet signed, `0x` before it."""
    return fields.String(
        required=True,
        validate=validate.Regexp(r"0x[0-9a-fA-F]{130}\Z"),
        metadata={"description": "65 bytes: r, s, v", "example": "0x" + "00" * 65},
    )


class MoneySchema(BaseSchema):
    """An amount in whole minor units: 1450 USD is $14.50, 1450 VND is 1,450 dong."""

    minor = fields.Integer(
        required=True, strict=True, metadata={"description": "Minor units by ISO 4217", "example": 1450}
    )
    currency = fields.String(required=True, validate=validate.OneOf(sorted(CURRENCIES)))


def money_body(amount: Money) -> dict[str, Any]:
    """What `MoneySchema` promises."""
    return {"minor": amount.minor, "currency": amount.currency}


class HeadersSchema(Schema):
    """Headers that an operation reads; a request has many more."""

    class Meta:
        unknown = EXCLUDE


def secret_header(name: str, where_from: str) -> fields.String:
    """A token of ours that opens one thing to who has it."""
    shape = validate.Regexp(r"[A-Za-z0-9_-]{1,64}\Z")
    return fields.String(data_key=name, required=True, validate=shape, metadata={"description": where_from})


class IdempotencyKeySchema(HeadersSchema):
    """The header that makes a request sent twice one."""

    key = fields.String(
        data_key="Idempotency-Key",
        required=True,
        validate=validate.Regexp(r"[\x21-\x7e]{1,255}\Z"),
        metadata={"description": "New for every new intention; sent again, it gets the same answer"},
    )


class FieldErrorSchema(Schema):
    field = fields.String(metadata={"description": "Path of the field, with dots"})
    message = fields.String(metadata={"description": "What is wrong and how to mend it"})


class ProblemSchema(Schema):
    """Problem details (RFC 9457) with a stable code."""

    type = fields.String(metadata={"example": "about:blank"})
    title = fields.String()
    status = fields.Integer()
    detail = fields.String(metadata={"description": "What was wrong and what to do, in the asker's language"})
    code = fields.String(metadata={"description": "Stable, for programs", "example": "out-of-stock"})
    instance = fields.String()
    request_id = fields.String(metadata={"description": "Name it when you ask for help"})
    values = fields.Dict(keys=fields.String(), metadata={"description": "The values of the sentence in `detail`"})
    errors = fields.List(fields.Nested(FieldErrorSchema))


class PageQuerySchema(BaseSchema):
    """Paging by cursor: pass `next_cursor` of one answer as `cursor` of the next request."""

    cursor = fields.String(load_default=None)
    size = fields.Integer(load_default=50, strict=False, validate=validate.Range(min=1, max=MAX_PAGE))


class ShopQuerySchema(BaseSchema):
    """Which of the shops the token's person works for; not needed when there is only one."""

    shop = fields.UUID(load_default=None, metadata={"description": "Id of the shop"})


class ShopPageQuerySchema(PageQuerySchema, ShopQuerySchema):
    """Which page, and of which shop."""


@cache
def page_schema(rows: type[Schema]) -> type[Schema]:
    """The schema of one page of `rows`."""
    name = rows.__name__.removesuffix("Schema") + "PageSchema"
    parts = {"rows": fields.List(fields.Nested(rows)), "next_cursor": fields.String(allow_none=True)}
    return type(name, (Schema,), parts)


def page_body(found: Page[Any], body: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    """What `page_schema` promises; `body` makes of a row what is shown of it, where that is not the row itself."""
    return {"rows": [body(row) for row in found.rows] if body else found.rows, "next_cursor": found.next_cursor}
