"""Pages go out gzipped to those who can read it."""

import gzip
import secrets
from io import BytesIO

from flask import Flask, Response, request

_WORTHWHILE = 1024
_LEVEL = 5  # above it, time doubles for one percent
_KINDS = {"text/html", "application/json", "application/problem+json", "text/csv", "image/svg+xml", "text/plain"}
_PADDING = 100


def compress(response: Response) -> Response:
    """Gzip a text answer. A file name of random length hides how well form tokens compressed (the BREACH attack)."""
    if (
        response.direct_passthrough
        or response.is_streamed
        or response.mimetype not in _KINDS
        or "Content-Encoding" in response.headers
        or response.status_code in {204, 304}
    ):
        return response
    response.vary.add("Accept-Encoding")
    if (response.content_length or 0) < _WORTHWHILE or request.accept_encodings["gzip"] <= 0:
        return response
    padding = "a" * secrets.randbelow(_PADDING)
    buffer = BytesIO()
    with gzip.GzipFile(padding, "wb", _LEVEL, buffer, mtime=0) as file:
        file.write(response.get_data())
    response.set_data(buffer.getvalue())
    response.headers["Content-Encoding"] = "gzip"
    return response


def install_compression(app: Flask) -> None:
    app.after_request(compress)
