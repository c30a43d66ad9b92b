"""Sentences of the domain in the reader's language, its values as people read them."""

from typing import Any

from flask_babel import gettext as _

from app.orders.rules.words import Day, Text
from app.web.filters import day_text, in_words


def text_in_words(text: Text | None) -> str:
    """Empty for nothing to say."""
    if text is None:
        return ""
    values = {name: _shown(value) for name, value in text.values.items()}
    return _(text.message, **values) if values else _(text.message)


def _shown(value: Any) -> Any:
    return day_text(value.at) if isinstance(value, Day) else in_words(value)
