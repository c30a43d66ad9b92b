"""Whatever went wrong becomes a page for people, or problem details (RFC 9457) for programs. Here and nowhere else."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from app.errors import N_, DomainError, TooManyRequests, Unavailable
from app.telemetry.logs import get_logger
from app.web.problem_words import sentence
from app.web.requests import request_id
from app.web.viewer import forget_viewer

_log = get_logger("errors")
_PROGRAMS = ("/api/", "/webhooks/")
_MACHINE_TYPES = ("application/json", "application/problem+json")
_SERVER_ERROR = 500
_PASSING_STATES = ("08", "40", "53", "55P03", "57")  # connection, rollback, resources, lock, operator intervention
_FIRST_ERROR = 400


@dataclass(frozen=True)
class Problem:
    """`code` is stable and for programs; `title` and `detail` are for people, in their language."""

    status: int
    code: str
    title: str
    detail: str
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


TITLES = {
    400: N_("That request was not complete"),
    401: N_("Please sign in"),
    403: N_("That is not for this account"),
    404: N_("There is nothing here"),
    405: N_("That page cannot be used this way"),
    409: N_("Something changed in the meantime"),
    413: N_("That is too large"),
    415: N_("That kind of file or text is not accepted"),
    422: N_("There is a problem with what was sent"),
    429: N_("A little slower, please"),
    500: N_("That went wrong on our side"),
    503: N_("Part of the market is resting"),
}
DETAILS = {
    400: N_("The request could not be read. Go back, load the page again and send it once more."),
    401: N_("Sign in and you come back to this page."),
    403: N_("Your account may not do this. Ask the owner of the shop for a role that can."),
    404: N_("The address may be mistyped, or what stood here has been taken down."),
    405: N_("Go back and use the buttons of the page."),
    409: N_("Look at it again before you go on. Nothing was changed."),
    413: N_(
        "Text may have 2 MB, pictures and text together 12 MB. Nothing was kept: go back, shorten the text or send fewer pictures at a time."
    ),
    415: N_("Send it in one of the forms the page names."),
    422: N_("Some of what was sent cannot be accepted. Check the marked fields."),
    429: TooManyRequests.message,
    500: N_(
        "We have a record of it. If you were paying, look at your orders before you try again. Tell us the number below if it comes again."
    ),
    503: Unavailable.message,
}
_CODES = {
    400: "bad-request", 401: "sign-in-needed", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
    409: "conflict", 413: "too-large", 415: "unsupported-media-type", 422: "invalid", 429: "too-many-requests",
    500: "internal-error", 503: "unavailable",
}  # fmt: skip
FORM_EXPIRED = N_(
    "This form was open for too long, or your browser keeps no cookies. Nothing was changed. Go back, load the page again and send it once more."
)


def problem_of(error: Exception) -> Problem:
    """What to say about `error`. Anything we have no words for is our own fault: 500."""
    if isinstance(error, DomainError):
        return _of_domain(error)
    if isinstance(error, CSRFError):
        return Problem(400, "form-expired", _("This form has expired"), _(FORM_EXPIRED))
    if isinstance(error, ValidationError):
        return _of_status(422, errors=_field_errors(error.messages))
    if isinstance(error, PoolTimeout) or (isinstance(error, OperationalError) and not _is_our_fault(error)):
        return _of_status(503, headers={"Retry-After": "5"})
    if isinstance(error, HTTPException) and not isinstance(error, InternalServerError):
        return _of_http(error)
    return _of_status(400 if _cannot_be_kept(error) or _is_nested_too_deep(error) else 500)


def _of_domain(error: DomainError) -> Problem:
    detail = sentence(error)
    errors = [{"field": error.field, "message": detail}] if error.field else []
    title = _(TITLES.get(error.status, TITLES[500]))
    headers = {"WWW-Authenticate": error.challenge} if error.challenge else {}
    return Problem(error.status, error.code, title, detail, values=dict(error.values), errors=errors, headers=headers)


def _of_http(error: HTTPException) -> Problem:
    status = error.code or _SERVER_ERROR
    headers = {name: value for name, value in error.get_headers() if name not in {"Content-Type", "Content-Length"}}
    if isinstance(error, RateLimitExceeded):
        headers["Retry-After"] = str(error.limit.limit.get_expiry())
    sent = getattr(error, "data", None) or {}
    return _of_status(status, errors=_field_errors(sent.get("messages") or sent.get("errors") or {}), headers=headers)


def _of_status(status: int, **more: Any) -> Problem:
    fallback = _FIRST_ERROR if status < _SERVER_ERROR else _SERVER_ERROR
    known = status if status in TITLES else fallback
    code = _CODES.get(status) or HTTPStatus(status).name.lower().replace("_", "-")
    return Problem(status, code, _(TITLES[known]), _(DETAILS[known]), **more)


def _field_errors(messages: Any, path: str | None = None) -> list[dict[str, str]]:
    """marshmallow's nested messages as a flat list; the place a value was found in (`json`) is not part of its name."""
    if isinstance(messages, dict):
        steps = {"json", "query", "form", "headers", "path", "files", "query_and_path"} if path is None else {}
        found = []
        for name, inner in messages.items():
            step = "" if name in steps and isinstance(inner, dict) else f"{path or ''}.{name}".strip(".")
            found += _field_errors(inner, step)
        return found
    return [
        {"field": path or "", "message": str(message)}
        for message in (messages if isinstance(messages, list) else [messages])
    ]


def _is_our_fault(error: OperationalError) -> bool:
    """A statement PostgreSQL refused is a mistake of ours; a connection, a lock or a memory it lacked is not."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state is not None and not state.startswith(_PASSING_STATES)


def _cannot_be_kept(error: Exception) -> bool:
    """Text that no database column can hold (a zero byte, half a character): nobody typed it, and nothing was asked.

    psycopg refuses it before it speaks to PostgreSQL, so such an error has no SQLSTATE.
    """
    if isinstance(error, DataError):
        return getattr(error.orig, "sqlstate", None) is None
    return isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed"


def _is_nested_too_deep(error: Exception) -> bool:
    """A body of thousands of open brackets, which the reader of JSON refuses in this way and no other."""
    return isinstance(error, RecursionError) and "while decoding a JSON" in str(error)


def wants_problem_details() -> bool:
    if request.path.startswith(_PROGRAMS):
        return True
    best = request.accept_mimetypes.best_match(["text/html", *_MACHINE_TYPES], default="text/html")
    return best in _MACHINE_TYPES


def answer(problem: Problem) -> Response:
    """The page or the problem details, as the asker prefers."""
    response = _details(problem) if wants_problem_details() else _page(problem)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def _details(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "instance": f"urn:request:{request_id()}",
        "request_id": request_id(),
    }
    if problem.values:
        body["values"] = {name: _plain(value) for name, value in problem.values.items()}
    if problem.errors:
        body["errors"] = problem.errors
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response


def _plain(value: Any) -> Any:
    """Amounts as their integers: a program must not parse a formatted price."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    return value if isinstance(value, int | str | bool | None) else str(value)


def _page(problem: Problem) -> Response:
    if problem.status >= _SERVER_ERROR:
        forget_viewer()
    return Response(render_template("error.html", problem=problem, request_id=request_id()), mimetype="text/html")


def _handle(error: Exception) -> Response | HTTPException:
    if isinstance(error, HTTPException) and (error.response is not None or (error.code or 0) < _FIRST_ERROR):
        return error
    if not isinstance(error, DomainError | HTTPException):
        forget_viewer()  # already the language of the words below is asked of whom the database knows
    problem = problem_of(error)
    if problem.status == _SERVER_ERROR:
        _log.exception("unexpected error", code=problem.code, exc_info=error)
    elif problem.status > _SERVER_ERROR:
        _log.warning("unavailable", code=problem.code, error=type(error).__name__)
    return answer(problem)


def install_error_handlers(app: Flask) -> None:
    app.register_error_handler(Exception, _handle)
