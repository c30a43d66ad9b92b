"""What the operator types."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from app.config.days import market_today
from app.console.errors import OldReceipt, ReceiptTooLarge, UnusableReceipt, UnusableWallet
from app.money.amounts import usd
from app.orders.rules.purchase import MAX_CENTS
from app.web.fields import LineField, MoneyField, ParagraphsField, PastDayField
from app.web.forms import BaseForm
from app.web.problem_words import sentence

_ADDRESS_BYTES = 20
_OLDEST = timedelta(days=366)


class ReceiptForm(BaseForm):
    """Money that came to the market's bank account for tokens."""

    reference = LineField(_l("Bank reference"), [InputRequired()], longest=80)
    payer_name = LineField(_l("Who paid"), [InputRequired()], longest=120)
    wallet_address = LineField(_l("Wallet the tokens go to"), [InputRequired()], longest=42)
    amount = MoneyField(_l("Amount"), [InputRequired()], currency="USD")
    received_on = PastDayField(_l("Day it arrived"), [InputRequired()])

    def validate_amount(self, field: MoneyField) -> None:
        if field.data is not None and field.data.minor <= 0:
            raise ValidationError(sentence(UnusableReceipt()))
        if field.data is not None and field.data.minor > MAX_CENTS:
            raise ValidationError(sentence(ReceiptTooLarge(most=usd(MAX_CENTS))))

    def validate_wallet_address(self, field: LineField) -> None:
        try:
            self.wallet()
        except ValueError:
            raise ValidationError(sentence(UnusableWallet())) from None

    def validate_received_on(self, field: PastDayField) -> None:
        if field.data is not None and field.data < market_today() - _OLDEST:
            raise ValidationError(sentence(OldReceipt()))

    def wallet(self) -> bytes:
        """The 20 bytes. Raises ValueError for anything else, the zero address included."""
        typed = (self.wallet_address.data or "").strip()
        address = bytes.fromhex(typed.removeprefix("0x"))
        if len(address) != _ADDRESS_BYTES or not any(address) or not typed.startswith("0x"):
            raise ValueError(typed)
        return address


class PaidByBankForm(BaseForm):
    """A refund that no card took, paid by bank."""

    reference = LineField(_l("Bank reference"), [InputRequired()], longest=80)
    paid_on = PastDayField(_l("Day it was paid"), [InputRequired()])


class ReviewForm(BaseForm):
    """What the operator wants changed, or why a shop is not accepted. `seen`: the version of the dossier looked at."""

    reason = ParagraphsField(
        _l("What must the owner of the shop know? They read it as you write it."), [InputRequired()], longest=1000
    )
    seen = IntegerField(_l("Version"), [InputRequired()], widget=HiddenInput())


class SuspendForm(BaseForm):
    """Why a shop is taken off the market: its owner reads it."""

    reason = LineField(_l("Why? The owner of the shop reads this."), [InputRequired()], longest=300)
