"""What dated tax data says, as sentences for pages: a text for the translators and its values."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.errors import N_
from app.money.amounts import percent
from app.tax.borders import import_rule, threshold

Sentence = tuple[str, Mapping[str, Any]]
FROM_FIRST = N_("%(country)s asks duty and tax on goods from abroad from the first unit of value.")
FREE_UP_TO = N_("%(country)s lets goods from abroad worth up to %(limit)s in free of duty and tax.")
LOW_VALUE = N_("%(country)s asks %(tax)s of %(rate)s %% on goods from abroad worth up to %(limit)s, and more above.")
REGISTER_FROM = N_(
    "In %(country)s a seller has to register from sales of %(limit)s a year, on all platforms together (as known on %(day)s: %(source)s)."
)


def import_sentence(country: str, country_name: str, on: date) -> Sentence | None:
    """What a buyer there may be asked for when a parcel comes from abroad; None where nothing is known."""
    rule = import_rule(country, on)
    if rule is None:
        return None
    if rule.low_value_up_to is not None:
        values = {"tax": rule.low_value_name, "rate": percent(rule.low_value_bps), "limit": rule.low_value_up_to}
        return LOW_VALUE, {"country": country_name, **values}
    if rule.free_up_to:
        return FREE_UP_TO, {"country": country_name, "limit": rule.free_up_to}
    return FROM_FIRST, {"country": country_name}


def threshold_sentence(country: str, country_name: str, on: date) -> Sentence | None:
    """From which sales a seller there has to register."""
    found = threshold(country, on)
    if found is None:
        return None
    values = {"limit": found.yearly, "day": found.checked_on, "source": found.source}
    return REGISTER_FROM, {"country": country_name, **values}
