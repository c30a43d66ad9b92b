"""Files in a request: base64 beside the text, so that both arrive whole or not at all, under one Idempotency-Key."""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import request
from marshmallow import ValidationError, fields, validate

from app.api.schemas import BaseSchema, Text

P = ParamSpec("P")
R = TypeVar("R")
MOST_BODY = 12 * 1024 * 1024
LONGEST_NAME = 200
_EXAMPLE = base64.b64encode(b"%PDF-1.7 ... %%EOF").decode()


class Base64(fields.String):
    """The bytes of a file, by RFC 4648 and with its padding; never empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"format": "byte", "minLength": 4, "example": _EXAMPLE}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError("Send the file as base64.") from error
        if not content:
            raise ValidationError("The file is empty.")
        return content


class UploadSchema(BaseSchema):
    """A file. What it is, its bytes say, never its name."""

    name = Text(required=True, shortest=1, longest=LONGEST_NAME, metadata={"example": "invoice.pdf"})
    content = Base64(required=True)


def uploads(most: int) -> fields.List:
    """A field for at most so many files."""
    return fields.List(
        fields.Nested(UploadSchema),
        load_default=list,
        validate=validate.Length(max=most),
        metadata={"description": "JPEG, PNG, WebP, GIF or PDF"},
    )


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """Under the guard of an operation, above its arguments: its body may hold files, where others hold text only."""

    @wraps(view)
    def taking(*args: P.args, **kwargs: P.kwargs) -> R:
        request.max_content_length = MOST_BODY
        return view(*args, **kwargs)

    return taking
