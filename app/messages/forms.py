"""What the pages of messages ask for."""

from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField
from wtforms.validators import InputRequired, Optional

from app.messages.files import Draft, read_file, require_few
from app.messages.rules import LONGEST, REASONS
from app.web.fields import ParagraphsField
from app.web.forms import BaseForm


class MessageForm(BaseForm):
    body = ParagraphsField(_l("Your message"), [Optional()], longest=LONGEST)
    files = MultipleFileField(_l("Pictures or PDFs"), [Optional()])

    def draft(self) -> Draft:
        """Raises what `read_file` and `require_few` raise."""
        chosen = [file for file in self.files.data or [] if file and file.filename]
        require_few(len(chosen))
        files = tuple(read_file(file.filename or "", file.stream.read()) for file in chosen)
        return Draft(self.body.data or "", files, self.token)


class ReportForm(BaseForm):
    reason = RadioField(
        _l("What is wrong with it?"),
        [InputRequired()],
        choices=[(reason, _l(words)) for reason, words in REASONS.items()],
    )
    text = ParagraphsField(_l("What the market should know"), [Optional()], longest=500)
