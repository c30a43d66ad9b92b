"""What is said on top of the next page is kept as the text it was made from: who changes language meanwhile reads it in theirs."""

from typing import Any, cast

from flask import Flask, g, get_flashed_messages, has_request_context
from flask import flash as _flash
from flask_babel import Babel, Domain, gettext, ngettext
from markupsafe import Markup

OK, NOTE, PROBLEM = "ok", "note", "problem"
KINDS = (OK, NOTE, "warn", PROBLEM)


class RememberingDomain(Domain):
    """Knows of what was translated in this request how it was made."""

    def gettext(self, string: str, **variables: Any) -> str:
        return _remembered(super().gettext(string, **variables), [string], variables)

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        said = super().ngettext(singular, plural, num, **variables)
        return _remembered(said, [singular, plural, num], variables)


def _remembered(said: str, texts: list[str | int], values: dict[str, Any]) -> str:
    if has_request_context() and all(type(value) in (str, int) for value in values.values()):
        g.setdefault("translated", {})[said] = (texts, values)
    return said


def flash(text: str, kind: str = OK) -> None:
    """Say `text` on top of the next page: `OK` done, `NOTE` good to know, `PROBLEM` needs you."""
    made_from = g.get("translated", {}).get(text) if not isinstance(text, Markup) else None
    _flash(made_from or text, kind)


def flashed() -> list[tuple[str, str]]:
    """(kind, text) of what there is to say, in the language of this page."""
    waiting = cast(list[tuple[str, Any]], get_flashed_messages(with_categories=True))
    return [(kind if kind in KINDS else NOTE, _told(kept)) for kind, kept in waiting]


def _told(kept: Any) -> str:
    if isinstance(kept, str):
        return kept
    texts, values = kept
    return (gettext if len(texts) == 1 else ngettext)(*texts, **values)


def install_flashes(app: Flask, babel: Babel) -> None:
    babel.domain_instance = RememberingDomain()
    app.jinja_env.globals["flashed"] = flashed
