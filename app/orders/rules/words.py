"""A sentence still without a language: a message id and its values, put into words where it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    """`message` is a translatable whole sentence with `%(name)s` places; values may be Money or datetime."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


def say(message: str, **values: Any) -> Text:
    return Text(message, values)
