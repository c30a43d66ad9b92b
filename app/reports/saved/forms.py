"""The form that keeps what a page of a report shows."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import DataRequired, InputRequired

from app.saved.rules import DAYS, LONGEST_NAME
from app.web.fields import LineField
from app.web.forms import BaseForm


class KeepForm(BaseForm):
    """As the page of a report sends it; `first`, `last`, `shop` and `account` are what it shows."""

    report = LineField()
    first = LineField()
    last = LineField()
    shop = LineField()
    account = LineField()
    name = LineField(_l("Name"), [DataRequired()], longest=LONGEST_NAME)
    days = SelectField(_l("Which days, whenever it is opened"), [InputRequired()])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.days.choices = [(key, _(words)) for key, words in DAYS.items()]
