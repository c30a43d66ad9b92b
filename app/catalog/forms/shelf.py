"""The filters of a list."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import Optional

from app.catalog.queries.shelf import SORTS, Shelf
from app.catalog.rules.listings import CONDITIONS
from app.identity.rules.countries import COUNTRIES
from app.web.fields import LineField, MoneyField
from app.web.forms import FilterForm

LONGEST_QUESTION = 200


class ShelfForm(FilterForm):
    """The filters of a list, as its address says them. What makes no sense narrows nothing."""

    q = LineField(_l("Search"), longest=LONGEST_QUESTION)
    country = SelectField(_l("From"), validate_choice=False)
    condition = SelectField(_l("Condition"), validate_choice=False)
    price_from = MoneyField(_l("From"), [Optional()], currency="USD")
    price_to = MoneyField(_l("To"), [Optional()], currency="USD")
    stock = BooleanField(_l("In stock"))
    sort = SelectField(_l("Sort by"), validate_choice=False)

    @classmethod
    def asked(cls) -> "ShelfForm":
        form = cls(request.args, meta={"csrf": False})
        form.sort.choices = form.sort_choices()
        form.validate()
        return form

    def sort_choices(self) -> list[tuple[str, str]]:
        words = {
            "relevance": _("Best match"),
            "newest": _("Newest first"),
            "price_up": _("Cheapest first"),
            "price_down": _("Dearest first"),
        }
        return [
            (sort, words[sort])
            for sort in ("relevance", "newest", "price_up", "price_down")
            if sort != "relevance" or self.q.data
        ]

    def shelf(self, **fixed: Any) -> Shelf:
        """What is asked for; `fixed` is what the page itself is about."""
        words = "" if self.q.errors else (self.q.data or "")
        usual = "relevance" if words else "newest"
        return Shelf(
            words=words,
            country=self.country.data if self.country.data in COUNTRIES else "",
            condition=self.condition.data if self.condition.data in CONDITIONS else "",
            price_from=_cents(self.price_from),
            price_to=_cents(self.price_to),
            in_stock=bool(self.stock.data),
            sort=self.sort.data if self.sort.data in SORTS and (words or self.sort.data != "relevance") else usual,
            **fixed,
        )


def _cents(field: MoneyField) -> int | None:
    return field.data.minor if field.data is not None and not field.errors else None
