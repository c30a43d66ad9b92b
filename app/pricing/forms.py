"""Forms of customer groups."""

import re

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from app.pricing.rules.groups import LONGEST_NAME
from app.web.fields import LineField, ParagraphsField
from app.web.forms import BaseForm


class GroupForm(BaseForm):
    name = LineField(_l("Name of the group"), [InputRequired()], longest=LONGEST_NAME)


class BuyersForm(BaseForm):
    emails = ParagraphsField(_l("E-mail addresses"), [InputRequired()], longest=20_000)

    def addresses(self) -> list[str]:
        """One a line, or parted by commas and semicolons."""
        return [part for part in re.split(r"[\s,;]+", self.emails.data or "") if part]
