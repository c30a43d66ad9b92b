"""A name for every request, and one line about it in the log."""

import re
import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from app.telemetry.logs import get_logger

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = get_logger("access")


def request_id() -> str:
    """The caller's own when it is sane, else a new one."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _SANE.fullmatch(given) else uuid4().hex
    value: str = g.request_id
    return value


def _begin() -> None:
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id())


def _end(response: Response) -> Response:
    """The route's pattern and not the address: addresses carry order links and search words."""
    response.headers[HEADER] = request_id()
    _log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else "(no such page)",
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
    )
    return response


def _forget(_error: BaseException | None) -> None:
    """What the thread logs between two requests belongs to neither."""
    structlog.contextvars.clear_contextvars()


def install_request_ids(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)
