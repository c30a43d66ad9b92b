"""Registration and tax numbers: how they are written where, and what is odd about one. Odd is never refused."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import ModuleType

from stdnum.exceptions import ValidationError
from stdnum.id import npwp
from stdnum.sg import uen
from stdnum.th import moa, tin
from stdnum.vn import mst

CHECKS: Mapping[str, ModuleType] = {"id.npwp": npwp, "sg.uen": uen, "th.moa": moa, "th.tin": tin, "vn.mst": mst}


class Which(StrEnum):
    REGISTRATION = "registration"
    TAX = "tax"


class Oddity(StrEnum):
    """What the reviewer is told of a number."""

    NOT_TOLD = "not_told"
    OTHER_FORM = "other_form"
    CHECK_FAILED = "check_failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class NumberForm:
    """How one country writes one number. `name` is what people there call it; `needed` are the kinds of shop that have one.

    `pattern` is of the number without spaces and separators; `check_lengths` are those the check knows, () for all.
    """

    country: str
    which: str
    name: str
    starts_on: date
    source: str
    evidence: str
    checked_on: date
    example: str = ""
    pattern: str = ""
    check: str = ""
    check_lengths: tuple[int, ...] = ()
    needed: tuple[str, ...] = ()
    ends_on: date | None = None


def plain_number(typed: str) -> str:
    """Capital letters and Latin digits, without what people put between them."""
    text = unicodedata.normalize("NFKC", typed).upper()
    digits = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    return re.sub(r"[\s.\-/‐‑–—\u200b]", "", digits)


def oddity_of(form: NumberForm | None, number: str, kind: str) -> Oddity | None:
    """None: nothing to say. `number` is a plain one; `kind` is the kind of shop."""
    if form is None:
        return Oddity.UNCHECKED if number else None
    if not number:
        return Oddity.NOT_TOLD if kind in form.needed else None
    if form.pattern and not re.fullmatch(form.pattern, number):
        return Oddity.OTHER_FORM
    if not form.check or (form.check_lengths and len(number) not in form.check_lengths):
        return None if form.pattern else Oddity.UNCHECKED
    return None if _passes(CHECKS[form.check], number) else Oddity.CHECK_FAILED


def _passes(check: ModuleType, number: str) -> bool:
    try:
        check.validate(number)
    except ValidationError:
        return False
    return True


def form_on(forms: Sequence[NumberForm], country: str, which: str, day: date) -> NumberForm | None:
    """How that country writes it on that day."""
    for form in forms:
        if (form.country, form.which) == (country, which) and form.starts_on <= day <= (form.ends_on or date.max):
            return form
    return None
