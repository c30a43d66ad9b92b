"""Every page of the market in a real browser, as everybody who may see it, in both languages.

Nothing axe minds, nothing on the console, nothing wider than a phone. The pages are those of the authorization table,
which has every route; a page that looks the same for several people is looked at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page

from app.chain.keys import Keys
from app.config.settings import Settings
from app.db.session import reading
from app.embedded.postgres import EmbeddedPostgres
from app.identity.models import User
from app.notify.queries import mailbox
from tests.architecture.access import Person
from tests.architecture.market import market_of
from tests.architecture.routes import ROUTES
from tests.support.busy_market import buyer_with_everything, make_busy
from tests.support.evm import EvmChain, undone_afterwards
from tests.support.front import Visitor, opened
from tests.support.goods import give_pictures
from tests.support.http import serving
from tests.support.pages import DESK, PHONE, axe_violations, is_wider_than_screen
from tests.support.postgres import a_clone
from tests.support.trade import trading

pytestmark = pytest.mark.browser
LOOKS = {
    "en": {"viewport": DESK, "color_scheme": "light"},
    "km": {"viewport": PHONE, "color_scheme": "dark"},
}
BUYER, SELLER = "buyer with everything", "seller with every order"
PEOPLE = [*map(str, Person), BUYER, SELLER]
API = "/api/"
"""What programs are answered is no page."""
NO_PAGE = {
    "bookkeeping.opening_template",
    "checkout.canceled",  # leads on to the order
    "catalog.suggestion",  # a part of a page
    "checkout.come_back",
    "checkout.proforma",
    "credit.owed_as_csv",
    "downloads.fetch",
    "invoicing.booked_pdf",
    "invoicing.issued_pdf",
    "invoicing.issued_xml",
    "invoicing.received_pdf",
    "invoicing.received_xml",
    "matching.evidence",  # a file as it was sent
    "media.picture",
    "orders.shown_file",  # a picture or a PDF
    "messages.desk_latest",  # a part of a page
    "messages.file",
    "messages.latest",
    "notify.open_one",  # leads on to what it is about
    "orders.proforma",
    "orders.sellers_proforma",
    "quotes.proforma",
    "rfqs.compare_as_csv",
    "rfqs.compare_as_xlsx",
    "rfqs.file",
    "rfqs.prices",  # a workbook
    "orders.write_to_buyer",  # leads on to the conversation, once there is one
    "orders.write_to_shop",
    "orders.release_a_part",  # only of an order whose money leaves in parts, paid from a wallet
    "orders.message",  # what a wallet is asked to sign
    "orders.use_key",  # leads on to the order
    "parties.paper",
    "vouchers.markets_as_csv",
    "vouchers.own_as_csv",
    "wishes.hearts",  # for the script of a list
    "payouts.bank_file_download",
    "privacy.guest_copy",
    "privacy.own_copy",
    "closing.trial_as_csv",
    "closing.trial_as_pdf",
    "closing.trial_as_xlsx",
    "closing.trial_to_copy",
    "reports.proof",
    "reports.open_items_as_csv",
    "reports.open_items_as_pdf",
    "reports.open_items_as_xlsx",
    "reports.open_items_to_copy",
    "reports.settlement_as_csv",
    "reports.settlement_as_pdf",
    "reports.settlement_as_xlsx",
    "reports.settlement_to_copy",
    "saved.open_one",  # leads on to the report
    "tables.as_csv",
    "tables.as_pdf",
    "tables.as_xlsx",
    "tables.to_copy",
    "web.healthz",
    "web.readyz",
    "withholding.certificate",
    "withholding.filing",
}
TABS = [f"/desk/orders?tab={name}" for name in ("to_ship", "on_the_way", "returns", "done", "problems")]
OFFICE = [f"/console/shops?status={name}" for name in ("sent", "approved", "suspended", "paused", "rejected")]
OFFICE += [f"/console/redemptions?state={name}" for name in ("approved", "burned", "paid", "refused")]
REFUSALS = [
    "/nothing/here",
    "/books/months",
    *(f"/styleguide/errors/{kind}" for kind in ("conflict", "unavailable", "bug")),
]
CHANGING = re.compile(r'<input type="hidden"[^>]*>|[0-9a-f]{8}-[0-9a-f-]{27}|\b[A-Z0-9]{4}-[A-Z0-9]{3}\b')
SEEN_ELSEWHERE = {"orders.handover", "styleguide.show", "styleguide.confirm", "styleguide.desk", "styleguide.market"}
SEEN_BELOW = {"orders.decide", "orders.receive", "styleguide.error", "identity.confirm", "identity.reset_password"}
STRICT = re.compile(r"default-src 'none'(?!.*unsafe)(?!.*\*).*script-src 'self';")  # nothing inline, nobody else's
SANDBOX = "default-src 'none'; sandbox"  # a file somebody sent
NEWCOMER = "newcomer@people.example"


@dataclass
class Tour:
    """Who looks at which paths, at `address`, with which cookies. `without_a_page` are routes that showed nobody one."""

    address: str = ""
    paths: dict[str, list[str]] = field(default_factory=lambda: {person: [] for person in PEOPLE})
    cookies: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    without_a_page: set[str] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)
    secrets: dict[str, bytes] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)  # a secret, or a page whose scripts are not kept in bounds

    def note(self, person: str, visitor: Visitor, path: str, place: str) -> bool:
        """Whether there is a page for this person; it is looked at unless somebody sees the same one already."""
        answer = visitor.browser.get(path, buffered=True)
        told = answer.data + str(answer.headers).encode()
        self.shown += [f"{person} at {path}: {name}" for name, secret in self.secrets.items() if secret in told]
        policy = answer.headers.get("Content-Security-Policy", "")
        if policy != SANDBOX and not STRICT.match(policy):
            self.shown.append(f"{path}: {answer.headers.get('Content-Security-Policy')}")
        if answer.status_code != 200 or answer.mimetype != "text/html" or b"<main" not in answer.data:
            return False
        shown = CHANGING.sub("", answer.get_data(as_text=True).partition("<main")[2].partition("</main>")[0])
        if (place, shown) not in self.seen or not self.paths[person]:
            self.seen.add((place, shown))
            self.paths[person].append(path)
        return True


@pytest.fixture(scope="module")
def tour(
    evm_session: EvmChain, database_server: EmbeddedPostgres, deployed: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tour]:
    folder = tmp_path_factory.mktemp("pages")
    with (
        undone_afterwards(evm_session) as chain,
        a_clone(database_server, deployed) as url,
        trading(chain, url) as trade,
        opened(trade, chain, folder) as front,
    ):
        market = market_of(front)
        orders = make_busy(market)
        visitors = {
            str(person): front.member(actor) if actor else front.visitor() for person, actor in market.people.items()
        }
        visitors[BUYER], visitors[SELLER] = buyer_with_everything(market, orders), front.member(orders.shop.owner)
        give_pictures(folder / "media")
        tour = Tour(secrets=_secrets(front.settings))
        numbers = orders.numbers()
        _note_routes(tour, visitors, market.things | {"group": str(orders.groups["wallet"].id)}, front.app)
        for state, number in numbers.items():
            tour.note(BUYER, visitors[BUYER], f"/orders/{number}", state)
            tour.note(SELLER, visitors[SELLER], f"/desk/orders/{number}", f"sold {state}")
        for path in (f"/orders/group/{orders.groups['paid'].id}", f"/orders/{numbers['resolved']}/details"):
            tour.note(BUYER, visitors[BUYER], path, path)
        to_confirm = f"/orders/{numbers['shipped']}/received"
        assert tour.note(BUYER, visitors[BUYER], to_confirm, "orders.receive")
        tour.note(
            Person.OPERATOR, visitors[Person.OPERATOR], f"/console/disputes/{numbers['disputed']}", "orders.decide"
        )
        for path in _links_of_mails(front.visitor()):
            assert tour.note(Person.GUEST, visitors[Person.GUEST], path, path), path
        for path in TABS:
            tour.note(SELLER, visitors[SELLER], path, path)
        for path in OFFICE:
            tour.note(Person.OPERATOR, visitors[Person.OPERATOR], path, path)
        with serving(front.app) as address:
            tour.address = address
            tour.cookies = {person: front.cookies(visitor, address) for person, visitor in visitors.items()}
            yield tour


def _secrets(settings: Settings) -> dict[str, bytes]:
    """What stands on no page, whoever looks: settings, the keys made from them, and what passwords are checked against."""
    told = {item.name: str(getattr(settings, item.name)) for item in fields(Settings) if item.metadata["secret"]}
    keys = Keys(settings.key_seed)
    with reading() as work:
        users = {f"session of {user.id}": user.fs_uniquifier for user in work.query(User)}
    derived = {name: getattr(keys, name)().key.hex() for name in ("treasury", "arbiter", "buyer_agent")}
    password = {
        "the database's password": urlsplit(settings.database_url).password or "",
        "a password's hash": "$argon2",
    }
    return {name: value.encode() for name, value in {**told, **derived, **users, **password}.items() if value}


def _links_of_mails(newcomer: Visitor) -> list[str]:
    """To confirm an address and to choose a new password."""
    newcomer.fill("/register", name="Dara", email=NEWCOMER, password="three green words")
    newcomer.fill("/forgot-password", email=NEWCOMER)
    with reading() as work:
        bodies = [mail.body for mail in mailbox(work, recipient=NEWCOMER).rows]
    return [urlsplit(link).path for body in bodies for link in re.findall(r"https?://\S+", body)]


def _note_routes(tour: Tour, visitors: Mapping[str, Visitor], things: Mapping[str, str], app: Flask) -> None:
    for route in ROUTES:
        if route.method != "GET" or route.endpoint in SEEN_ELSEWHERE:
            continue
        named = {name: text.format_map(things) for name, text in {**route.params, **route.query}.items()}
        with app.test_request_context():
            path = app.url_for(route.endpoint, **named)
        shown = [tour.note(person, visitor, path, route.endpoint) for person, visitor in visitors.items()]
        if not any(shown) and not path.startswith(API):
            tour.without_a_page.add(route.endpoint)
    tour.without_a_page -= SEEN_BELOW


def test_every_route_shows_somebody_its_page(tour: Tour) -> None:
    assert tour.without_a_page == NO_PAGE


def test_no_page_shows_a_secret_or_lets_a_script_of_others_run(tour: Tour) -> None:
    assert len(tour.secrets) > 10
    assert tour.shown == []


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("person", PEOPLE)
def test_no_page_shuts_anybody_out(tour: Tour, chromium: Browser, person: str, language: str) -> None:
    found = {
        path: faults for path, faults in _looked_at(tour, chromium, person, language, tour.paths[person]) if faults
    }
    assert found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_a_refusal_is_a_page_as_well(tour: Tour, chromium: Browser, language: str) -> None:
    looked = dict(_looked_at(tour, chromium, Person.BUYER, language, REFUSALS))
    assert looked == {path: [] for path in REFUSALS}


def _looked_at(
    tour: Tour, chromium: Browser, person: str, language: str, paths: list[str]
) -> Iterator[tuple[str, list[str]]]:
    context = chromium.new_context(locale=language, reduced_motion="reduce", **LOOKS[language])
    context.add_cookies([*tour.cookies[person], {"name": "language", "value": language, "url": tour.address}])  # type: ignore[list-item]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if not _is_about_itself(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in paths:
        said.clear()
        page.set_viewport_size(LOOKS[language]["viewport"])
        page.goto(tour.address + path)
        yield path, [*_faults(page, language), *said]
    context.close()


def _faults(page: Page, language: str) -> Iterator[str]:
    if page.locator("html").get_attribute("lang") != language:
        yield "is in another language"
    if page.locator("h1").count() != 1:
        yield "has not one heading"
    yield from axe_violations(page)
    page.set_viewport_size(PHONE)
    if is_wider_than_screen(page):
        yield "is wider than a phone"


def _is_about_itself(message: ConsoleMessage) -> bool:
    """A page that refuses is answered with its status, and the browser says so."""
    return message.text.startswith("Failed to load resource") and message.location["url"].endswith(tuple(REFUSALS))
