"""Finding the texts of the product and comparing them with their translations."""

from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po
from click import ClickException

from app.web.catalogs import FOLDER, read_catalog, sources

APP = Path(__file__).resolve().parents[1]
SHARED = "web"
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = "# Translations of Phsar. Khmer needs one plural form; texts are whole sentences.\n"


class NoSuchLanguage(ClickException):
    """Nothing is known of such a language: its plural forms, digits and dates come from CLDR."""


class LanguageIsThere(ClickException):
    """A language is begun once, and then kept in step by `phsar texts update`."""


def add_catalogs(locale: str) -> list[Path]:
    """Begin a language: every text, untranslated. Raises NoSuchLanguage, LanguageIsThere."""
    try:
        parsed = Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        raise NoSuchLanguage(f"There is no language {locale}. Give its code, such as th, vi or lo.") from None
    if str(parsed) != locale or locale == "en" or sources(locale):
        raise LanguageIsThere(
            f"{parsed} is there already, or is written otherwise. Its texts: phsar texts update {parsed}"
        )
    (FOLDER / locale / "LC_MESSAGES").mkdir(parents=True)
    return update_catalogs(locale)


def found_texts() -> dict[str, Catalog]:
    """Every text marked for translation, by the package it stands in; a text of two packages belongs to `web`."""
    with (Path(__file__).with_name("babel.cfg")).open() as file:
        methods, options = parse_mapping_cfg(file)
    homes: dict[str | tuple[str, ...], set[str]] = {}
    for filename, _line, text, _comments, _context in extract_from_dir(
        APP, methods, options, keywords=KEYWORDS, comment_tags=()
    ):
        homes.setdefault(tuple(text) if isinstance(text, list) else text, set()).add(_package(Path(filename).parts))
    catalogs: dict[str, Catalog] = {}
    for text, packages in homes.items():
        package = packages.pop() if len(packages) == 1 else SHARED
        catalogs.setdefault(package, Catalog(domain=package)).add(text)
    return catalogs


def update_catalogs(locale: str) -> list[Path]:
    """Add new texts untranslated, drop those no longer used, move those that changed package. Returns what was written."""
    known = {message.id: message for message in _messages(locale)}
    written = []
    found = found_texts()
    for package in {path.stem for path in sources(locale)} - set(found):
        (FOLDER / locale / "LC_MESSAGES" / f"{package}.po").unlink()
    for package, texts in sorted(found.items()):
        catalog = Catalog(locale=locale, domain=package, header_comment=_header(locale), fuzzy=False)
        for text in texts:
            if text.id:
                catalog.add(text.id, known[text.id].string if text.id in known else "")
        path = FOLDER / locale / "LC_MESSAGES" / f"{package}.po"
        with path.open("wb") as file:
            write_po(file, catalog, width=0, sort_output=True, omit_header=False, no_location=True)
        _drop_dates(path)
        written.append(path)
    return written


def _header(locale: str) -> str:
    """Of another language than Khmer, how many plural forms it has is in the line `Plural-Forms`."""
    return HEADER if locale == "km" else "# Translations of Phsar. Texts are whole sentences.\n"


def untranslated(locale: str) -> list[str]:
    """`package: text` of every text people would see in English."""
    known = {message.id for message in _messages(locale) if message.string and all(message.string)}
    return [f"{p}: {m.id}" for p, texts in sorted(found_texts().items()) for m in texts if m.id and m.id not in known]


def unused(locale: str) -> list[str]:
    """`file: text` of every translation whose text is gone."""
    found = {message.id for texts in found_texts().values() for message in texts}
    return [f"{p.name}: {m.id}" for p in sources(locale) for m in read_catalog(p, locale) if m.id and m.id not in found]


def _package(parts: tuple[str, ...]) -> str:
    """Pages of a feature that stand in `web/templates/<feature>` belong to the feature."""
    if parts[:2] == ("web", "templates") and (APP / parts[2]).is_dir():
        return parts[2]
    return parts[0] if len(parts) > 1 else SHARED


def _messages(locale: str) -> Iterator[Message]:
    for path in sources(locale):
        yield from (message for message in read_catalog(path, locale) if message.id)


def _drop_dates(path: Path) -> None:
    """A date in the header would make every update a change."""
    keep = [
        line
        for line in path.read_text().splitlines()
        if not line.startswith(
            ('"POT-Creation', '"PO-Revision', '"Last-T', '"Language-Team', '"Project-Id', '"Generated-By')
        )
    ]
    path.write_text("\n".join(keep) + "\n")
