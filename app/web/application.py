"""The Flask application with everything pages share, and no page yet."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, request
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

from app.config.settings import Settings
from app.web.assets import install_assets
from app.web.compression import install_compression
from app.web.currencies import currency_options
from app.web.filters import install_filters
from app.web.form_tokens import new_form_token
from app.web.forms import csrf
from app.web.headers import install_headers
from app.web.kept import install_kept_lists
from app.web.languages import LANGUAGES, current_locale, install_languages, other_languages
from app.web.limits import install_limits
from app.web.navigation import install_navigation
from app.web.pages import here, this_place, without
from app.web.problems import install_error_handlers
from app.web.requests import install_request_ids
from app.web.routing import LateRule
from app.web.sessions import Sessions
from app.web.templating import LanguageEnvironment
from app.web.viewer import current_viewer

MAX_BODY = 12 * 1024 * 1024
MAX_TEXT = 2 * 1024 * 1024
_HERE = Path(__file__).parent
_SESSION = timedelta(days=30)


class Market(Flask):
    jinja_environment = LanguageEnvironment
    session_interface = Sessions()
    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view and no hook of ours is a coroutine; Flask would look at each of a dozen in every request."""
        return func


def create_web(settings: Settings) -> Flask:
    """Flask with language, security headers, form protection, static files and error answers in place."""
    app = Market("app.web", static_folder=None)
    is_https = settings.public_url.startswith("https://")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_TEXT,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="__Host-session" if is_https else "session",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=_SESSION,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch must still work; the session is the limit
        WTF_CSRF_SSL_STRICT=True,
    )
    install_request_ids(app)
    install_headers(app, settings)
    install_compression(app)
    install_languages(app)
    install_limits(app)
    app.before_request(_limit_text)
    csrf.init_app(app)
    install_filters(app)
    install_navigation(app)
    install_kept_lists(app, settings.list_seconds)
    install_assets(app)
    install_error_handlers(app)
    _install_templates(app, settings)
    return app


def _limit_text() -> None:
    """What carries no files is text as a whole; Werkzeug holds only the text beside files to MAX_FORM_MEMORY_SIZE."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MAX_TEXT


def _install_templates(app: Flask, settings: Settings) -> None:
    components = PrefixLoader({"components": FileSystemLoader(_HERE / "components")})
    app.jinja_loader = ChoiceLoader([FileSystemLoader(_HERE / "templates"), components])
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        market_name=settings.market_name,
        languages=LANGUAGES,
        other_languages=other_languages,
        currency_options=currency_options,
        current_locale=current_locale,
        current_viewer=current_viewer,
        new_form_token=new_form_token,
        here=here,
        without=without,
        this_place=this_place,
    )
