"""`create_app`: the one place that knows all packages. A new one adds a line to a table below."""

from flask import Blueprint, Flask
from flask_smorest import Blueprint as ApiBlueprint
from werkzeug.middleware.proxy_fix import ProxyFix

from app.api.document import create_api
from app.catalog import handlers as catalog_handlers
from app.catalog import views as catalog_views
from app.config.settings import Settings, load_settings
from app.db.session import configure
from app.events.bus import install, type_of_subscribers
from app.fx.events import RatesLoaded
from app.identity import views as identity_views
from app.identity.current import viewer
from app.identity.desks import SELLER_DESK
from app.identity.events import ShopEdited
from app.identity.security import install_identity
from app.media import views as media_views
from app.media.storage import storage_at
from app.notify import views as notify_views
from app.shipping import views as shipping_views
from app.telemetry.logs import configure_logging
from app.web import styleguide, views
from app.web.application import create_web
from app.web.forms import csrf
from app.web.health import add_check, database_answers
from app.web.navigation import add_desk
from app.web.viewer import set_viewer_loader

PAGES: tuple[Blueprint, ...] = (
    views.bp, catalog_views.bp, identity_views.bp, media_views.bp, notify_views.bp, shipping_views.bp,
)  # fmt: skip
SUBSCRIBERS: type_of_subscribers = {
    RatesLoaded: [catalog_handlers.follow_rates],
    ShopEdited: [catalog_handlers.follow_shop],
}
API: tuple[ApiBlueprint, ...] = ()
NOT_IN_PRODUCTION: tuple[Blueprint, ...] = (styleguide.bp,)


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application. Reads the environment when no settings are given; raises SettingsError naming what is wrong."""
    settings = settings or load_settings()
    configure_logging(settings.log_format, settings.log_level)
    configure(settings.database_url)
    app = create_web(settings)
    install(SUBSCRIBERS)
    install_identity(app)
    app.extensions["media"] = storage_at(settings.media_url)
    set_viewer_loader(app, viewer)
    add_desk(SELLER_DESK)
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
