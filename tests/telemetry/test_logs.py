"""Log lines: one pipeline for ours and the libraries', the request's number on each, no secret on any."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.stripe_server import ROOT

A_PROCESS = """
import logging
from app.telemetry.logs import get_logger
from app.wiring import create_app
from tests.support.http import web_settings

app = create_app(web_settings(log_format="json", log_level="INFO"))

@app.get("/work")
def work():
    get_logger("orders").info("shipped", parcels=2)
    logging.getLogger("a.library").warning("slow answer from %s", "a carrier")
    return "done"

visitor = app.test_client()
visitor.get("/work?search=words", headers={"X-Request-Id": "shop-window-42"})
visitor.get("/healthz", headers={"X-Request-Id": "second-request"})
for name in ("stripe_api_key", "password", "Authorization", "key_seed", "card_number", "set_cookie"):
    get_logger("test").info("told", **{name: "4242424242424242"})
get_logger("test").error("failed", exc_info=RuntimeError("the cause"))
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """What such a process writes to stderr."""
    command = [sys.executable, "-c", A_PROCESS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_of_a_request_carries_its_number_ours_and_a_librarys(lines: list[dict[str, Any]]) -> None:
    said = {line["event"]: line for line in lines if line.get("request_id") == "shop-window-42"}
    assert said.keys() == {"shipped", "slow answer from a carrier", "request"}
    assert said["shipped"]["parcels"] == 2
    assert (said["request"]["route"], said["request"]["status"]) == ("/work", 200)
    assert "words" not in json.dumps(said)


def test_the_next_request_does_not_inherit_the_number(lines: list[dict[str, Any]]) -> None:
    assert [line["route"] for line in lines if line.get("request_id") == "second-request"] == ["/healthz"]


def test_a_value_whose_name_says_secret_is_masked(lines: list[dict[str, Any]]) -> None:
    told = [line for line in lines if line["event"] == "told"]
    assert len(told) == 6
    assert all("***" in line.values() for line in told)
    assert "4242" not in json.dumps(lines)


def test_a_traceback_is_one_line_for_machines(lines: list[dict[str, Any]]) -> None:
    (line,) = [line for line in lines if line["event"] == "failed"]
    assert line["level"] == "error"
    assert "RuntimeError: the cause" in line["exception"]
