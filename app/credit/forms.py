"""Forms of terms and of what is owed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired, Optional

from app.credit.rules import DAYS, LONGEST_NOTE, LONGEST_REASON
from app.web.fields import DayField, LineField, MoneyField, ParagraphsField
from app.web.forms import BaseForm


class TermsForm(BaseForm):
    limit = MoneyField(_l("Credit limit"), [InputRequired()], currency="USD")
    days = SelectField(_l("Days to pay"), [InputRequired()], coerce=int)
    is_paused = BooleanField(_l("Paused: no new orders on these terms"))
    note = ParagraphsField(_l("Note"), [Optional()], longest=LONGEST_NOTE)

    def offer(self) -> None:
        self.days.choices = [(days, _("%(days)s days", days=days)) for days in DAYS]

    @property
    def limit_cents(self) -> int:
        return self.limit.data.minor if self.limit.data is not None else 0


class GrantForm(TermsForm):
    company = SelectField(_l("Company"), [InputRequired()])

    def offer_companies(self, known: Sequence[Any]) -> None:
        self.offer()
        self.company.choices = [("", _("Choose one")), *((str(row.id), row.name) for row in known)]

    @property
    def company_id(self) -> UUID:
        return UUID(self.company.data)


class MoreTimeForm(BaseForm):
    due_on = DayField(_l("New day to pay"), [InputRequired()])


class OutsideForm(BaseForm):
    reason = LineField(_l("How was it settled?"), [InputRequired()], longest=LONGEST_REASON)
