"""What the payout pages ask for."""

from datetime import UTC, date, datetime, time

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.payouts.rules import NAME_LONGEST
from app.web.fields import DayField, LineField, MoneyField
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


class LostChargebackForm(BaseForm):
    """Who bears a chargeback the market lost."""

    decision = RadioField(
        _l("Who bears it"),
        [InputRequired()],
        choices=[("charge", _l("The seller owes it")), ("bear", _l("The market bears it"))],
    )
    amount = MoneyField(_l("What the seller owes"), [Optional()], currency="USD")
    reason = LineField(_l("Why? The seller reads this."), [InputRequired()], longest=300)


class ClaimForm(BaseForm):
    """What came of a claim outside of payouts."""

    decision = RadioField(
        _l("What happened"),
        [InputRequired()],
        choices=[("received", _l("The seller paid by bank")), ("give_up", _l("We do not ask for the rest any more"))],
    )
    amount = MoneyField(_l("Amount that came"), [Optional()], currency="USD")
    words = LineField(_l("Bank reference, or why you give it up"), [InputRequired()], longest=NAME_LONGEST)
    day = DayField(_l("Day it arrived"), [Optional()], default=date.today)

    def validate_day(self, field: DayField) -> None:
        if field.data is not None and field.data > datetime.now(UTC).date():
            raise ValidationError(_l("This day has not come yet."))

    def at(self) -> datetime:
        return datetime.combine(self.day.data or datetime.now(UTC).date(), time(), UTC)
