"""What the payout pages ask for."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, Optional

from app.payouts.rules import NAME_LONGEST
from app.web.fields import LineField, MoneyField
from app.web.forms import BaseForm


class RedemptionForm(BaseForm):
    amount = MoneyField(_l("Amount"), [InputRequired()], currency="USD")


class BankAccountForm(BaseForm):
    holder = LineField(_l("Account holder"), [InputRequired()], longest=NAME_LONGEST)
    bank = LineField(_l("Bank"), [InputRequired()], longest=NAME_LONGEST)
    number = LineField(_l("Account number or IBAN"), [InputRequired()], longest=50)
    bic = LineField(_l("BIC (SWIFT)"), [Optional()], longest=20)


class RefusalForm(BaseForm):
    reason = LineField(_l("Why, as the seller will read it"), [InputRequired()], longest=200)


class PaidForm(BaseForm):
    bank_reference = LineField(_l("Reference of the bank"), [InputRequired()], longest=NAME_LONGEST)
