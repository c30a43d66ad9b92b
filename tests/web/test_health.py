"""Probes: the process answers by itself, readiness asks every part."""

from flask import Flask

from app.web.health import Finding, add_check
from app.wiring import create_app
from tests.support.http import web_settings


def test_the_process_answers_without_its_database() -> None:
    assert create_app(web_settings()).test_client().get("/healthz").json == {"status": "ok"}


def test_a_market_without_its_database_is_not_ready_and_says_what_to_look_at() -> None:
    answer = create_app(web_settings()).test_client().get("/readyz")
    assert answer.status_code == 503
    assert "DATABASE_URL" in answer.json["checks"]["database"]["detail"]


def test_a_market_is_ready_when_every_part_is(database_app: Flask) -> None:
    add_check(database_app, "chain", lambda: Finding(is_ready=True, detail="block 12", age_seconds=3))
    answer = database_app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["checks"]["chain"]["age_seconds"] == 3
    assert answer.json["checks"]["database"]["ready"] is True


def test_a_check_that_breaks_is_a_part_that_is_not_ready() -> None:
    def broken() -> Finding:
        raise OSError("socket")

    app = create_app(web_settings())
    add_check(app, "queue", broken)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["checks"]["queue"]["detail"]) == (503, "OSError")
