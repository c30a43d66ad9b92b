"""Asking for a file, and for files by the calendar."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from app.downloads.making import FORMAT_WORDS, TITLES
from app.downloads.rules import DAY, MONTH
from app.web.fields import LineField
from app.web.forms import BaseForm


class FileForm(BaseForm):
    """As the page of a report sends it."""

    report = LineField()
    format = SelectField(_l("As"), [InputRequired()], choices=list(FORMAT_WORDS.items()))
    first = LineField()
    last = LineField()
    shop = LineField()
    account = LineField()


class ScheduleForm(BaseForm):
    report = SelectField(_l("Report"), [InputRequired()])
    format = SelectField(_l("As"), [InputRequired()], choices=list(FORMAT_WORDS.items()))
    every = RadioField(_l("How often"), [InputRequired()])
    recipients = SelectMultipleField(_l("Who gets it"))

    def offer(self, reports: Sequence[str], people: Sequence[Any]) -> None:
        self.report.choices = [(key, _(TITLES[key])) for key in reports]
        self.every.choices = [
            (DAY, _("Every day, of the day before")),
            (MONTH, _("On the first of each month, of the month before")),
        ]
        self.recipients.choices = [
            (str(one.id), f"{one.name} · {one.email}" if one.name else one.email) for one in people
        ]
