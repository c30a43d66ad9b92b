"""The form every other one derives from: cleans input, never clears it, speaks our words, carries a one-time token."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest
from wtforms import FieldList, FormField

from app.errors import N_, DomainError, Forbidden, NotFound
from app.web.form_tokens import FormTokenField
from app.web.problem_words import sentence

csrf = CSRFProtect()

_OUR_WORDS = {
    "This field is required.": N_("Fill this in."),
    "Not a valid choice.": N_("Choose one of the list."),
    "Not a valid choice": N_("Choose one of the list."),
    "Invalid Choice: could not be coerced.": N_("Choose one of the list."),
    "Not a valid integer value.": N_("Enter a whole number."),
    "Not a valid date value.": N_("Enter a date as year-month-day, for example 2026-11-23."),
    "Invalid email address.": N_("Enter an e-mail address like name@example.com."),
    "Invalid URL.": N_("Enter a web address that begins with https://."),
    "Field must be at least %(min)d character long.": N_("Enter at least %(min)d characters."),
    "Field must be at least %(min)d characters long.": N_("Enter at least %(min)d characters."),
    "Field cannot be longer than %(max)d character.": N_("Enter at most %(max)d characters."),
    "Field cannot be longer than %(max)d characters.": N_("Enter at most %(max)d characters."),
    "Number must be at least %(min)s.": N_("Enter at least %(min)s."),
    "Number must be at most %(max)s.": N_("Enter at most %(max)s."),
    "Number must be between %(min)s and %(max)s.": N_("Enter a number from %(min)s to %(max)s."),
    "Field must be equal to %(other_name)s.": N_("This is not the same as above. Type it again."),
    "The CSRF token is missing.": N_("This page was open too long. Send it once more: what you typed is still here."),
    "The CSRF tokens do not match.": N_(
        "This page was open too long. Send it once more: what you typed is still here."
    ),
    "The CSRF token is invalid.": N_("This page was open too long. Send it once more: what you typed is still here."),
}


class _OurWords:
    """WTForms' own messages, in our words and the viewer's language."""

    def gettext(self, text: str) -> str:
        return str(_(_OUR_WORDS.get(text, text)))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class BaseForm(FlaskForm):
    """Sent by POST, safe to be sent twice: `token` is the key of what it does."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> Any:
            return _OurWords()

    form_token = FormTokenField()
    leading: ClassVar[tuple[str, ...]] = ()
    """Fields that stand on the page before all others, though the form has them last: those made for one currency."""

    @property
    def token(self) -> UUID:
        """Raises BadRequest for what no page of ours contained."""
        try:
            return UUID(self.form_token.data or "")
        except ValueError:
            raise BadRequest from None

    @property
    def problems(self) -> list[tuple[Any, str]]:
        """Each field with what is wrong with it, in the order of the page."""
        shown = sorted(self, key=lambda field: field.name not in self.leading)
        return [(field, text) for field in _leaves(shown) for text in field.errors]

    def name_of(self, field: Any) -> str:
        """How a list of problems calls a field."""
        return str(field.label.text)

    def add_problem(self, error: DomainError) -> None:
        """Show what an action refused beside the field it names, or above the form.

        That somebody may not do it at all is nothing to mend in a form: such an error is raised again.
        """
        if isinstance(error, Forbidden | NotFound) and not error.field:
            raise error
        problem = sentence(error)
        if error.field and error.field in self and not isinstance(self[error.field], FieldList):
            field = self[error.field]
            field.errors = [*field.errors, problem]
        else:
            self.form_errors.append(problem)


def _leaves(fields: Iterable[Any]) -> Iterator[Any]:
    """The fields people fill in, those of repeated rows among them."""
    for field in fields:
        if isinstance(field, FieldList):
            yield from _leaves(field.entries)
        elif isinstance(field, FormField):
            yield from _leaves(field.form)
        else:
            yield field


class FilterForm(FlaskForm):
    """Sent by GET: its address can be kept and passed on; it changes nothing, so it carries no token."""

    class Meta(BaseForm.Meta):
        csrf = False
