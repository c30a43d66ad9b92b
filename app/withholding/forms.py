"""What the pages of withheld tax ask for."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.payouts.rules import NAME_LONGEST
from app.web.fields import DayField, LineField, MoneyField, ParagraphsField
from app.web.forms import BaseForm
from app.withholding.rules import NUMBER_LONGEST, REASON_LONGEST, WITHHELD


class TaxNumberForm(BaseForm):
    tax_number = LineField(_l("Tax number"), [InputRequired()], longest=NUMBER_LONGEST)


class StatementForm(BaseForm):
    agreed = BooleanField(_l("I state this for my shop."), [InputRequired()])


class SwitchForm(BaseForm):
    scope = RadioField(_l("What"), [InputRequired()], default=WITHHELD)
    country = SelectField(_l("Country"), [InputRequired()])
    starts_on = DayField(_l("First day"), [InputRequired()])
    ends_on = DayField(_l("Last day"), [Optional()])
    reason = ParagraphsField(_l("What it rests on"), [InputRequired()], longest=REASON_LONGEST)


class EndForm(BaseForm):
    last_day = DayField(_l("Last day"), [InputRequired()])


class RemittedForm(BaseForm):
    bank_reference = LineField(_l("Reference of the bank"), [InputRequired()], longest=NAME_LONGEST)


class GiveBackForm(BaseForm):
    number = LineField(_l("Order number"), [InputRequired()], longest=20)
    amount = MoneyField(_l("Given back to the buyer"), [InputRequired()], currency="USD")
    reason = LineField(_l("Why"), [InputRequired()], longest=REASON_LONGEST)
