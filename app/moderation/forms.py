"""What reporting and deciding ask for."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from app.moderation.rules import LONGEST_REPORT, REASONS
from app.web.fields import ParagraphsField
from app.web.forms import BaseForm

WORDS = {
    "prohibited": _l("It may not be sold"),
    "copy": _l("It is a copy of a brand"),
    "misleading": _l("It is not what it says"),
    "offensive": _l("Its words or pictures offend"),
    "other": _l("Something else"),
}


class ReportForm(BaseForm):
    reason = RadioField(
        _l("What is wrong with it?"), [InputRequired()], choices=[(reason, WORDS[reason]) for reason in REASONS]
    )
    text = ParagraphsField(_l("Tell us more"), longest=LONGEST_REPORT)


class DecisionForm(BaseForm):
    decision = ParagraphsField(_l("Why, as the shop will read it"), [InputRequired()], longest=1000)
