"""Forms of accounts and shops."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, RadioField, SelectField
from wtforms.validators import EqualTo, InputRequired, Optional, ValidationError

from app.errors import Invalid
from app.identity.actions.create_shop import ShopTerms
from app.identity.actions.register_user import normal_email
from app.identity.models import Organization
from app.identity.passwords import require_strong
from app.identity.rules.countries import COUNTRIES
from app.identity.rules.roles import SHOP_KINDS, SHOP_ROLE_ORDER
from app.identity.rules.shops import LONGEST_PAUSE_NOTE
from app.identity.words import ROLE_WORDS
from app.web.fields import DayField, LineField, ParagraphsField, QuantityField
from app.web.forms import BaseForm
from app.web.languages import LANGUAGES
from app.web.problem_words import sentence


class SignInForm(BaseForm):
    email = LineField(_l("E-mail address"), [InputRequired()], longest=254)
    password = PasswordField(_l("Password"), [InputRequired()])
    remember = BooleanField(_l("Stay signed in on this device for 30 days"))


class RegisterForm(BaseForm):
    name = LineField(_l("Your name"), [InputRequired()], longest=120)
    email = LineField(_l("E-mail address"), [InputRequired()], longest=254)
    password = PasswordField(_l("Password"), [InputRequired()])

    def validate_email(self, field: Any) -> None:
        """Told together with what is missing, not after it."""
        with _told_beside_the_field():
            normal_email(field.data)

    def validate_password(self, field: Any) -> None:
        with _told_beside_the_field():
            require_strong(field.data, email=self.email.data or "")


@contextmanager
def _told_beside_the_field() -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        raise ValidationError(sentence(error)) from error


class ConfirmForm(BaseForm):
    password = PasswordField(_l("The password you chose"))


class ForgotPasswordForm(BaseForm):
    email = LineField(_l("E-mail address"), [InputRequired()], longest=254)


class NewPasswordForm(BaseForm):
    password = PasswordField(_l("New password"), [InputRequired()])
    again = PasswordField(_l("New password again"), [InputRequired(), EqualTo("password")])


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(_l("Password now"), [InputRequired()])


class AccountForm(BaseForm):
    name = LineField(_l("Your name"), [InputRequired()], longest=120)
    locale = RadioField(_l("Language of pages and mails"), choices=[(one.code, one.name) for one in LANGUAGES])


class PauseForm(BaseForm):
    until = DayField(_l("Open again on"), [Optional()])
    note = ParagraphsField(_l("Words to buyers"), longest=LONGEST_PAUSE_NOTE)


def _roles() -> list[tuple[str, str]]:
    return [(role, _(ROLE_WORDS[role])) for role in SHOP_ROLE_ORDER]


class InviteForm(BaseForm):
    email = LineField(_l("E-mail address"), [InputRequired()], longest=254)
    role = RadioField(_l("Role"), [InputRequired()], choices=_roles)

    def validate_email(self, field: Any) -> None:
        with _told_beside_the_field():
            normal_email(field.data)


class RoleForm(BaseForm):
    role = RadioField(_l("Role"), [InputRequired()], choices=_roles)


class HandOverForm(BaseForm):
    keep = RadioField(_l("Your role afterwards"), [InputRequired()], choices=_roles)


class ShopForm(BaseForm):
    """Both for opening a shop and for changing it; then country and currency stay."""

    name = LineField(_l("Name of the shop"), [InputRequired()], longest=80)
    local_name = LineField(_l("Name in your own script"), longest=80)
    kind = RadioField(_l("Who sells?"), [InputRequired()])
    country = SelectField(_l("Country"), [InputRequired()])
    place = LineField(_l("Town and province"), [InputRequired()], longest=80)
    currency = SelectField(_l("Currency of your prices"), validate_choice=False)
    handling_days = QuantityField(_l("Days until you hand goods to the carrier"), [InputRequired()], least=0, most=60)
    opening_hours = LineField(_l("Opening hours"), longest=120)
    is_tax_registered = BooleanField(_l("Registered for VAT, GST or commercial tax"))
    story = ParagraphsField(_l("Your story in English"), longest=1500)
    local_story = ParagraphsField(_l("Your story in your own language"), longest=1500)

    def offer(self) -> None:
        """Fill in the choices in the viewer's language."""
        kinds = {
            "company": _("A company"),
            "sole_trader": _("A family business or sole trader"),
            "private_person": _("A private person"),
        }
        self.kind.choices = [(kind, kinds[kind]) for kind in SHOP_KINDS]
        named = sorted((_(country.name), country.code) for country in COUNTRIES.values())
        self.country.choices = [("", _("Choose one")), *((code, name) for name, code in named)]
        home = COUNTRIES.get(self.country.data or "")
        self.currency.choices = [(code, code) for code in (home.currencies if home else ())]

    @property
    def town(self) -> str:
        """One of the country that is chosen, as an example; nothing before."""
        home = COUNTRIES.get(self.country.data or "")
        return home.town if home else ""

    def terms(self) -> ShopTerms:
        """What was said, for the actions. The own language is the country's first."""
        home = COUNTRIES.get(self.country.data or "")
        local = next((code for code in home.languages if code != "en"), "en") if home else "en"
        names = {local: self.local_name.data} if self.local_name.data else {}
        story = {"en": self.story.data, local: self.local_story.data}
        return ShopTerms(
            name=self.name.data,
            kind=self.kind.data,
            country=self.country.data,
            place=self.place.data,
            currency=self.currency.data if home and self.currency.data in home.currencies else None,
            handling_days=-1 if self.handling_days.data is None else self.handling_days.data,
            opening_hours=self.opening_hours.data or "",
            is_tax_registered=self.is_tax_registered.data,
            local_names=names,
            story={language: text for language, text in story.items() if text},
        )

    @classmethod
    def of(cls, shop: Organization) -> "ShopForm":
        """The form as the shop is now; what was sent goes before it."""
        local = next((code for code in COUNTRIES[shop.country].languages if code != "en"), "en")
        return cls(
            data={
                "name": shop.name,
                "local_name": shop.local_names.get(local, ""),
                "kind": shop.kind,
                "country": shop.country,
                "place": shop.place,
                "currency": shop.currency,
                "handling_days": shop.handling_days,
                "opening_hours": shop.opening_hours,
                "is_tax_registered": shop.is_tax_registered,
                "story": shop.story.get("en", ""),
                "local_story": shop.story.get(local, "") if local != "en" else "",
            }
        )
