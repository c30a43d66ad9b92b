"""What an owner tells of the shop."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from app.errors import Invalid
from app.identity.rules.roles import SHOP_KINDS
from app.parties.errors import AttestationNeeded
from app.parties.rules.checklist import LONGEST_LEGAL_NAME, LONGEST_NUMBER, PaperKind
from app.parties.rules.papers import MOST_BYTES, media_type_of
from app.parties.words import KIND_WORDS, PAPER_WORDS
from app.web.fields import LineField
from app.web.forms import BaseForm
from app.web.problem_words import sentence


class IdentityForm(BaseForm):
    kind = RadioField(_l("Who sells?"), [InputRequired()], choices=lambda: [(k, _(KIND_WORDS[k])) for k in SHOP_KINDS])
    legal_name = LineField(_l("Full name, as on the document"), [InputRequired()], longest=LONGEST_LEGAL_NAME)


class NumbersForm(BaseForm):
    registration = LineField(_l("Registration number"), longest=LONGEST_NUMBER)
    tax = LineField(_l("Tax number"), longest=LONGEST_NUMBER)


class PaperForm(BaseForm):
    """`data` and `media_type` are there once it was found fine."""

    kind = SelectField(
        _l("What is it?"), [InputRequired()], choices=lambda: [(one.value, _(PAPER_WORDS[one])) for one in PaperKind]
    )
    file = FileField(_l("File"))
    content = b""
    media_type = ""

    def validate_file(self, field: Any) -> None:
        given = field.data if isinstance(field.data, FileStorage) else None
        self.content = given.stream.read(MOST_BYTES + 1) if given else b""
        try:
            self.media_type = media_type_of(self.content)
        except Invalid as error:
            raise ValidationError(sentence(error)) from error


class AttestForm(BaseForm):
    is_true = BooleanField(_l("I stand by this"))

    def validate_is_true(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(sentence(AttestationNeeded()))
