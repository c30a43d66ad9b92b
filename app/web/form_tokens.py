"""A form that is sent twice acts once: it carries a token made with the page, and the action keeps it as its key."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import g
from flask_babel import gettext as _
from wtforms import HiddenField
from wtforms.validators import ValidationError


class FormTokenField(HiddenField):
    """A UUID, new with every page and kept while the same form is mended and sent again."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, default=new_form_token, **kwargs)

    def pre_validate(self, _form: Any) -> None:
        """Raises ValidationError for what no page of ours contained."""
        try:
            UUID(self.data or "")
        except ValueError:
            raise ValidationError(_("This form is damaged. Load the page again and send it once more.")) from None


def form_token(sent: Mapping[str, str]) -> UUID | None:
    """Of a form written by hand; None when it carries none of ours."""
    try:
        return UUID(sent.get("form_token", ""))
    except ValueError:
        return None


def new_form_token() -> str:
    """For a form written by hand in a template: `<input type="hidden" name="form_token" value="…">`."""
    token = str(uuid4())
    form_tokens_made().append(token)
    return token


def form_tokens_made() -> list[str]:
    """For the page that this request is making."""
    made: list[str] = g.setdefault("form_tokens", [])
    return made
