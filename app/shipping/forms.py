"""The form of a shop's shipping methods."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, SelectField
from wtforms.validators import Optional

from app.money.amounts import Money
from app.shipping.models import ShippingRate
from app.shipping.rules import (
    DOMESTIC,
    HEAVIEST,
    IN_PERSON,
    LONGEST_DAYS,
    LONGEST_PLACE,
    MEETING_DAYS,
    MOST_RATES,
    PARCEL,
    REGION,
    TO_COUNTRY,
    TO_REGION,
    USUAL_METHODS,
    RateTerms,
    method_word,
)
from app.web.breaks import without_breaks
from app.web.fields import LineField, MoneyField, QuantityField
from app.web.filters import country_name, in_words
from app.web.forms import BaseForm

ROWS = MOST_RATES


class RatesForm(BaseForm):
    """Made for one currency by `rates_form`: amounts are read when the form is."""

    rates: FieldList
    unknown_grams = QuantityField(
        _l("Goods without a weight count as, in grams each"), [Optional()], least=0, most=HEAVIEST, default=0
    )

    def terms(self) -> list[RateTerms]:
        """The rows with a name, in order."""
        return [_terms_of(row, self.unknown_grams.data or 0) for row in self.rates if row.method.data]

    def name_of(self, field: Any) -> str:
        """With its row: the same questions are asked of every method."""
        name = super().name_of(field)
        in_row = re.match(r"rates-(\d+)-", field.name)
        return _("Method %(number)s, %(field)s", number=int(in_row[1]) + 1, field=name) if in_row else name

    def require_whole_rows(self) -> bool:
        """A named row has days and a price; the problem stands beside what is missing. Who meets need say neither."""
        is_whole = True
        for row in self.rates:
            if row.kind.data == IN_PERSON:
                continue
            for field in (row.days_min, row.days_max, row.price):
                if row.method.data and field.data is None:
                    field.errors = field.errors or [_("Fill this in.")]
                    is_whole = False
        return is_whole


def rates_form(currency: str, country: str, *, known: int = 0) -> type[RatesForm]:
    """Of a shop in `country`: with a row for each of the `known` methods and one for another, up to `ROWS`."""
    others = sorted((name, code) for code, name in ((code, country_name(code)) for code in REGION - {country}))
    places = [
        (DOMESTIC, _l("In the country")),
        (TO_REGION, _l("To the region")),
        *((code, _("Only to %(country)s", country=name)) for name, code in others),
    ]

    class RateRow(Form):
        """One method; a row without a name is not one."""

        zone = SelectField(_l("To where"), choices=places)
        method = LineField(_l("Name of the method"), longest=40)
        kind = SelectField(
            _l("How"), choices=[(PARCEL, _l("As a parcel")), (IN_PERSON, _l("In person: we meet, or it is picked up"))]
        )
        place = LineField(_l("Where you meet"), longest=LONGEST_PLACE)
        carrier = LineField(_l("Carrier"), longest=60)
        days_min = QuantityField(_l("Days at least"), [Optional()], least=0, most=LONGEST_DAYS)
        days_max = QuantityField(_l("Days at most"), [Optional()], least=0, most=LONGEST_DAYS)
        price = MoneyField(_l("Price of one parcel"), [Optional()], currency=currency)
        max_grams = QuantityField(_l("Up to weight, in grams"), [Optional()], most=HEAVIEST)
        free_from = MoneyField(_l("Free from goods worth"), [Optional()], currency=currency)

    class Made(RatesForm):
        rates = FieldList(FormField(RateRow), min_entries=min(known + 1, ROWS), max_entries=ROWS)

    return Made


def method_name(method: str) -> str:
    """As its reader calls it, when it is a usual one; else in the seller's words."""
    return str(in_words(method_word(method)))


def _typed(method: str) -> str:
    """As somebody would type it: without the line breaks that Khmer texts carry for browsers."""
    return without_breaks(method_name(method))


def _kept_name(typed: str) -> str:
    """The inverse of `_typed`: a usual name, in the language it was typed in, is kept as one."""
    return next((usual for usual in USUAL_METHODS if typed == _typed(usual)), typed)


def rows_of(rates: list[ShippingRate], currency: str) -> list[dict[str, Any]]:
    """What the form shows of the methods there are."""
    return [
        {
            "zone": rate.country or rate.zone,
            "method": _typed(rate.method),
            "kind": rate.kind,
            "place": rate.place,
            "carrier": rate.carrier,
            "days_min": rate.days_min,
            "days_max": rate.days_max,
            "price": Money(rate.price_minor, currency),
            "max_grams": rate.max_grams,
            "free_from": Money(rate.free_from_minor, currency) if rate.free_from_minor is not None else None,
        }
        for rate in rates
    ]


def _terms_of(row: Any, unknown_grams: int) -> RateTerms:
    is_zone = row.zone.data in (DOMESTIC, TO_REGION)
    return RateTerms(
        zone=row.zone.data if is_zone else TO_COUNTRY,
        country=None if is_zone else row.zone.data,
        max_grams=row.max_grams.data,
        free_from_minor=row.free_from.data.minor if row.free_from.data else None,
        unknown_grams=unknown_grams,
        method=_kept_name(row.method.data),
        kind=row.kind.data,
        place=(row.place.data or "") if row.kind.data == IN_PERSON else "",
        carrier=row.carrier.data or "",
        days_min=row.days_min.data if row.days_min.data is not None else MEETING_DAYS[0],
        days_max=row.days_max.data if row.days_max.data is not None else MEETING_DAYS[1],
        price_minor=row.price.data.minor if row.price.data else 0,
    )
