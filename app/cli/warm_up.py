"""Asks the application for pages that everybody opens, before processes are forked from the one that loaded it.

What the first visitors leave behind in a process (compiled statements and templates, addresses, words of a language, code
that the interpreter has made quicker) is then made once and shared. Only reading, as a guest; nothing of it is logged, and
what does not go well is left to the first visitors after all.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus

from flask import Flask
from werkzeug.test import Client

from app.db.session import engine
from app.web.languages import CODES, LANGUAGE_COOKIE

FOUND_AT_HOME = ("/c/", "/p/")
"""Pages of which the first that the front page links to is opened."""
ALWAYS_THERE = ("/search?q=a", "/cart", "/sign-in", "/api/v1/listings?size=20", "/healthz")


def warm_up(app: Flask) -> None:
    """When the database is there; else nothing happens. Afterwards no connection is open."""
    with _unnoticed(), suppress(Exception):
        for code in CODES:
            browser = Client(app)
            browser.set_cookie(LANGUAGE_COOKIE, code)
            for _ in range(2):  # the second time, what was made at the first is found
                for address in _addresses(browser):
                    browser.get(address, headers={"Accept-Encoding": "gzip"}).close()


def _addresses(browser: Client) -> Iterator[str]:
    home = browser.get("/")
    if home.status_code != HTTPStatus.OK:
        return
    links = re.findall(r'href="(/[^"#?]+)"', home.text)
    for beginning in FOUND_AT_HOME:
        yield from [link for link in links if link.startswith(beginning)][:1]
    yield from ALWAYS_THERE


@contextmanager
def _unnoticed() -> Iterator[None]:
    disabled = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        engine().dispose()
        logging.disable(disabled)
