"""Whatever goes wrong is a page for people and problem details for programs, with the same code and number."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from marshmallow import ValidationError
from psycopg.errors import ConnectionFailure, UndefinedTable
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import Headers

from app.errors import N_, Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unavailable
from app.money.amounts import TokenAmount, usd
from app.web.limits import limiter
from app.wiring import create_app
from tests.support.http import web_settings


class RefundTooLarge(Conflict):
    code = "refund-too-large"
    message = N_("Only %(left)s of it, until %(by)s; %(held)s are held.")


RAISED: dict[str, Any] = {
    "invalid": Invalid(field="quantity"),
    "forbidden": Forbidden(),
    "not-found": NotFound(),
    "conflict": Conflict(),
    "too-many-requests": TooManyRequests(),
    "unavailable": Unavailable(),
    "refund": RefundTooLarge(left=usd(1234), by=datetime(2026, 12, 5, 3, tzinfo=UTC), held=TokenAmount(5_000_000)),
    "schema": ValidationError({"json": {"lines": {0: {"quantity": ["Not a valid integer."]}}}}),
    "no-database": OperationalError("SELECT", {}, ConnectionFailure("down")),
    "our-mistake": OperationalError("SELECT", {}, UndefinedTable("no such table")),
    "bug": RuntimeError("secret detail"),
}


@pytest.fixture(scope="module")
def app() -> Flask:
    app = create_app(web_settings())

    @app.get("/raise/<kind>")
    @app.get("/api/v1/raise/<kind>", endpoint="api_raise")
    def fail(kind: str) -> str:
        raise RAISED[kind] if kind in RAISED else abort(int(kind))

    @app.get("/limited")
    @limiter.limit("1 per minute")
    def limited() -> str:
        return "once"

    @app.post("/form")
    def form() -> str:
        return "accepted"

    return app


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


KINDS = [
    ("invalid", 422, "invalid"), ("forbidden", 403, "forbidden"), ("not-found", 404, "not-found"),
    ("conflict", 409, "conflict"), ("too-many-requests", 429, "too-many-requests"), ("unavailable", 503, "unavailable"),
    ("refund", 409, "refund-too-large"), ("schema", 422, "invalid"), ("no-database", 503, "unavailable"),
    ("our-mistake", 500, "internal-error"), ("bug", 500, "internal-error"), ("401", 401, "sign-in-needed"),
    ("403", 403, "forbidden"), ("404", 404, "not-found"), ("405", 405, "method-not-allowed"), ("410", 410, "gone"),
    ("415", 415, "unsupported-media-type"), ("503", 503, "unavailable"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "status", "code"), KINDS)
def test_a_program_gets_problem_details(visitor: FlaskClient, kind: str, status: int, code: str) -> None:
    answer = visitor.get(f"/api/v1/raise/{kind}")
    problem = answer.json
    assert answer.mimetype == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(("kind", "status", "code"), KINDS)
def test_a_person_gets_a_page_that_says_what_to_do(visitor: FlaskClient, kind: str, status: int, code: str) -> None:
    answer = visitor.get(f"/raise/{kind}", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert answer.headers["X-Request-Id"] in answer.text
    assert 'href="/"' in answer.text
    assert "secret detail" not in answer.text


def test_the_sentence_is_in_the_askers_language_and_its_values_stay_numbers(visitor: FlaskClient) -> None:
    visitor.set_cookie("language", "km")
    problem = visitor.get("/api/v1/raise/refund").json
    assert "$12.34" in problem["detail"]
    assert "5 ធ្នូ 2026, 10:00" in problem["detail"].replace("\u200b", "")
    assert "5.00\u00a0CTM" in problem["detail"]
    assert problem["values"]["left"] == {"minor": 1234, "currency": "USD"}
    assert problem["values"]["held"] == {"units": 5_000_000, "token": "CTM"}


def test_fields_are_named_with_their_path(visitor: FlaskClient) -> None:
    assert visitor.get("/api/v1/raise/schema").json["errors"] == [
        {"field": "lines.0.quantity", "message": "Not a valid integer."}
    ]
    assert visitor.get("/api/v1/raise/invalid").json["errors"][0]["field"] == "quantity"


def test_a_page_answers_as_the_asker_prefers(visitor: FlaskClient) -> None:
    assert visitor.get("/raise/conflict", headers={"Accept": "application/json"}).mimetype == "application/problem+json"
    assert visitor.get("/raise/conflict", headers={"Accept": "*/*"}).mimetype == "text/html"


def test_an_unexpected_error_is_logged_with_its_traceback_and_number(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = visitor.get("/raise/bug", headers={"X-Request-Id": "shop-window-42"})
    (record,) = caplog.records
    assert record.msg["request_id"] == "shop-window-42" == answer.headers["X-Request-Id"]
    assert str(record.exc_info[1] if record.exc_info else record.msg["exc_info"]) == "secret detail"


@pytest.mark.parametrize("insane", ["short", "x" * 65, "has space in it", "line\tbreak-here", "<script>alert</script>"])
def test_an_insane_request_id_is_replaced(visitor: FlaskClient, insane: str) -> None:
    given = visitor.get("/healthz", headers=Headers([("X-Request-Id", insane)])).headers["X-Request-Id"]
    assert given != insane
    assert len(given) == 32


def test_too_much_is_refused_with_the_limit_named(visitor: FlaskClient) -> None:
    answer = visitor.post(
        "/language", data=b"x" * (12 * 1024 * 1024 + 1), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert "12 MB" in answer.text


def test_trying_too_often_is_told_with_the_time_to_wait(visitor: FlaskClient) -> None:
    assert visitor.get("/limited").text == "once"
    answer = visitor.get("/limited")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 60
    assert "Wait a minute" in answer.text


def test_a_form_without_its_token_is_refused_with_a_helpful_page(visitor: FlaskClient) -> None:
    answer = visitor.post("/form", data={"a": "b"})
    assert answer.status_code == 400
    assert "Nothing was changed. Go back, load the page again" in answer.text


def test_no_error_is_kept_by_a_cache(visitor: FlaskClient) -> None:
    assert visitor.get("/raise/not-found").headers["Cache-Control"] == "no-store"
