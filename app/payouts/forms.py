"""What the payout pages ask for."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.payouts.actions.record_return import CameBack
from app.payouts.errors import BankLineUsed
from app.payouts.rules import NAME_LONGEST
from app.web.fields import LineField, MoneyField, PastDayField
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
    day = PastDayField(_l("Day it arrived"), [Optional()])


class NotTakenForm(BaseForm):
    """The bank refused a payment. `attempt` is the payment that was on the page."""

    attempt = IntegerField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(min=1, max=10_000)])
    reason = LineField(_l("What the bank says, as the seller will read it"), [InputRequired()], longest=200)


class CameBackForm(NotTakenForm):
    """A payment came back: by a line of the bank's statement, or as somebody reads it there."""

    line = RadioField(_l("Line of the bank's statement"), [Optional()], default="", validate_choice=False)
    bank_reference = LineField(_l("Reference of the bank"), [Optional()], longest=NAME_LONGEST)
    amount = MoneyField(_l("Amount that came back"), [Optional()], currency="USD")
    day = PastDayField(_l("Day it came back"), [Optional()])

    def came(self) -> CameBack:
        """Raises BankLineUsed for what is no line."""
        try:
            line_id = UUID(self.line.data) if self.line.data else None
        except ValueError:
            raise BankLineUsed(field="line") from None
        reference = " ".join((self.bank_reference.data or "").split())
        return CameBack(line_id, reference, self.amount.data.minor if self.amount.data else 0, self.day.data)


class AgainForm(BaseForm):
    """`failed`: how often the payment had failed on the page."""

    failed = IntegerField(validators=[InputRequired(), NumberRange(min=1, max=10_000)])


class CommissionForm(BaseForm):
    """Goods came back after their release."""

    number = LineField(_l("Order number"), [InputRequired()], longest=20)
    amount = MoneyField(_l("Given back to the buyer"), [InputRequired()], currency="USD")
    reason = LineField(_l("Why? The seller reads this."), [InputRequired()], longest=300)
