"""Form fields that read what people type: any Unicode form, any digits, their own separators; and keep it to show again."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import DateField, StringField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from app.config.days import market_day_begins, market_today
from app.errors import DomainError
from app.money.amounts import Money
from app.money.currencies import currency as currency_of
from app.web.languages import current_locale
from app.web.money_input import latin_digits, read_money
from app.web.money_text import format_number, group_digits
from app.web.problem_words import sentence

LINE = 200
TEXT = 5000
MAX_QUANTITY = 1_000_000
FIRST_YEAR, LAST_YEAR = 1900, 9000
MOST_DIGITS = 9
_NO_DAY = "Not a valid date value."  # as WTForms says it, whose words become ours
_JOINERS = {"\u200b", "\u200c", "\u200d"}  # zero-width: part of how Khmer, Burmese and emoji are written


def _forbidden(letter: str, *, lines: bool) -> bool:
    if letter in _JOINERS or (lines and letter in "\n\t"):
        return False
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def clean(text: str, *, lines: bool = False) -> str:
    """NFC (never NFKC, which takes Thai and Lao vowels apart), Unix line ends, no space at the ends."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return text if lines else re.sub(" +", " ", text)


class LineField(StringField):
    """One line of text, at most `longest` characters."""

    allows_lines = False

    def __init__(
        self, label: str | None = None, validators: Sequence[Any] = (), longest: int = LINE, **kwargs: Any
    ) -> None:
        self.longest = longest
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean(valuelist[0], lines=self.allows_lines)

    def pre_validate(self, _form: Any) -> None:
        text = self.data or ""
        if any(_forbidden(letter, lines=self.allows_lines) for letter in text):
            raise ValidationError(_("This contains a character that cannot be shown. Type it again by hand."))
        if len(text) > self.longest:
            length, longest = (group_digits(count, current_locale()) for count in (len(text), self.longest))
            raise ValidationError(
                _("This is %(length)s characters long; at most %(longest)s fit.", length=length, longest=longest)
            )


class ParagraphsField(LineField):
    """Several lines of text, at most `longest` characters."""

    allows_lines = True
    widget = TextArea()

    def __init__(
        self, label: str | None = None, validators: Sequence[Any] = (), longest: int = TEXT, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, longest, **kwargs)


class MoneyField(StringField):
    """`data` is Money in `currency`, which a view may set before it validates; what was typed stays to be mended."""

    data: Money | None

    def __init__(
        self, label: str | None = None, validators: Sequence[Any] = (), currency: str = "USD", **kwargs: Any
    ) -> None:
        self.currency = currency
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and (valuelist[0].strip() or not self.flags.optional):
            try:
                self.data = read_money(valuelist[0], self.currency, current_locale())
            except DomainError as error:
                raise ValueError(sentence(error)) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return format_number(self.data.minor, currency_of(self.data.currency), current_locale())


class QuantityField(StringField):
    """`data` is a whole number between `least` and `most`, in steps. A view may set the limits before it validates."""

    data: int | None

    def __init__(
        self, label: str | None = None, validators: Sequence[Any] = (), *, least: int = 1, most: int = MAX_QUANTITY,
        step: int = 1, unit: str = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        self.least, self.most, self.step, self.unit = least, most, step, unit
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = latin_digits(valuelist[0]).strip() if valuelist else ""
        if not typed and self.flags.optional:
            return
        whole = typed.replace(",", "") if group_digits(1000, current_locale()) == "1,000" else typed.replace(".", "")
        if not re.fullmatch(r"[-+]?[0-9]{1,8}", whole):
            raise ValueError(_("Enter a whole number, for example %(example)s.", example=self.least or 1))
        self.data = int(whole)
        self._require_possible(self.data)

    def _require_possible(self, count: int) -> None:
        locale = current_locale()
        words = {"least": group_digits(self.least, locale), "most": group_digits(self.most, locale)}
        unit = f"\u00a0{self.unit}" if self.unit else ""
        if count < self.least:
            raise ValueError(_("Enter at least %(least)s.", least=words["least"] + unit))
        if count > self.most:
            raise ValueError(_("Enter at most %(most)s.", most=words["most"] + unit))
        if (count - self.least) % self.step:
            raise ValueError(
                _("Enter %(least)s or more in steps of %(step)s.", least=words["least"], step=f"{self.step}{unit}")
            )

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class DayField(DateField):
    """A day that people live by: beyond it, a zone's hours or one more day are no date any more."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            self.data = None
            raise ValueError(self.gettext(_NO_DAY))


class PastDayField(DayField):
    """A day that has begun, by the clock of the market: today where nothing else is typed."""

    data: date | None

    def __init__(self, label: str | None = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators, default=market_today, **kwargs)

    def pre_validate(self, form: BaseForm) -> None:
        if self.data is not None and self.data > market_today():
            raise ValidationError(_("This day has not come yet."))

    def begins_at(self) -> datetime:
        return market_day_begins(self.data or market_today())


def number_sent(typed: str | None, otherwise: int = 0) -> int:
    """What a page of ours wrote into a hidden field; `otherwise` when it was tampered with."""
    text = typed or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else otherwise
