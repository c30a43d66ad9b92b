"""What the market knows about tax in each country, for everybody to check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config.days import market_today
from app.tax.presets import presets
from app.tax.rules import CLASSES, ORDINARY, Preset, classes_apart, has_ended, preset_on
from app.tax.words import Sentence, import_sentence, threshold_sentence
from app.web.filters import country_name, in_words
from app.web.pages import page

bp = Blueprint("tax", __name__)


@dataclass(frozen=True)
class Rate:
    """One class of goods: `is_confirmed` is False when the rate's known span has ended."""

    goods: str
    preset: Preset
    is_confirmed: bool


@dataclass(frozen=True)
class CountryTax:
    code: str
    name: str
    rates: Sequence[Rate]
    notes: Sequence[str]


@bp.get("/help/tax")
def countries() -> ResponseReturnValue:
    """Rates, thresholds and borders, each with its source and the day it was looked up."""
    today = market_today()
    codes = {preset.country for preset in presets()}
    found = sorted((_country(code, today) for code in codes), key=lambda country: country.name)
    return page("tax/countries.html", countries=found)


def _country(code: str, today: date) -> CountryTax:
    name = country_name(code)
    goods = [ORDINARY, *classes_apart(presets(), code, today)]
    in_force = [(one, preset_on(presets(), code, today, one)) for one in goods]
    rates = [Rate(_(CLASSES[one]), preset, not has_ended(preset, today)) for one, preset in in_force if preset]
    said = (threshold_sentence(code, name, today), import_sentence(code, name, today))
    return CountryTax(code, name, rates, [_said(sentence) for sentence in said if sentence])


def _said(sentence: Sentence) -> str:
    text, values = sentence
    return _(text, **{name: in_words(value) for name, value in values.items()})
