"""Forms of price lists and of who sees a listing."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Optional

from app.catalog.forms.tiers import TiersField
from app.catalog.rules.price_lists import PriceListTerms
from app.money.amounts import BPS_PER_PERCENT, percent
from app.pricing.errors import UnusableShare
from app.pricing.rules.groups import LARGEST_OFF_BPS, LONGEST_NAME
from app.web.fields import LineField, MoneyField
from app.web.forms import BaseForm
from app.web.money_input import latin_digits
from app.web.problem_words import sentence

_PERCENT = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?\s*%?", re.ASCII)


class PercentField(StringField):
    """`data` is hundredths of a percent, from 0 to 9,000."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = 0
        typed = latin_digits(valuelist[0]).strip() if valuelist else ""
        found = _PERCENT.fullmatch(typed or "0")
        bps = int(found[1]) * BPS_PER_PERCENT + int((found[2] or "").ljust(2, "0")) if found else LARGEST_OFF_BPS + 1
        if bps > LARGEST_OFF_BPS:
            raise ValueError(sentence(UnusableShare()))
        self.data = bps

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return percent(self.data or 0)


class GroupsForm(BaseForm):
    """Which customer groups: of a list, or of private goods."""

    groups = SelectMultipleField(_l("Customer groups"), validate_choice=False)

    def offer(self, rows: Sequence[Any]) -> None:
        self.groups.choices = [(str(row.id), row.name) for row in rows]

    def group_ids(self) -> list[UUID]:
        """Those of the offered that were chosen; anything else was not on the page."""
        offered = {value for value, _name in self.groups.choices}
        return [UUID(value) for value in self.groups.data or [] if value in offered]


class PriceListForm(GroupsForm):
    name = LineField(_l("Name of the price list"), [InputRequired()], longest=LONGEST_NAME)
    off = PercentField(_l("Percent off everything"))
    is_fixed = BooleanField(_l("These prices always count, also where another price is lower"))
    is_active = BooleanField(_l("The list is in use"))
    version = HiddenField()

    def terms(self) -> PriceListTerms:
        return PriceListTerms(
            name=self.name.data or "",
            off_bps=self.off.data,
            is_fixed=bool(self.is_fixed.data),
            is_active=bool(self.is_active.data),
            group_ids=self.group_ids(),
        )


class ListPriceForm(BaseForm):
    price: MoneyField
    tiers: TiersField


def list_price_form(currency: str) -> type[ListPriceForm]:
    class Made(ListPriceForm):
        price = MoneyField(_l("Price in this list"), [Optional()], currency=currency)
        tiers = TiersField(_l("Other prices for larger quantities"), currency=currency)

    return Made
