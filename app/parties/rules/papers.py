"""What a document may be, told by its first bytes and never by its name."""

import re

from app.parties.errors import PaperMissing, PaperTooHeavy, UnusablePaper

MOST_BYTES = 8 * 1024 * 1024
MOST_PAPERS = 20
_BEGINNINGS = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_KEY = re.compile(r"[0-9a-f]{32}")


def media_type_of(data: bytes) -> str:
    """Raises PaperMissing, PaperTooHeavy, UnusablePaper."""
    if not data:
        raise PaperMissing(field="file")
    if len(data) > MOST_BYTES:
        raise PaperTooHeavy(field="file", megabytes=-(-len(data) // 2**20), limit=MOST_BYTES // 2**20)
    for media_type, beginning in _BEGINNINGS.items():
        if data.startswith(beginning):
            return media_type
    raise UnusablePaper(field="file")


def is_key(name: str) -> bool:
    """Only names we gave ourselves, so that no path can be smuggled in."""
    return _KEY.fullmatch(name) is not None
