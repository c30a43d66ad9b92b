"""The sentence of an error in the viewer's language, with its values as people read them."""

from flask_babel import gettext as _

from app.errors import DomainError
from app.web.filters import in_words


def sentence(error: DomainError) -> str:
    values = {name: in_words(value) for name, value in error.values.items()}
    return str(_(error.message, **values) if values else _(error.message))
