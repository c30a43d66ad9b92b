"""What whoever closes a month writes."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, Optional

from app.closing.rules import REASON_LONGEST
from app.web.fields import LineField
from app.web.forms import BaseForm


class CloseForm(BaseForm):
    reason = LineField(_l("Why it is closed all the same"), [Optional()], longest=REASON_LONGEST)


class ReopenForm(BaseForm):
    reason = LineField(_l("Why it has to be opened"), [InputRequired()], longest=REASON_LONGEST)


class AnswerForm(BaseForm):
    answer = LineField(_l("What whoever asked should know"), [Optional()], longest=REASON_LONGEST)
