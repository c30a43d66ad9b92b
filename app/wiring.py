"""`create_app`: the one place that knows all packages. A new one adds a line to a table below."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Flask
from flask_smorest import Blueprint as ApiBlueprint
from werkzeug.middleware.proxy_fix import ProxyFix

from app.access import api as access_api
from app.access import views as access_views
from app.access.current import set_opened_by_key
from app.api import jobs as api_jobs
from app.api.document import create_api
from app.banking import views as banking_views
from app.bookkeeping import views as bookkeeping_views
from app.catalog import api as catalog_api
from app.catalog import views as catalog_views
from app.checkout import api as checkout_api
from app.checkout import jobs as checkout_jobs
from app.checkout import views as checkout_views
from app.checkout.carrying import cart_count
from app.checkout.queries.carts import lines_in_cart
from app.closing import api as closing_api
from app.closing import views as closing_views
from app.companies import api as companies_api
from app.companies import views as companies_views
from app.config.settings import Settings, load_settings
from app.console import jobs as console_jobs
from app.console import views as console_views
from app.console.desks import OPERATOR_DESK
from app.console.health import alarms_open, chain_follows, queue_moves
from app.credit import api as credit_api
from app.credit import jobs as credit_jobs
from app.credit import views as credit_views
from app.downloads import api as downloads_api
from app.downloads import jobs as downloads_jobs
from app.downloads import views as downloads_views
from app.fx.shown import install_shown_prices
from app.identity import jobs as identity_jobs
from app.identity import views as identity_views
from app.identity.current import viewer
from app.identity.desks import SELLER_DESK
from app.identity.models import User
from app.identity.security import install_identity
from app.invoicing import api as invoicing_api
from app.invoicing import jobs as invoicing_jobs
from app.invoicing import views as invoicing_views
from app.matching import jobs as matching_jobs
from app.matching import views as matching_views
from app.media import views as media_views
from app.media.storage import storage_at
from app.messages import api as messages_api
from app.messages import views as messages_views
from app.messages.viewing import set_opened_orders
from app.moderation import api as moderation_api
from app.moderation import views as moderation_views
from app.notify import jobs as notify_jobs
from app.notify import views as notify_views
from app.onramp import jobs as onramp_jobs
from app.onramp import views as onramp_views
from app.orders import api as orders_api
from app.orders import jobs as orders_jobs
from app.orders import views as orders_views
from app.orders.queries import orders_opened_by
from app.orders.viewing import opened_orders
from app.parties import api as parties_api
from app.parties import jobs as parties_jobs
from app.parties import views as parties_views
from app.parties.storage import papers_at
from app.payouts import api as payouts_api
from app.payouts import views as payouts_views
from app.pricing import api as pricing_api
from app.pricing import views as pricing_views
from app.privacy import jobs as privacy_jobs
from app.privacy import views as privacy_views
from app.proofs import jobs as proofs_jobs
from app.purchasing import api as purchasing_api
from app.purchasing import jobs as purchasing_jobs
from app.purchasing import views as purchasing_views
from app.quotes import api as quotes_api
from app.quotes import jobs as quotes_jobs
from app.quotes import views as quotes_views
from app.ratings import api as ratings_api
from app.ratings import jobs as ratings_jobs
from app.ratings import views as ratings_views
from app.reactions import start
from app.reconciliation import jobs as reconciliation_jobs
from app.reports import api as reports_api
from app.reports import views as reports_views
from app.reports.desks import BOOKS_DESK
from app.reports.tables import views as tables_views
from app.rfqs import api as rfqs_api
from app.rfqs import jobs as rfqs_jobs
from app.rfqs import views as rfqs_views
from app.shipping import api as shipping_api
from app.shipping import views as shipping_views
from app.tax import jobs as tax_jobs
from app.tax import views as tax_views
from app.vouchers import api as vouchers_api
from app.vouchers import views as vouchers_views
from app.web import help as help_pages
from app.web import jobs as web_jobs
from app.web import styleguide, views
from app.web.application import create_web
from app.web.forms import csrf
from app.web.health import add_check, database_answers
from app.web.navigation import DESKS, add_desk
from app.web.templating import compile_ahead
from app.web.viewer import Viewer, set_viewer_loader
from app.webhooks import api as webhooks_api
from app.webhooks import jobs as webhooks_jobs
from app.webhooks import views as webhooks_views
from app.wishes import api as wishes_api
from app.wishes import views as wishes_views
from app.withholding import api as withholding_api
from app.withholding import jobs as withholding_jobs
from app.withholding import views as withholding_views

PAGES: tuple[Blueprint, ...] = (
    views.bp,
    help_pages.bp,
    access_views.bp,
    banking_views.bp,
    bookkeeping_views.bp,
    catalog_views.bp,
    checkout_views.bp,
    closing_views.bp,
    companies_views.bp,
    console_views.bp,
    credit_views.bp,
    downloads_views.bp,
    identity_views.bp,
    matching_views.bp,
    media_views.bp,
    moderation_views.bp,
    messages_views.bp,
    notify_views.bp,
    onramp_views.bp,
    orders_views.bp,
    parties_views.bp,
    payouts_views.bp,
    pricing_views.bp,
    privacy_views.bp,
    purchasing_views.bp,
    quotes_views.bp,
    ratings_views.bp,
    reports_views.bp,
    tables_views.bp,
    rfqs_views.bp,
    shipping_views.bp,
    vouchers_views.bp,
    wishes_views.bp,
    withholding_views.bp,
    invoicing_views.bp,
    tax_views.bp,
    *webhooks_views.BLUEPRINTS,
)
API: tuple[ApiBlueprint, ...] = (
    *catalog_api.BLUEPRINTS,
    *checkout_api.BLUEPRINTS,
    closing_api.bp,
    *orders_api.BLUEPRINTS,
    *access_api.BLUEPRINTS,
    *companies_api.BLUEPRINTS,
    *credit_api.BLUEPRINTS,
    downloads_api.bp,
    *messages_api.BLUEPRINTS,
    moderation_api.bp,
    *parties_api.BLUEPRINTS,
    *payouts_api.BLUEPRINTS,
    *pricing_api.BLUEPRINTS,
    *purchasing_api.BLUEPRINTS,
    *quotes_api.BLUEPRINTS,
    *ratings_api.BLUEPRINTS,
    *reports_api.BLUEPRINTS,
    *rfqs_api.BLUEPRINTS,
    shipping_api.bp,
    vouchers_api.bp,
    *invoicing_api.BLUEPRINTS,
    *webhooks_api.BLUEPRINTS,
    wishes_api.bp,
    withholding_api.bp,
)
NOT_IN_PRODUCTION: tuple[Blueprint, ...] = (styleguide.bp,)
CALLED_BY_MACHINES: tuple[Blueprint, ...] = (onramp_views.bp,)
"""They prove themselves by a signature over the body, not by a form token."""

_JOB_MODULES = (
    api_jobs,
    checkout_jobs,
    console_jobs,
    credit_jobs,
    downloads_jobs,
    identity_jobs,
    invoicing_jobs,
    matching_jobs,
    notify_jobs,
    onramp_jobs,
    orders_jobs,
    parties_jobs,
    privacy_jobs,
    proofs_jobs,
    purchasing_jobs,
    quotes_jobs,
    ratings_jobs,
    reconciliation_jobs,
    rfqs_jobs,
    tax_jobs,
    web_jobs,
    webhooks_jobs,
    withholding_jobs,
)
JOBS: dict[str, Callable[..., None]] = {name: job for module in _JOB_MODULES for name, job in module.JOBS.items()}
PERIODIC: dict[str, str] = {name: cron for module in _JOB_MODULES for name, cron in module.PERIODIC.items()}
COMPILED_AHEAD = (
    "layout.html", "desk.html", "components/*.html", "wishes/_heart.html", "quotes/_parts.html",
    "catalog/_*.html", "catalog/home.html", "catalog/product.html", "catalog/shelf.html",
    "checkout/_pa*.html", "checkout/cart.html", "checkout/step.html", "checkout/contact.html", "checkout/address.html",
    "checkout/shipping.html", "checkout/review.html",
)  # fmt: skip
"""Templates of nearly every page, and of buying: before processes are forked, so that they share them, and so that no
eight threads compile the same one at once."""


def viewer_with_cart() -> Viewer:
    """Who looks, how much is in the cart of this browser, and which desks this installation has for them."""
    found = viewer()
    return replace(found, count_cart=cart_count, desks=tuple(key for key in found.desks if key in DESKS))


_ready: list[Flask] = []


def application(settings: Settings | None = None) -> Flask:
    """The application of this process, its first pages compiled. What was made before a fork, with the same settings, is taken as it is."""
    settings = settings or load_settings()
    if _ready and _ready[0].config["SETTINGS"] == settings:
        return _ready[0]
    app = create_app(settings)
    compile_ahead(app, COMPILED_AHEAD)
    _ready[:] = [app]
    return app


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application. Reads the environment when no settings are given; raises SettingsError naming what is wrong."""
    settings = settings or load_settings()
    start(settings)
    app = create_web(settings)
    install_identity(app, in_cart=lines_in_cart(User.id))
    app.extensions["media"] = storage_at(settings.media_url)
    app.extensions["papers"] = papers_at(settings.papers_url)
    set_viewer_loader(app, viewer_with_cart)
    set_opened_orders(app, opened_orders)
    set_opened_by_key(app, lambda key: orders_opened_by((key,)))
    install_shown_prices(app)
    add_desk(SELLER_DESK)
    add_desk(BOOKS_DESK)
    add_desk(OPERATOR_DESK)
    add_check(app, "database", database_answers)
    add_check(app, "chain", chain_follows)
    add_check(app, "queue", queue_moves)
    add_check(app, "alarms", alarms_open)
    api = create_api(app)
    for blueprint in (*PAGES, *(() if settings.is_production else NOT_IN_PRODUCTION)):
        app.register_blueprint(blueprint)
    for blueprint in CALLED_BY_MACHINES:
        csrf.exempt(blueprint)
    for api_blueprint in API:
        csrf.exempt(api_blueprint)  # callers of the API prove themselves by a key, not by a cookie
        api.register_blueprint(api_blueprint)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app
