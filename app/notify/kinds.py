"""The words of each kind of news. A feature names its own; `app.reactions` adds them when a process starts."""

from collections.abc import Mapping

from app.errors import N_

UNKNOWN = N_("There is news for you.")
_words: dict[str, str] = {}


def add_kinds(words: Mapping[str, str]) -> None:
    """`words`: by kind ("order.shipped") a sentence marked with `N_`, its values as `%(name)s`."""
    _words.update(words)


def words_of(kind: str) -> str:
    """Of a kind that a newer version wrote and this one does not know, only that there is something."""
    return _words.get(kind, UNKNOWN)
