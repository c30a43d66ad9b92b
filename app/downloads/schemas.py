"""Files of reports as programs ask for them and read of them."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, Text
from app.downloads.making import KINDS, TITLES
from app.downloads.models import ReportFile
from app.downloads.rules import MAKING, PROBLEMS, READY, REFUSED, WAITING

_REPORTS, _FORMATS = validate.OneOf(list(TITLES)), validate.OneOf(list(KINDS))
_ACCOUNT = 20


class ReportFileWishSchema(BaseSchema):
    """A report of whole days by the clock of whose it is; without them, of the running month."""

    report = fields.String(required=True, validate=_REPORTS)
    format = fields.String(required=True, validate=_FORMATS)
    first = fields.Date(load_default=None)
    last = fields.Date(load_default=None, metadata={"description": "Included"})
    shop = Text(load_default=None, metadata={"description": "The slug of a shop; left out: the whole market"})
    account = Text(
        load_default="", longest=_ACCOUNT, metadata={"description": "Where the report is by account", "example": "2110"}
    )


class ReportFileSchema(Schema):
    """A file that is asked for. It is kept a week from the day it is `ready`."""

    id = fields.UUID()
    report = fields.String(validate=_REPORTS)
    title = fields.String(metadata={"description": "In the asker's language"})
    whose = fields.String(metadata={"description": "The market, or a shop"})
    format = fields.String(validate=_FORMATS)
    first = fields.Date()
    last = fields.Date()
    account = fields.String()
    state = fields.String(validate=validate.OneOf([WAITING, MAKING, READY, REFUSED]))
    problem = fields.String(allow_none=True, metadata={"description": "Why it was not made, as a stable code"})
    problem_text = fields.String(allow_none=True, metadata={"description": "The same in the asker's language"})
    lines = fields.Integer(allow_none=True, metadata={"description": "How many it will have, where that is known"})
    lines_done = fields.Integer()
    asked_at = fields.DateTime()
    ready_at = fields.DateTime(allow_none=True)
    expires_at = fields.DateTime(allow_none=True)
    byte_count = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True, metadata={"description": "Of its bytes"})


class ReportFilesSchema(Schema):
    rows = fields.List(fields.Nested(ReportFileSchema), metadata={"description": "The newest first, at most a hundred"})


def file_body(file: ReportFile, whose: str) -> dict[str, Any]:
    """What `ReportFileSchema` puts into JSON."""
    same = (
        "id", "report", "format", "account", "state", "lines", "lines_done", "asked_at", "ready_at", "expires_at",
        "byte_count",
    )  # fmt: skip
    return {
        **{name: getattr(file, name) for name in same},
        "title": _(TITLES[file.report]),
        "whose": whose,
        "first": file.first_day,
        "last": file.last_day,
        "problem": file.problem or None,
        "problem_text": _(PROBLEMS[file.problem]) if file.problem else None,
        "sha256": file.sha256.hex() if file.sha256 else None,
    }
