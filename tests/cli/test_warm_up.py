"""Before processes are forked, pages are asked for once: they come quicker then, and nothing else is to be seen of it."""

import logging
import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, Response, request

from app.cli.warm_up import warm_up
from app.db.session import engine
from app.reactions import start
from app.web.languages import CODES, current_locale
from app.web.limits import limiter
from app.wiring import create_app
from tests.support.http import NOWHERE
from tests.support.market_pages import MarketPages
from tests.support.statements import asked

ASKED_FOR = {"/", "/c/", "/p/", "/search", "/cart", "/sign-in", "/api/v1/listings", "/healthz"}


@pytest.fixture
def answers(market_pages: MarketPages) -> Iterator[tuple[Flask, list[tuple[str, str, int]]]]:
    """An application and the path, language and status of each answer it gives."""
    settings = market_pages.app.config["SETTINGS"]
    app, given = create_app(replace(settings, log_level="INFO")), []
    limiter.enabled = True  # to count is to write

    @app.after_request
    def note(response: Response) -> Response:
        given.append((request.path, current_locale(), response.status_code))
        return response

    yield app, given
    limiter.enabled = False
    start(settings)  # the process is of the market of the other tests again
    engine().dispose()


def test_all_pages_of_guests_are_asked_for_and_answered(answers):
    app, given = answers
    warm_up(app)
    assert [each for each in given if each[2] != 200] == []
    for code in CODES:
        paths = {path for path, language, _ in given if language == code}
        assert [one for one in ASKED_FOR if not any(path.startswith(one) for path in paths)] == []


def test_nothing_is_written_logged_or_left_open(answers, caplog):
    app, _ = answers
    threads = threading.active_count()
    with asked() as statements:
        warm_up(app)
    assert engine().pool.checkedin() == 0, "its connections are closed"
    assert threading.active_count() == threads, "a process with threads does not fork safely"
    assert statements
    assert [one for one in statements if re.search(r"\b(INSERT|UPDATE|DELETE)\b", one)] == []
    assert "request" not in caplog.text
    assert logging.root.manager.disable == logging.NOTSET, "what comes afterwards is logged"


def test_without_a_database_the_first_visitors_make_what_they_need(answers):
    app = create_app(replace(answers[0].config["SETTINGS"], database_url=NOWHERE))
    warm_up(app)
    assert app.test_client().get("/healthz").status_code == 200
