"""Asking for an address in the country's own order, with as few fields as the country needs."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from app.errors import N_
from app.web.addresses import AUTOCOMPLETE, COUNTRIES, PARTS, AddressPart, address_format, address_problems
from app.web.fields import LineField
from app.web.filters import country_name
from app.web.provinces import OFFERED

_LONGEST_PART = 120
COUNTRY = N_("Country")
NAME = N_("Name of the person who receives it")
ORGANIZATION = N_("Company or organization")


class AddressFields:
    """Mix into a form. `country` decides which of the other fields are asked for and required.

    Without JavaScript a change of country is a submit of the button `name="change_country"`; the view then renders
    the form again without validating.
    """

    asks_who = True  # a form that has the name already says no
    country = SelectField(lazy_gettext(COUNTRY), validators=[InputRequired()], render_kw={"autocomplete": "country"})
    name = LineField(lazy_gettext(NAME), longest=_LONGEST_PART)
    organization = LineField(lazy_gettext(ORGANIZATION), longest=_LONGEST_PART)
    street = LineField(longest=_LONGEST_PART)
    area = LineField(longest=_LONGEST_PART)
    district = LineField(longest=_LONGEST_PART)
    city = LineField(longest=_LONGEST_PART)
    region = LineField(longest=_LONGEST_PART)
    postal_code = LineField(longest=12)

    def offer_countries(self, codes: tuple[str, ...] = COUNTRIES, default: str | None = None) -> None:
        """Call before validating and rendering."""
        self.country.choices = sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])
        if self.country.data not in codes:
            self.country.data = default if default in codes else codes[0]

    def parts(self) -> tuple[AddressPart, ...]:
        """What this country asks for, in its order."""
        return address_format(self.country.data).parts

    def provinces(self) -> tuple[str, ...]:
        """To be offered while the province is typed; none where the country's list is not kept here."""
        return OFFERED.get(self.country.data, ())

    def part_field(self, part: AddressPart) -> StringField:
        """The field of a part, named and marked up as its country needs."""
        field: StringField = getattr(self, part.name)
        field.label.text = _(part.label)
        field.render_kw = {"autocomplete": f"shipping {AUTOCOMPLETE[part.name]}"}
        field.flags.required = part.is_required
        if part.name == "city" and self.country.data in OFFERED:
            field.render_kw["list"] = "provinces"
        return field

    def validate(self, extra_validators: Any = None) -> bool:
        """The form's own checks, and those of the country: required parts, the shape of the postal code."""
        is_valid = bool(super().validate(extra_validators))  # type: ignore[misc]
        for part in self.parts():
            self.part_field(part)  # problems are told under the names the country uses
        return self._fits_country() and is_valid

    def _fits_country(self) -> bool:
        asked = (
            ("name", *(part.name for part in self.parts())) if self.asks_who else [part.name for part in self.parts()]
        )
        if self.asks_who and not self.name.data:
            self.name.errors = [*self.name.errors, _("Fill this in.")]
        for problem in address_problems({part: getattr(self, part).data for part in ("country", *asked)}):
            field = getattr(self, problem.part)
            field.errors = [
                *field.errors,
                _(problem.message, **problem.values) if problem.values else _(problem.message),
            ]
        return not any(getattr(self, part).errors for part in asked)

    def address(self) -> dict[str, str]:
        """What was typed, only the parts this country has, to be kept as it is."""
        wanted = {"name", "organization", "country", *(part.name for part in self.parts())}
        return {
            name: getattr(self, name).data for name in PARTS if name in wanted and _filled(getattr(self, name, None))
        }


def _filled(field: Any) -> bool:
    return field is not None and bool(field.data)
