"""Listing one used thing from a phone: a photo, a title, its condition, a price."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.catalog.queries.categories import CategoryTile
from app.catalog.rules.listings import CONDITIONS, LONGEST_TEXT, LONGEST_TITLE
from app.catalog.rules.texts import pick
from app.identity.rules.countries import COUNTRIES
from app.shipping.rules import LONGEST_PLACE
from app.web.fields import LineField, MoneyField, ParagraphsField
from app.web.forms import BaseForm
from app.web.languages import current_locale


class QuickForm(BaseForm):
    """Made for one currency by `quick_form`. Who sells for the first time says who and where, too."""

    photo = FileField(_l("Photo"))
    kept = HiddenField()
    title = LineField(_l("What is it?"), [InputRequired()], longest=LONGEST_TITLE)
    condition = RadioField(_l("Condition"), [InputRequired()])
    category = SelectField(_l("Category"), [InputRequired()])
    text = ParagraphsField(_l("More about it"), longest=LONGEST_TEXT)
    price: MoneyField

    def offer(self, stalls: list[CategoryTile]) -> None:
        """Fill in the choices in the viewer's language; what is used comes first."""
        locale = current_locale()
        self.category.choices = [
            ("", _("Choose one")),
            *((str(one.id), pick(one.names, locale).text) for one in stalls),
        ]
        words = {
            "new": _("New"),
            "like_new": _("Used, like new"),
            "good": _("Used, good"),
            "fair": _("Used, with signs of use"),
        }
        self.condition.choices = [(kind, words[kind]) for kind in (*CONDITIONS[1:], CONDITIONS[0])]


class FirstForm(QuickForm):
    """Of somebody without a shop."""

    name = LineField(_l("Your name, as buyers see it"), [InputRequired()], longest=80)
    country = SelectField(_l("Country"), [InputRequired()])
    place = LineField(_l("Town"), [InputRequired()], longest=80)
    meet = LineField(_l("Where you meet buyers"), [InputRequired()], longest=LONGEST_PLACE)
    postage: MoneyField

    def offer_countries(self) -> None:
        named = sorted((_(country.name), country.code) for country in COUNTRIES.values())
        self.country.choices = [(code, name) for name, code in named]


def quick_form(currency: str) -> type[QuickForm]:
    class Made(QuickForm):
        price = MoneyField(_l("Price"), [InputRequired()], currency=currency)

    return Made


def first_form(currency: str) -> type[FirstForm]:
    class Made(FirstForm):
        price = MoneyField(_l("Price"), [InputRequired()], currency=currency)
        postage = MoneyField(_l("Postage in the country"), [Optional()], currency=currency)

    return Made
