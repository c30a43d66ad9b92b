"""`create_app`: the one place that knows all packages. A new one adds a line to a table below."""

from flask import Blueprint, Flask
from flask_smorest import Blueprint as ApiBlueprint
from werkzeug.middleware.proxy_fix import ProxyFix

from app.api.document import create_api
from app.config.settings import Settings, load_settings
from app.db.session import configure
from app.telemetry.logs import configure_logging
from app.web import styleguide, views
from app.web.application import create_web
from app.web.forms import csrf
from app.web.health import add_check, database_answers

PAGES: tuple[Blueprint, ...] = (views.bp,)
API: tuple[ApiBlueprint, ...] = ()
NOT_IN_PRODUCTION: tuple[Blueprint, ...] = (styleguide.bp,)


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application. Reads the environment when no settings are given; raises SettingsError naming what is wrong."""
    settings = settings or load_settings()
    configure_logging(settings.log_format, settings.log_level)
    configure(settings.database_url)
    app = create_web(settings)
    add_check(app, "database", database_answers)
    api = create_api(app)
    for blueprint in (*PAGES, *(() if settings.is_production else NOT_IN_PRODUCTION)):
        app.register_blueprint(blueprint)
    for api_blueprint in API:
        csrf.exempt(api_blueprint)  # callers of the API prove themselves by a key, not by a cookie
        api.register_blueprint(api_blueprint)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app
