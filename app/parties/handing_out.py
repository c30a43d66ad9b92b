"""A document as it leaves us: only ever as something to save."""

from flask import Response

from app.parties.models import Paper
from app.parties.rules.papers import ENDINGS


def handed_out(paper: Paper, content: bytes) -> Response:
    """Its own name may hold anything, so it is not repeated: an attachment with a plain name of ours."""
    answer = Response(content, mimetype=paper.media_type)
    name = f"{paper.kind}-{paper.id}.{ENDINGS[paper.media_type]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; script-src 'self'; sandbox"
    return answer
