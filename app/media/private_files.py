"""Files that one person shows to a few others: judged by their bytes, never by their name.

Pictures are written anew, so that nothing hides in them; a PDF is kept as it is and only ever sent as a download.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

from app.media.errors import NotAPicture, NotShowable, PdfTooHeavy
from app.media.pictures import rewritten

PICTURE, PDF = "picture", "pdf"
MOST_PDF_BYTES = 5 * 1024 * 1024
LONGEST_NAME = 100
_SIGNS = ((b"\xff\xd8\xff", PICTURE), (b"\x89PNG\r\n\x1a\n", PICTURE), (b"GIF8", PICTURE), (b"%PDF-", PDF))
_END_OF_PDF = 2048
_MISLEADING = re.compile(r'["/:*?<>|]')


@dataclass(frozen=True)
class PrivateFile:
    """`kind` is picture (WebP) or pdf; `name` is what the sender called it, made harmless."""

    kind: str
    name: str
    content: bytes


def prepare_private(name: str, data: bytes) -> PrivateFile:
    """Raises NotShowable, PdfTooHeavy, PictureTooHeavy, PictureTooLarge, PictureTooSmall."""
    kind = kind_of(data)
    if kind is None:
        raise NotShowable
    if kind == PDF:
        if len(data) > MOST_PDF_BYTES:
            raise PdfTooHeavy(megabytes=-(-len(data) // 2**20), limit=MOST_PDF_BYTES // 2**20)
        return PrivateFile(PDF, name_as(name, ".pdf"), data)
    try:
        return PrivateFile(PICTURE, name_as(name, ".webp"), rewritten(data))
    except NotAPicture as error:
        raise NotShowable from error


def kind_of(data: bytes) -> str | None:
    """Picture or PDF, by the first bytes; a PDF has an end as well."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return PICTURE
    found = next((kind for sign, kind in _SIGNS if data.startswith(sign)), None)
    if found == PDF and b"%%EOF" not in data[-_END_OF_PDF:]:
        return None
    return found


def clean_name(name: str) -> str:
    """Without folders, control characters and signs that mislead; `file` when nothing is left."""
    last = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    plain = " ".join(_MISLEADING.sub("", shown).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= LONGEST_NAME or not dot:
        return plain[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"[:LONGEST_NAME]


def name_as(name: str, ending: str) -> str:
    """The clean name with the ending of what is kept."""
    stem = PurePath(clean_name(name)).stem
    return f"{stem[: LONGEST_NAME - len(ending)] or 'file'}{ending}"
