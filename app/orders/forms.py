"""What the order pages ask for."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, MultipleFileField, RadioField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.orders.rules.numbers import normalize_number
from app.orders.rules.parcels import LineLeft
from app.orders.rules.signed_exit import SignedExit
from app.web.fields import LineField, MoneyField, ParagraphsField, QuantityField
from app.web.forms import BaseForm

_Counted = TypeVar("_Counted", bound=BaseForm)
REASONS = (
    ("not_arrived", _l("It has not arrived")),
    ("damaged", _l("It is damaged")),
    ("not_as_described", _l("It is not what was offered")),
    ("other", _l("Something else")),
)


class SignedForm(BaseForm):
    """A form that a party with an own wallet also signs; for everybody else both fields stay empty."""

    signature = HiddenField(validators=[Optional()])
    deadline = HiddenField(validators=[Optional()])

    def signed(self) -> SignedExit | None:
        """None when nothing usable was sent: settlement then says what it needs."""
        try:
            signature = bytes.fromhex((self.signature.data or "").removeprefix("0x"))
            return SignedExit(signature, int(self.deadline.data or "")) if signature else None
        except ValueError:
            return None


class ShipForm(SignedForm):
    carrier = LineField(_l("Carrier"), [InputRequired()], longest=60)
    tracking = LineField(_l("Tracking number"), [Optional()], longest=40)


class ParcelForm(BaseForm):
    """Which parcel is meant; the last one without it."""

    parcel = HiddenField(validators=[Optional()])

    @property
    def parcel_id(self) -> UUID | None:
        try:
            return UUID(self.parcel.data or "")
        except ValueError:
            return None


class TrackingForm(ShipForm, ParcelForm):
    """A number to mend."""


def counting(
    form: type[_Counted], lines: Iterable[LineLeft], names: Mapping[UUID, str], *, none_chosen: bool
) -> type[_Counted]:
    """`form` with a field for how many of each line; filled with all that is left, or with none unless there is only one.

    More than is left is refused by the action, which knows whether the same form was sent before.
    """
    shown = [line for line in lines if line.left or not none_chosen]
    is_one = sum(line.left for line in shown) == 1
    counts: dict[str, Any] = {
        f"quantity_{line.position}": QuantityField(
            names.get(line.id, ""), [Optional()], least=0, most=line.quantity,
            default=line.left if is_one or not none_chosen else 0,
        )
        for line in shown
    }  # fmt: skip
    return type(form.__name__, (form,), counts)


def counts_in(form: BaseForm, lines: Iterable[LineLeft]) -> dict[UUID, int] | None:
    """What was typed, by the id of the line; what was left empty is none of it. None when nothing was asked."""
    fields = {line.id: form[f"quantity_{line.position}"] for line in lines if f"quantity_{line.position}" in form}
    if not any(field.raw_data for field in fields.values()):
        return None
    return {line_id: field.data or 0 for line_id, field in fields.items()}


class HandoverForm(BaseForm):
    code = LineField(_l("The buyer's code"), [InputRequired()], longest=60)


class RefundForm(SignedForm):
    amount = MoneyField(_l("Amount to give back"), [InputRequired()], currency="USD")
    reason = LineField(_l("Reason, as the buyer will read it"), [InputRequired()], longest=200)


class ProblemForm(SignedForm):
    reason = RadioField(_l("What is wrong?"), [InputRequired()], choices=REASONS)
    text = ParagraphsField(_l("Tell us more"), [InputRequired()], longest=2000)
    files = MultipleFileField(_l("Pictures and PDFs"))


class DecideForm(BaseForm):
    seller_amount = MoneyField(_l("The seller gets"), [InputRequired()], currency="USD")
    resolution = ParagraphsField(_l("Why, as both sides will read it"), [InputRequired()], longest=1000)


class FindForm(BaseForm):
    """An order by the number people say; the address is asked of who cannot see it already."""

    number = LineField(_l("Order number"), [InputRequired()], longest=20)
    email = LineField(_l("E-mail address of the order"), [Optional()], longest=254)

    def validate_number(self, field: LineField) -> None:
        if normalize_number(field.data or "") is None:
            raise ValidationError(
                _(
                    "This is not an order number. It has seven letters and digits, like 7F3K-2MQ; there is no 0, O, 1, I or L."
                )
            )
