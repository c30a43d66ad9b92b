"""Files that people send along with a message: what `app.media` judges, with a preview and errors that name the file."""

from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from app.errors import DomainError
from app.media.errors import NotAPicture
from app.media.pictures import prepare
from app.media.private_files import MOST_PDF_BYTES, PDF, PICTURE, clean_name, kind_of, name_as
from app.media.rules import WIDTHS
from app.messages.errors import MisnamedFile, PdfTooHeavy, TooManyFiles, UnknownFile
from app.messages.rules import MOST_FILES

_PICTURE_NAMES, _PDF_NAMES = {".jpg", ".jpeg", ".png", ".webp", ".gif"}, {".pdf"}


@dataclass(frozen=True)
class SentFile:
    """As it is kept. A picture is WebP, and so is its `preview`; a PDF is as it was sent."""

    kind: str
    name: str
    content: bytes
    preview: bytes | None = None
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Draft:
    """What somebody wants to send. `form_token` makes a double click one message."""

    body: str
    files: tuple[SentFile, ...]
    form_token: UUID


def require_few(count: int) -> None:
    """Before any of them is decoded. Raises TooManyFiles."""
    if count > MOST_FILES:
        raise TooManyFiles(field="files", most=MOST_FILES)


def read_file(name: str, data: bytes) -> SentFile:
    """Raises UnknownFile, MisnamedFile or PdfTooHeavy, each naming the file, and what `app.media` says of its size."""
    shown = clean_name(name)
    kind, said = kind_of(data), _said_by(name)
    if kind is None:
        raise UnknownFile(field="files", name=shown)
    if said is not None and said != kind:
        raise MisnamedFile(field="files", name=shown)
    return _pdf(shown, data) if kind == PDF else _picture(shown, data)


def _said_by(name: str) -> str | None:
    """What the name promises; None for a name that says nothing, or what we do not know."""
    ending = PurePath(name).suffix.lower()
    if ending in _PDF_NAMES:
        return PDF
    return PICTURE if ending in _PICTURE_NAMES else None


def _pdf(name: str, data: bytes) -> SentFile:
    if len(data) > MOST_PDF_BYTES:
        megabytes, limit = -(-len(data) // 2**20), MOST_PDF_BYTES // 2**20
        raise PdfTooHeavy(field="files", name=name, megabytes=megabytes, limit=limit)
    return SentFile(PDF, name_as(name, ".pdf"), data)


def _picture(name: str, data: bytes) -> SentFile:
    try:
        made = prepare(data)
    except NotAPicture as error:
        raise UnknownFile(field="files", name=name) from error
    except DomainError as error:
        error.field = "files"
        raise
    content, preview = made.files[max(WIDTHS)], made.files[min(WIDTHS)]
    return SentFile(PICTURE, name_as(name, ".webp"), content, preview, made.width, made.height)
