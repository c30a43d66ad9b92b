"""What checkout asks for."""

import json
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired, ValidationError

from app.checkout.errors import PurchaseNumberMissing
from app.checkout.rules.approvals import LONGEST_REASON
from app.checkout.rules.contact import LONGEST_EMAIL, LONGEST_NAME, LONGEST_PHONE, read_email, read_phone
from app.checkout.rules.priced_cart import PricedCart
from app.companies.rules.spending import LONGEST_PO
from app.errors import N_, Invalid
from app.orders.rules.purchase import MAX_QUANTITY
from app.web.address_form import AddressFields
from app.web.fields import LineField, ParagraphsField
from app.web.forms import BaseForm
from app.web.money_input import latin_digits
from app.web.problem_words import sentence


class NotAQuantity(Invalid):
    code = "not-a-quantity"
    message = N_("Enter a whole number from 1 to 1,000,000. You typed “%(typed)s”.")


def read_quantity(typed: str) -> int:
    """A whole number as people type it, in any script's digits. Raises NotAQuantity."""
    plain = latin_digits(typed).strip().replace(" ", "").removeprefix("+")
    if not plain.isdecimal() or len(plain) > len(str(MAX_QUANTITY)) or not 0 < int(plain) <= MAX_QUANTITY:
        raise NotAQuantity(field="quantity", typed=typed[:20])
    return int(plain)


class PersonForm(BaseForm):
    """Who can be written to and called. `region` is the country a number without `+` is read in."""

    email = LineField(_l("E-mail address"), [InputRequired()], longest=LONGEST_EMAIL)
    name = LineField(_l("Full name"), [InputRequired()], longest=LONGEST_NAME)
    phone = LineField(_l("Phone number"), [InputRequired()], longest=LONGEST_PHONE)
    region = "KH"

    def validate_email(self, field: LineField) -> None:
        try:
            field.data = read_email(field.data or "")
        except Invalid as problem:
            raise ValidationError(sentence(problem)) from None

    def validate_phone(self, field: LineField) -> None:
        try:
            field.data = read_phone(latin_digits(field.data or ""), self.region)
        except Invalid as problem:
            raise ValidationError(sentence(problem)) from None


class ContactForm(PersonForm):
    """Who buys."""

    po_number = LineField(_l("Purchase order number"), longest=LONGEST_PO)
    needs_po = False

    def validate_po_number(self, field: LineField) -> None:
        if self.needs_po and not field.data:
            raise ValidationError(sentence(PurchaseNumberMissing()))


class TakeOverForm(PersonForm):
    """Who takes over what a colleague asked for."""


class AddressForm(AddressFields, BaseForm):
    """Where the parcel goes; the contact's name stands on it."""

    asks_who = False


class SavedAddressForm(AddressFields, BaseForm):
    """An address of an account, with who receives it."""


class SeenForm(BaseForm):
    """`seen` carries the amounts that stood on the page; they are compared, never believed."""

    seen = HiddenField(validators=[InputRequired()])

    def amounts(self) -> dict[str, int]:
        """Nothing when the field was tampered with: then everything has changed."""
        try:
            found = json.loads(self.seen.data or "{}")
        except (ValueError, RecursionError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {str(name): amount for name, amount in found.items() if type(amount) is int}  # True is no amount


class PayForm(SeenForm):
    """`buying_for` is the company the page named, empty for oneself."""

    paid_by = HiddenField(validators=[InputRequired()])
    buying_for = HiddenField()

    @property
    def company_id(self) -> UUID | None:
        try:
            return UUID(self.buying_for.data or "")
        except ValueError:
            return None


class ApprovalForm(SeenForm):
    """An approver says yes to the amounts of the page."""


class ReasonForm(BaseForm):
    reason = ParagraphsField(_l("Why not?"), [InputRequired()], longest=LONGEST_REASON)


def read_shipping(sent: dict[str, str], cart: PricedCart) -> dict[str, str]:
    """One of each seller's own methods; a seller without a valid choice keeps its first."""
    chosen = {}
    for one in cart.sellers:
        rates = {str(option.rate_id) for option in one.options}
        wanted = sent.get(f"shipping-{one.seller.id}", "")
        if wanted in rates:
            chosen[str(one.seller.id)] = str(UUID(wanted))
        elif one.shipping:
            chosen[str(one.seller.id)] = str(one.shipping.rate_id)
    return chosen
