"""Log lines: one pipeline for ours and the libraries', the request's number on each, no secret on any."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask

from app.telemetry.logs import configure_logging, get_logger
from app.wiring import create_app
from tests.support.http import web_settings


class Lines:
    """What was logged as JSON since the start of the test."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def listen(self) -> None:
        """Again after each configuration, which brings a handler of its own."""
        (handler,) = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(self.stream)

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    root, lines = logging.getLogger(), Lines()
    handlers, level = root.handlers, root.level
    configure_logging("json", "INFO")
    lines.listen()
    yield lines
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def app(lines: Lines) -> Flask:
    app = create_app(web_settings(log_format="json", log_level="INFO"))
    lines.listen()
    return app


def test_every_line_of_a_request_carries_its_number_ours_and_a_librarys(app: Flask, lines: Lines) -> None:
    @app.get("/work")
    def work() -> str:
        get_logger("orders").info("shipped", parcels=2)
        logging.getLogger("a.library").warning("slow answer from %s", "a carrier")
        return "done"

    app.test_client().get("/work?search=words", headers={"X-Request-Id": "shop-window-42"})
    said = {line["event"]: line for line in lines.all()}
    assert said.keys() >= {"shipped", "slow answer from a carrier", "request"}
    assert {line["request_id"] for line in said.values()} == {"shop-window-42"}
    assert said["shipped"]["parcels"] == 2
    assert (said["request"]["route"], said["request"]["status"]) == ("/work", 200)
    assert "words" not in lines.stream.getvalue()


def test_the_next_request_does_not_inherit_the_number(app: Flask, lines: Lines) -> None:
    for number in ("first-request", "second-request"):
        app.test_client().get("/healthz", headers={"X-Request-Id": number})
    assert [line["request_id"] for line in lines.all()] == ["first-request", "second-request"]


@pytest.mark.parametrize(
    "name", ["stripe_api_key", "password", "Authorization", "key_seed", "card_number", "set_cookie"]
)
def test_a_value_whose_name_says_secret_is_masked(lines: Lines, name: str) -> None:
    get_logger("test").info("told", **{name: "4242424242424242"})
    assert lines.all()[0][name] == "***"
    assert "4242" not in lines.stream.getvalue()


def test_a_traceback_is_one_line_for_machines(lines: Lines) -> None:
    get_logger("test").error("failed", exc_info=RuntimeError("the cause"))
    (line,) = lines.all()
    assert line["level"] == "error"
    assert "RuntimeError: the cause" in line["exception"]
