"""What the pages of returns and of evidence ask for."""

from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField
from wtforms.validators import InputRequired, Optional

from app.orders.forms import SignedForm
from app.web.fields import LineField, MoneyField, ParagraphsField
from app.web.forms import BaseForm

RETURN_REASONS = (
    ("damaged", _l("It is damaged")),
    ("not_as_described", _l("It is not what was offered")),
    ("wrong_goods", _l("Something else came")),
    ("changed_mind", _l("I do not want it any more")),
    ("other", _l("Another reason")),
)
POSTAGE = (("seller", _l("The shop pays it")), ("buyer", _l("The buyer pays it")))


class ReturnForm(BaseForm):
    """Which goods: `counting` adds a field for each line."""

    reason = RadioField(_l("Why do you send it back?"), [InputRequired()], choices=RETURN_REASONS)
    text = ParagraphsField(_l("Tell the seller more"), [InputRequired()], longest=2000)
    files = MultipleFileField(_l("Pictures"))


class ApproveForm(BaseForm):
    return_address = ParagraphsField(_l("Where the buyer sends it"), [InputRequired()], longest=500)
    postage = RadioField(_l("Who pays the postage?"), [InputRequired()], choices=POSTAGE)


class DeclineForm(BaseForm):
    answer = ParagraphsField(_l("Why not, as the buyer will read it"), [InputRequired()], longest=1000)


class ReturnSentForm(BaseForm):
    carrier = LineField(_l("Carrier"), [InputRequired()], longest=60)
    tracking = LineField(_l("Tracking number"), [Optional()], longest=40)


class ReceivedForm(BaseForm):
    condition = ParagraphsField(_l("How it came back, as the buyer will read it"), [InputRequired()], longest=1000)


class RefundReturnForm(SignedForm):
    amount = MoneyField(_l("Amount to give back"), [InputRequired()], currency="USD")
    reason = LineField(_l("Reason, as the buyer will read it"), [InputRequired()], longest=200)


class EvidenceForm(BaseForm):
    text = ParagraphsField(_l("What happened, as you see it"), [InputRequired()], longest=4000)
    files = MultipleFileField(_l("Pictures and PDFs"))
