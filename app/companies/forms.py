"""Forms of companies that buy."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.companies.actions.open_company import CompanyTerms
from app.companies.rules.spending import LONGEST_TAX_NUMBER
from app.identity.rules.countries import COUNTRIES
from app.identity.rules.roles import APPROVER, PURCHASER
from app.web.fields import LineField, MoneyField
from app.web.forms import BaseForm


class CompanyForm(BaseForm):
    name = LineField(_l("Name of the company"), [InputRequired()], longest=80)
    kind = RadioField(_l("What is it?"), [InputRequired()])
    country = SelectField(_l("Country"), [InputRequired()])
    tax_number = LineField(_l("Tax number"), longest=LONGEST_TAX_NUMBER)
    needs_po = BooleanField(_l("Every order needs a purchase order number"))

    def offer(self) -> None:
        self.kind.choices = [("company", _("A company")), ("sole_trader", _("A family business or sole trader"))]
        named = sorted((_(country.name), country.code) for country in COUNTRIES.values())
        self.country.choices = [("", _("Choose one")), *((code, name) for name, code in named)]

    def terms(self) -> CompanyTerms:
        return CompanyTerms(
            name=self.name.data or "",
            kind=self.kind.data or "",
            country=self.country.data or "",
            tax_number=self.tax_number.data or "",
            needs_po=bool(self.needs_po.data),
        )


class EditCompanyForm(BaseForm):
    name = LineField(_l("Name of the company"), [InputRequired()], longest=80)
    tax_number = LineField(_l("Tax number"), longest=LONGEST_TAX_NUMBER)
    needs_po = BooleanField(_l("Every order needs a purchase order number"))


class RoleForm(BaseForm):
    role = RadioField(_l("Role"), [InputRequired()])
    limit = MoneyField(_l("Spending limit for each order"), [Optional()], currency="USD")

    def offer(self) -> None:
        self.role.choices = [
            (PURCHASER, _("Purchaser: orders up to the limit")),
            (APPROVER, _("Approver: decides about orders above a limit, and looks after the company's people")),
        ]

    @property
    def limit_cents(self) -> int | None:
        return self.limit.data.minor if self.limit.data is not None else None


class InviteForm(RoleForm):
    email = LineField(_l("E-mail address"), [InputRequired()], longest=254)
