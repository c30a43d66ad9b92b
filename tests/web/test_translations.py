"""Khmer is whole: nothing untranslated, nothing left over, every value kept."""

import re
from pathlib import Path

import pytest

from app.web.breaks import ZERO_WIDTH_SPACE
from app.web.catalogs import locales, merged, read_catalog, sources
from app.web.texts import untranslated, unused

GLOSSARY = Path(__file__).parents[2] / "docs/developers/khmer-glossary.md"
_VALUES = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.parametrize("locale", locales())
def test_every_text_is_translated(locale: str) -> None:
    assert untranslated(locale) == []


@pytest.mark.parametrize("locale", locales())
def test_no_translation_has_lost_its_text(locale: str) -> None:
    assert unused(locale) == []


@pytest.mark.parametrize("locale", locales())
def test_a_translation_says_the_same_values(locale: str) -> None:
    for message in merged(locale):
        forms = message.string if isinstance(message.string, list | tuple) else [message.string]
        texts = message.id if isinstance(message.id, list | tuple) else [message.id]
        wanted = {name for text in texts for name in _VALUES.findall(text)}
        for form in forms:
            assert set(_VALUES.findall(form)) == wanted, message.id


@pytest.mark.parametrize("locale", locales())
def test_sources_hold_no_marked_breaks(locale: str) -> None:
    """They are put in when the texts are compiled, by the same dictionary everywhere."""
    for path in sources(locale):
        assert not any(ZERO_WIDTH_SPACE in str(message.string) for message in read_catalog(path, locale))


def test_khmer_keeps_to_its_glossary() -> None:
    """docs/developers/khmer-glossary.md: the third column names what must not be written."""
    rows = [line.split("|")[1:-1] for line in GLOSSARY.read_text().splitlines() if line.startswith("| ")][1:]
    rejected = [word.strip() for row in rows for word in row[2].split(",") if word.strip()]
    assert len(rejected) > 20
    found = {
        f"{path.name}: {word}: {message.id}"
        for path in sources("km")
        for message in read_catalog(path, "km")
        for word in rejected
        if word in str(message.string)
    }
    assert found == set()
