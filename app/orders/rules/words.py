"""A sentence still without a language: a message id and its values, put into words where it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Day:
    """A moment that people only need the day of, in their own time zone."""

    at: datetime


@dataclass(frozen=True)
class Text:
    """`message` is a translatable whole sentence with `%(name)s` places; values may be Money, Day or datetime."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


def say(message: str, **values: Any) -> Text:
    return Text(message, values)
