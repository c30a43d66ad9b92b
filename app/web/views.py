"""Switching languages and currencies, and answering those who watch the market."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.errors import N_, Forbidden, Invalid
from app.money.currencies import CURRENCIES
from app.web.currencies import CURRENCY_COOKIE
from app.web.forms import csrf
from app.web.health import findings
from app.web.languages import CODES, COOKIE_SECONDS, LANGUAGE_COOKIE
from app.web.limits import limiter
from app.web.pages import go_on, safe_next

bp = Blueprint("web", __name__)


class UnknownLanguage(Invalid):
    code = "unknown-language"
    message = N_("The market is not in that language yet.")


class UnknownCurrency(Invalid):
    code = "unknown-currency"
    message = N_("The market shows no prices in that currency. Choose one of the list.")


class FromElsewhere(Forbidden):
    code = "from-elsewhere"
    message = N_("Another site asked for this. Use the button on our own page.")


@bp.post("/language")
@csrf.exempt  # every page has this form; a token in it would give every visitor a session and no page could be shared
def switch_language() -> ResponseReturnValue:
    """Remember the language and come back to the same place."""
    code = request.form.get("language", "")
    if code not in CODES:
        raise UnknownLanguage(field="language")
    return _remember(LANGUAGE_COOKIE, code)


@bp.post("/currency")
@csrf.exempt  # as for the language
def switch_currency() -> ResponseReturnValue:
    """Show prices in another currency, and come back to the same place. What is charged stays as it is."""
    code = request.form.get("currency", "")
    if code not in CURRENCIES:
        raise UnknownCurrency(field="currency")
    return _remember(CURRENCY_COOKIE, code)


def _remember(cookie: str, value: str) -> ResponseReturnValue:
    """Raises FromElsewhere."""
    if not _is_from_here(request.headers.get("Origin")):
        raise FromElsewhere
    response = current_app.make_response(go_on(safe_next("/")))
    response.set_cookie(cookie, value, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def _is_from_here(origin: str | None) -> bool:
    """Browsers that keep it for themselves send none, or `null`."""
    if origin in {None, "null"}:
        return True
    try:
        return urlsplit(origin or "").netloc == request.host
    except ValueError:  # as for `http://[`
        return False


@bp.get("/healthz")
@limiter.exempt
def healthz() -> ResponseReturnValue:
    """The process answers. Nothing else is asked: a database that is away is no reason to kill it."""
    return jsonify(status="ok")


@bp.get("/readyz")
@limiter.exempt
def readyz() -> ResponseReturnValue:
    """Every part's state, with ages; 503 when one is not ready."""
    found = findings()
    is_ready = all(finding.is_ready for finding, _ms in found.values())
    checks = {
        name: {"ready": f.is_ready, "detail": f.detail, "age_seconds": f.age_seconds, "ms": ms}
        for name, (f, ms) in found.items()
    }
    return jsonify(status="ready" if is_ready else "not ready", checks=checks), 200 if is_ready else 503
