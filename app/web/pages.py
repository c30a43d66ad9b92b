"""Answering with a page, and leading people on without leading them astray."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.web.flashes import NOTE, OK, PROBLEM, flash

__all__ = [
    "NOTE",
    "OK",
    "PROBLEM",
    "flash",
    "go_on",
    "here",
    "is_safe_path",
    "page",
    "safe_next",
    "this_place",
    "without",
]


def page(template: str, status: int = 200, **context: Any) -> ResponseReturnValue:
    """Render a page of ours. Give the form back with status 422 when it could not be accepted."""
    return render_template(template, **context), status


def is_safe_path(path: str | None) -> bool:
    """Whether `path` stays on this site. Browsers read `//host` and `/\\host` as another one."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return False
    if any(ord(letter) <= ord(" ") or letter == "\\" for letter in path):
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc


def safe_next(default: str) -> str:
    """Where the form or address says to go on (`next`), if that is on this site; else `default`."""
    wanted = request.form.get("next") or request.args.get("next")
    return wanted if wanted is not None and is_safe_path(wanted) else default


def go_on(to: str) -> ResponseReturnValue:
    """After a form was accepted: 303, so that a reload does not send it again."""
    return redirect(to, 303)


def here(**changes: str | None) -> str:
    """The address of this page with some of its query changed; None takes a part away. A new filter starts at page one."""
    query = {name: values for name, values in request.args.lists() if name != "cursor"}
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = [value]
    return request.path + ("?" + urlencode(query, doseq=True) if query else "")


def without(name: str, value: str) -> str:
    """The address of this page with one value of a repeated filter taken away."""
    query = [
        (key, each)
        for key, values in request.args.lists()
        for each in values
        if key != "cursor" and (key, each) != (name, value)
    ]
    return request.path + ("?" + urlencode(query) if query else "")


def this_place() -> str:
    """This page's own address, for coming back to it."""
    return request.full_path.rstrip("?")
