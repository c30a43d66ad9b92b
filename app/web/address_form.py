"""Asking for an address in the country's own order, with as few fields as the country needs."""

from typing import Any

from flask_babel import gettext as _
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from app.web.addresses import AUTOCOMPLETE, COUNTRIES, PARTS, AddressPart, address_format
from app.web.fields import LineField
from app.web.filters import country_name

_LONGEST_PART = 120


class AddressFields:
    """Mix into a form. `country` decides which of the other fields are asked for and required.

    Without JavaScript a change of country is a submit of the button `name="change_country"`; the view then renders
    the form again without validating.
    """

    country = SelectField(validators=[InputRequired()], render_kw={"autocomplete": "country"})
    name = LineField(longest=_LONGEST_PART)
    organization = LineField(longest=_LONGEST_PART)
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

    def part_field(self, part: AddressPart) -> StringField:
        """The field of a part, named and marked up as its country needs."""
        field: StringField = getattr(self, part.name)
        field.label.text = _(part.label)
        field.render_kw = {"autocomplete": f"shipping {AUTOCOMPLETE[part.name]}"}
        field.flags.required = part.is_required
        return field

    def validate_address(self) -> bool:
        """After the form's own `validate`. True when every required part is there and the postal code fits."""
        import re

        entry = address_format(self.country.data)
        for part in entry.parts:
            field = getattr(self, part.name)
            if part.is_required and not field.data:
                field.errors = [*field.errors, _("Fill this in.")]
            elif part.name == "postal_code" and field.data and not re.fullmatch(entry.postal_code or "", field.data):
                field.errors = [
                    *field.errors,
                    _(
                        "“%(typed)s” is not a postal code there. It looks like %(example)s.",
                        typed=field.data,
                        example=entry.postal_example,
                    ),
                ]
        return not any(getattr(self, part.name).errors for part in entry.parts)

    def address(self) -> dict[str, str]:
        """What was typed, only the parts this country has, to be kept as it is."""
        wanted = {"name", "organization", "country", *(part.name for part in self.parts())}
        return {
            name: getattr(self, name).data for name in PARTS if name in wanted and _filled(getattr(self, name, None))
        }


def _filled(field: Any) -> bool:
    return field is not None and bool(field.data)
