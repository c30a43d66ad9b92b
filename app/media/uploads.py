"""Files that a program sends along, and those it is given back."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from app.errors import DomainError
from app.media.private_files import PDF, PICTURE, PrivateFile, prepare_private

TYPES = {PICTURE: "image/webp", PDF: "application/pdf"}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
answers_file = Blueprint.doc(
    responses={200: {"description": "The file", "content": dict.fromkeys(TYPES.values(), _BINARY)}}
)
"""Under the route of an operation: what it answers is a file as `handed_out` gives it."""


def sent_files(sent: Sequence[Mapping[str, Any]]) -> list[PrivateFile]:
    """What `UploadSchema` read, each judged as on the pages. Raises NotShowable, PdfTooHeavy and what pictures raise."""
    try:
        return [prepare_private(one["name"], one["content"]) for one in sent]
    except DomainError as error:
        error.field = "files"
        raise


def handed_out(kind: str, name: str, content: bytes) -> Response:
    """A picture in the page; a PDF only ever as a download, so that nothing in it runs as a page of ours.

    Who may see it is asked anew every time, so no cache in between keeps any.
    """
    answer = Response(content, mimetype=TYPES[kind])
    answer.headers.set("Content-Disposition", "inline" if kind == PICTURE else "attachment", filename=name)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
