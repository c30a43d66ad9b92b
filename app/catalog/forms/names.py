"""Names in several languages, as sellers type them: one a line, the language and then the name."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from babel import Locale, UnknownLocaleError
from flask_babel import gettext as _

from app.catalog.rules.texts import LANGUAGES
from app.web.fields import ParagraphsField, clean
from app.web.languages import language_name

LONGEST_NAME = 60
_LINE = re.compile(r"([^:=：]+)[:=：]\s*(\S.*)")


class NamesField(ParagraphsField):
    """`data` is the names by language code; what was typed stays to be mended."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = {}
        if valuelist:
            self.data = read_names(valuelist[0][: self.longest * 2])

    def pre_validate(self, form: Any) -> None:
        typed, self.data = self.data or {}, "\n".join((self.data or {}).values())
        try:
            super().pre_validate(form)
        finally:
            self.data = typed

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else names_text(self.data or {})


def read_names(typed: str) -> dict[str, str]:
    """Raises ValueError with words for the seller."""
    known = {name: code for code in LANGUAGES for name in _called(code)}
    names: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in clean(typed, lines=True).splitlines())):
        found = _LINE.fullmatch(line)
        code = known.get(found[1].strip().casefold()) if found else None
        if found is None or code is None or code in names or len(found[2]) > LONGEST_NAME:
            raise ValueError(
                _(
                    "“%(line)s” cannot be used. Write the language, a colon and the name, each language once: %(example)s.",
                    line=line[:40],
                    example=names_example(),
                )
            )
        names[code] = found[2]
    return names


def names_text(names: Mapping[str, str]) -> str:
    return "\n".join(f"{language_name(code)}: {name}" for code, name in names.items())


def names_example() -> str:
    return f"{language_name('th')}: สีแดง"


def _called(code: str) -> set[str]:
    """Its code, what its speakers call it, what it is called in English and in the reader's language."""
    names = {code, Locale.parse("en").languages.get(code, code), language_name(code)}
    with suppress(UnknownLocaleError):  # Tetum has a name in other languages only
        names.add(Locale.parse(code).get_language_name(code) or code)
    return {name.casefold() for name in names}
