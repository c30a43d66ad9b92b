"""Listing one used thing from a phone: a photo, a title, its condition, a price."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.catalog.errors import UnusableTitle
from app.catalog.queries.categories import CategoryTile
from app.catalog.rules.listings import CONDITIONS, LONGEST_TEXT, LONGEST_TITLE, is_title
from app.catalog.rules.texts import LANGUAGES, pick, written_in
from app.identity.rules.countries import COUNTRIES
from app.shipping.rules import LONGEST_PLACE
from app.web.fields import LineField, MoneyField, ParagraphsField
from app.web.forms import BaseForm
from app.web.languages import current_locale, language_name
from app.web.problem_words import sentence


class QuickForm(BaseForm):
    """Made for one currency by `quick_form`. Who sells for the first time says who and where, too."""

    photo = FileField(_l("Photo"))
    kept = HiddenField()
    title = LineField(_l("What is it?"), [InputRequired()], longest=LONGEST_TITLE)
    condition = RadioField(_l("Condition"), [InputRequired()])
    category = SelectField(_l("Category"), [InputRequired()])
    text = ParagraphsField(_l("More about it"), longest=LONGEST_TEXT)
    language = SelectField(_l("Written in"), default="")
    other_language = SelectField(_l("Another language"), default="")
    other_title = LineField(_l("What it is, in that language"), longest=LONGEST_TITLE)
    other_text = ParagraphsField(_l("More about it, in that language"), longest=LONGEST_TEXT)
    price: MoneyField

    @property
    def written_in(self) -> str:
        """As chosen, else as the letters of the title tell."""
        return self.language.data or written_in(self.title.data or "", current_locale())

    @property
    def speaks_more(self) -> bool:
        fields = (self.language, self.other_language, self.other_title, self.other_text)
        return any(field.data or field.errors for field in fields)

    def validate_other_language(self, field: SelectField) -> None:
        if self.other_title.data or self.other_text.data:
            if not field.data:
                raise ValidationError(_("Choose one of the list."))
            if field.data == self.written_in:
                raise ValidationError(_("Choose a language other than the one above."))

    def validate_other_title(self, field: LineField) -> None:
        if field.data and not is_title(field.data):
            raise ValidationError(sentence(UnusableTitle()))

    def titles(self) -> dict[str, str]:
        return self._said(self.title, self.other_title)

    def texts(self) -> dict[str, str]:
        return self._said(self.text, self.other_text)

    def _said(self, own: LineField, other: LineField) -> dict[str, str]:
        said = {self.other_language.data or "": other.data or "", self.written_in: own.data or ""}
        return {language: text for language, text in said.items() if language and text}

    def offer(self, stalls: list[CategoryTile]) -> None:
        """Fill in the choices in the viewer's language; what is used comes first."""
        locale = current_locale()
        self.category.choices = [
            ("", _("Choose one")),
            *((str(one.id), pick(one.names, locale).text) for one in stalls),
        ]
        named = sorted((language_name(code), code) for code in LANGUAGES)
        self.language.choices = [("", _("As its letters tell")), *((code, name) for name, code in named)]
        self.other_language.choices = [("", _("None")), *((code, name) for name, code in named)]
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
