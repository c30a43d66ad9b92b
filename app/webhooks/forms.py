"""The forms of webhooks."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import InputRequired

from app.web.fields import LineField
from app.web.forms import BaseForm
from app.webhooks.actions.keep_endpoint import EndpointTerms
from app.webhooks.rules import KINDS, LONGEST_ADDRESS


class EndpointForm(BaseForm):
    url = LineField(_l("Address"), [InputRequired()], longest=LONGEST_ADDRESS)
    kinds = SelectMultipleField(_l("What is it told?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(KINDS)

    def offer(self, kinds: Mapping[str, str]) -> None:
        self.kinds.choices = [(kind, _(words)) for kind, words in kinds.items()]

    def terms(self) -> EndpointTerms:
        return EndpointTerms(self.url.data or "", tuple(self.kinds.data or ()))


class RotateForm(BaseForm):
    """`seen` is the version of the secret that the page showed."""

    seen = HiddenField()
