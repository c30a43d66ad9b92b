"""A statement to take in."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.banking.rules import FORMATS
from app.money.currencies import CURRENCIES
from app.web.fields import LineField
from app.web.forms import BaseForm


class StatementForm(BaseForm):
    format = RadioField(_l("Format"), [InputRequired()], choices=list(FORMATS.items()))
    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])
    account = LineField(_l("Number of the bank account"), [Optional()], longest=40)
    currency = SelectField(
        _l("Currency"), [InputRequired()], choices=[(code, code) for code in CURRENCIES], default="USD"
    )
