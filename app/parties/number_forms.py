"""Reading how numbers are written."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.parties.rules.numbers import CHECKS, NumberForm, Which, form_on

FILE = Path(__file__).parent / "data" / "numbers.toml"


class BrokenNumberForm(ValueError):
    """The data file says something impossible; the message names the entry."""


@cache
def number_forms() -> tuple[NumberForm, ...]:
    """All entries of the data file. Raises BrokenNumberForm."""
    return tuple(_read(entry) for entry in tomllib.loads(FILE.read_text("utf-8"))["number"])


def forms_of(country: str, day: date) -> dict[Which, NumberForm | None]:
    """Both numbers as that country writes them on that day."""
    return {which: form_on(number_forms(), country, which, day) for which in Which}


def _read(entry: dict[str, Any]) -> NumberForm:
    values = dict(entry)
    where = f"{values.get('country')} {values.get('which')}"
    for listed in ("needed", "check_lengths"):
        values[listed] = tuple(values.get(listed, ()))
    try:
        form = NumberForm(starts_on=values.pop("from"), ends_on=values.pop("to", None), **values)
    except (KeyError, TypeError) as error:
        raise BrokenNumberForm(f"{where}: {error}") from error
    if form.which not in set(Which) or (form.check and form.check not in CHECKS):
        raise BrokenNumberForm(f"{where}: unknown kind of number or unknown check")
    return form
