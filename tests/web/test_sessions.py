"""What a browser carries stays good when the machine's clock was wrong for a while, and no longer than it should."""

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from tests.support.front import hidden_fields

DAY = 86_400
TEN_MINUTES = 600


def answer_to_a_form_opened(app: Flask, monkeypatch: pytest.MonkeyPatch, *, seconds_ahead: int) -> int:
    """The status when a form is sent now that was opened while the clock was that much ahead (or behind)."""
    browser = app.test_client()
    with monkeypatch.context() as clock:
        clock.setattr(TimestampSigner, "get_timestamp", lambda _self: int(time.time()) + seconds_ahead)
        page = browser.get("/sign-in").text
    return browser.post("/sign-in", data=typed(page)).status_code


def typed(page: str) -> dict[str, str]:
    return hidden_fields(page, "/sign-in") | {"email": "nobody@people.example", "password": "not the one"}


def test_a_clock_that_was_set_back_signs_nobody_out(database_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer_to_a_form_opened(database_app, monkeypatch, seconds_ahead=0) == 422
    assert answer_to_a_form_opened(database_app, monkeypatch, seconds_ahead=TEN_MINUTES) == 422


def test_a_session_ends_after_thirty_days(database_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer_to_a_form_opened(database_app, monkeypatch, seconds_ahead=-29 * DAY) == 422
    assert answer_to_a_form_opened(database_app, monkeypatch, seconds_ahead=-31 * DAY) == 400


def test_a_session_that_somebody_changed_is_none(database_app: Flask) -> None:
    browser: FlaskClient = database_app.test_client()
    page = browser.get("/sign-in").text
    cookie = browser.get_cookie("session")
    assert cookie is not None
    payload, rest = cookie.value.split(".", 1)
    browser.set_cookie("session", f"{payload[:-4]}AAAA.{rest}")
    assert browser.post("/sign-in", data=typed(page)).status_code == 400
