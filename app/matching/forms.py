"""What whoever resolves an exception writes."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.matching.rules import KINDS
from app.web.fields import LineField, ParagraphsField
from app.web.forms import BaseForm

LONGEST = 500


class AssignForm(BaseForm):
    assignee = SelectField(_l("Who looks after it"), [Optional()])


class NoteForm(BaseForm):
    text = ParagraphsField(_l("Note"), [Optional()], longest=2_000)
    file = FileField(_l("Evidence"))


class ProposalForm(BaseForm):
    """`seen` is sent by who saw the entry."""

    kind = RadioField(_l("How it is resolved"), [InputRequired()], choices=[(key.value, _l(words)) for key, words in KINDS.items()])  # fmt: skip
    other = SelectField(_l("The other one"), [Optional()], validate_choice=False)
    note = LineField(_l("Why this is right"), [InputRequired()], longest=LONGEST)
    seen = HiddenField()


class DecisionForm(BaseForm):
    answer = LineField(_l("What whoever proposed should know"), [Optional()], longest=LONGEST)
