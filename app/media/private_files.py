"""Files that one person shows to a few others: judged by content, never by name.

Pictures are written anew, so that nothing hides in them; a PDF is kept as it is and only ever sent as a download.
"""

import re
import unicodedata
from dataclasses import dataclass

from app.media.errors import NotAPicture, NotShowable, PdfTooHeavy
from app.media.pictures import rewritten

PICTURE, PDF = "picture", "pdf"
MOST_PDF_BYTES = 5 * 1024 * 1024
LONGEST_NAME = 80
_TAIL = 2048


@dataclass(frozen=True)
class PrivateFile:
    """`kind` is picture (WebP) or pdf; `name` is what the sender called it, made harmless."""

    kind: str
    name: str
    content: bytes


def prepare_private(name: str, data: bytes) -> PrivateFile:
    """Raises NotShowable, PdfTooHeavy, PictureTooHeavy, PictureTooLarge, PictureTooSmall."""
    if data.startswith(b"%PDF-"):
        if len(data) > MOST_PDF_BYTES:
            raise PdfTooHeavy(megabytes=-(-len(data) // 2**20), limit=MOST_PDF_BYTES // 2**20)
        if b"%%EOF" not in data[-_TAIL:]:
            raise NotShowable
        return PrivateFile(PDF, _named(name, "pdf"), data)
    try:
        return PrivateFile(PICTURE, _named(name, "webp"), rewritten(data))
    except NotAPicture as error:
        raise NotShowable from error


def _named(name: str, ending: str) -> str:
    """Without folders, control characters and what a header or a shell could mistake."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rsplit(".", 1)[0]
    kept = "".join(
        letter for letter in stem if letter.isalnum() or unicodedata.category(letter) in {"Mn", "Mc"} or letter in " -_"
    )
    return f"{' '.join(kept.split())[:LONGEST_NAME] or 'file'}.{ending}"
