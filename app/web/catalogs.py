"""Translations: `translations/<locale>/LC_MESSAGES/<package>.po`, one file per package of `app`, compiled at start.

A file per package keeps the texts of a feature beside each other and lets two people translate at once.
"""

import os
import re
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.web.breaks import mark_breaks

FOLDER = Path(__file__).with_name("translations")
_RULES = Path(__file__).with_name("breaks.py")
OFFERED = "OFFERED"
"""A file of this name beside `LC_MESSAGES`: the language is offered although some of its texts are still in English."""
_EMPTY = re.compile(r'^msgstr(\[\d+\])? ""\n(?!")|^#, .*fuzzy', re.MULTILINE)


class TranslationsDisagree(Exception):
    """Two packages translate the same text differently; the message names both files."""


@cache
def compiled_folder() -> Path:
    """The folder gettext reads. Compiled files older than their sources are written anew, elsewhere if need be."""
    stale = [locale for locale in locales() if _is_stale(locale)]
    try:
        for locale in stale:
            _write(FOLDER, locale)
    except OSError:  # installed where we may not write
        elsewhere = Path(tempfile.mkdtemp(prefix="phsar-translations-"))
        for locale in locales():
            _write(elsewhere, locale)
        return elsewhere
    return FOLDER


def locales() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir() if (path / "LC_MESSAGES").is_dir())


def offered() -> list[str]:
    """Languages people can choose: those without a text that is missing, and those that are told to be offered anyway."""
    return [locale for locale in locales() if (FOLDER / locale / OFFERED).exists() or is_whole(locale)]


def is_whole(locale: str) -> bool:
    """Whether every text that is known to the catalogues has its translation. Looks at the files only, so it is quick."""
    return bool(sources(locale)) and not any(_EMPTY.search(_body(path)) for path in sources(locale))


def _body(path: Path) -> str:
    """Without the header, whose text is empty."""
    return path.read_text("utf-8").partition("\n\n")[2]


def sources(locale: str) -> list[Path]:
    return sorted((FOLDER / locale / "LC_MESSAGES").glob("*.po"))


def read_catalog(path: Path, locale: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=path.stem, abort_invalid=True)


def merged(locale: str) -> Catalog:
    """All texts of one language. Raises TranslationsDisagree."""
    whole = Catalog(locale=locale)
    origin: dict[str, str] = {}
    for path in sources(locale):
        for message in read_catalog(path, locale):
            if not message.id or not _is_translated(message):
                continue
            known = whole.get(message.id)
            if known is not None and known.string != message.string:
                raise TranslationsDisagree(f"{message.id!r} in {origin[str(message.id)]} and {path.name}")
            origin[str(message.id)] = path.name
            whole.add(message.id, message.string)
    return whole


def _is_translated(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(forms) and not message.fuzzy


def _marked(text: Any) -> Any:
    return mark_breaks(text) if isinstance(text, str) else tuple(mark_breaks(form) for form in text)


def _compiled(locale: str) -> bytes:
    catalog = merged(locale)
    for message in catalog:
        if message.id:
            message.string = _marked(message.string)
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _target(folder: Path, locale: str) -> Path:
    return folder / locale / "LC_MESSAGES" / "messages.mo"


def _is_stale(locale: str) -> bool:
    target = _target(FOLDER, locale)
    return not target.exists() or target.stat().st_mtime < max(
        path.stat().st_mtime for path in [_RULES, target.parent, *sources(locale)]
    )


def _write(folder: Path, locale: str) -> None:
    """Whole or not at all: another process may read it now."""
    target = _target(folder, locale)
    target.parent.mkdir(parents=True, exist_ok=True)
    compiled = _compiled(locale)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(compiled)
    Path(file.name).replace(target)
    os.utime(target)
