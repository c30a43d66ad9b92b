"""What offers ask for."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired, Optional

from app.catalog.models import Listing, Variant
from app.catalog.rules.quantities import largest_quantity
from app.catalog.rules.texts import unit_word
from app.money.amounts import BPS_PER_PERCENT
from app.quotes.actions.make_offer import OfferTerms
from app.quotes.rules.parts import MOST_BEFORE_ACCEPTANCE_BPS, MOST_DEPOSIT_BPS, PaymentParts
from app.web.fields import MoneyField, QuantityField, number_sent
from app.web.forms import BaseForm


class AnswerForm(BaseForm):
    """`seen` is the round that stood on the page: a newer one is never answered by mistake."""

    seen = HiddenField(validators=[InputRequired()])

    @property
    def round(self) -> int:
        """0, which is no round, when the field was tampered with."""
        return number_sent(self.seen.data)


class OfferForm(AnswerForm):
    """Made for goods by `offer_form`: their currency and steps decide how it is read."""

    unit: str
    quantity: QuantityField
    price: MoneyField
    leading = ("quantity", "price")
    deposit = QuantityField(_l("Deposit, in percent"), [Optional()], least=0, most=MOST_DEPOSIT_BPS // BPS_PER_PERCENT)
    shipment = QuantityField(
        _l("When the goods leave, in percent"),
        [Optional()],
        least=0,
        most=MOST_BEFORE_ACCEPTANCE_BPS // BPS_PER_PERCENT,
    )

    def terms(self) -> OfferTerms:
        assert self.quantity.data is not None
        assert self.price.data is not None
        parts = PaymentParts((self.deposit.data or 0) * BPS_PER_PERCENT, (self.shipment.data or 0) * BPS_PER_PERCENT)
        return OfferTerms(self.quantity.data, self.price.data.minor, parts)


def offer_form(variant: Variant, listing: Listing) -> type[OfferForm]:
    most = largest_quantity(listing.min_quantity, listing.quantity_step, variant.available)

    class Made(OfferForm):
        quantity = QuantityField(
            _l("How many"),
            [InputRequired()],
            least=listing.min_quantity,
            most=max(most, listing.min_quantity),
            step=listing.quantity_step,
        )
        price = MoneyField(_l("Your price for one"), [InputRequired()], currency=listing.currency)

    Made.unit = unit_word(listing.unit, 1)
    return Made
