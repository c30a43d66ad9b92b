"""A company that buys has the pages of webhooks that shops have: its approvers say where its news goes."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from app.config import current
from app.db.session import reading, transaction
from app.notify.models import OutgoingMail
from app.webhooks.jobs import send
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import KINDS, OF_COMPANIES
from tests.support.front import Front, Visitor
from tests.support.http import serving
from tests.support.on_terms import BOSS, OnTerms
from tests.support.pages import axe_violations, is_wider_than_screen
from tests.support.receiver import receiving
from tests.support.trade import Trade
from tests.webhooks.test_desk import SECRET, only


@pytest.fixture(autouse=True)
def inside(front: Front) -> Iterator[None]:
    before = current.settings()
    current.install(replace(front.settings, webhooks_inside="on"))
    yield
    current.install(before)


@pytest.fixture
def terms(trade: Trade) -> OnTerms:
    return OnTerms(trade, limit=100_000)


@pytest.fixture
def boss(front: Front, terms: OnTerms) -> Visitor:
    return front.member(terms.boss)


@pytest.fixture
def home(terms: OnTerms) -> str:
    return f"/companies/{terms.company}/webhooks"


def add(boss: Visitor, home: str, url: str, kinds: tuple[str, ...] = ("order.on_terms", "terms.changed")) -> str:
    page = boss.look(home)
    return boss.send(page, home, url=url, kinds=list(kinds)).get_data(as_text=True)


def test_an_approver_adds_an_address_sees_what_it_was_told_and_sends_it_again(
    boss: Visitor, terms: OnTerms, home: str
) -> None:
    assert home in boss.look(f"/companies/{terms.company}")
    with receiving() as receiver:
        shown = html.unescape(add(boss, home, receiver.url))
        secret = SECRET.search(shown)[0]  # type: ignore[index]
        path = f"{home}/{only(WebhookEndpoint).id}"
        assert secret not in html.unescape(boss.look(path))
        terms.order()
        terms.change(limit=200_000)
        send()
        assert [one["type"] for one in receiver.verified(secret)] == ["order.on_terms", "terms.changed"]
        message = re.search(rf'href="({home}/messages/[^"]+)"', boss.look(path))[1]  # type: ignore[index]
        assert boss.send(boss.look(message), f"{message}/again").headers["Location"] == message
        send()
        assert (len(receiver.heard), len(set(receiver.ids))) == (3, 2)
        page = boss.look(path)
        assert boss.send(page, f"{path}/test").headers["Location"] == path
        another = html.unescape(boss.send(page, f"{path}/secret").get_data(as_text=True))
        assert SECRET.search(another)[0] != secret  # type: ignore[index]
        assert f'href="{path}"' in another
        assert boss.send(page, f"{path}/off").headers["Location"] == path
        assert boss.send(page, path, url=receiver.url + "/x", kinds=["order.paid"]).headers["Location"] == path
        assert only(WebhookEndpoint).kinds == ["order.paid"]
    assert boss.send(boss.look(f"{path}/remove"), f"{path}/remove").headers["Location"] == home
    assert "Nowhere yet" in boss.look(home)


def test_it_is_offered_what_a_company_hears_and_told_what_is_wrong(boss: Visitor, terms: OnTerms, home: str) -> None:
    page = boss.look(home)
    assert set(re.findall(r'name="kinds"[^>]*value="([^"]+)"', page)) == set(OF_COMPANIES)
    assert "A shop lets your company pay later" in page
    assert set(KINDS) - set(OF_COMPANIES) == {"rfq.received", "quote.declined", "listing.out_of_stock"}
    assert "begins with https://" in add(boss, home, "ftp://x.example")
    assert "list" in add(boss, home, "https://books.example/x", kinds=("rfq.received",))


def test_purchasers_strangers_and_sellers_find_no_webhooks_of_a_company_and_neither_place_shows_the_others(
    front: Front, trade: Trade, boss: Visitor, terms: OnTerms, home: str
) -> None:
    add(boss, home, "http://127.0.0.1:9/x")
    kept = only(WebhookEndpoint).id
    for who in (terms.buyer, terms.shop.owner, trade.person()):
        for path in (home, f"{home}/{kept}", f"{home}/{kept}/remove"):
            assert front.member(who).browser.get(path).status_code == 404
    assert home not in front.member(terms.buyer).look(f"/companies/{terms.company}")
    assert boss.browser.get(f"/desk/webhooks/{kept}").status_code == 404
    owner = front.member(terms.shop.owner)
    page = owner.look("/desk/webhooks")
    action = re.search(r'action="(/desk/webhooks\?shop=[^"]+)"', page)[1]  # type: ignore[index]
    owner.send(page, action, url="http://127.0.0.1:9/shop", kinds=["order.paid"])
    with reading() as session:
        others = session.query(WebhookEndpoint.id).filter(WebhookEndpoint.id != kept).scalar()
    assert boss.browser.get(f"{home}/{others}").status_code == 404
    guest = front.visitor().browser.get(home)
    assert (guest.status_code, "/sign-in" in guest.headers["Location"]) == (303, True)


def test_approvers_are_told_by_mail_that_their_address_was_turned_off_and_where_to_look(
    boss: Visitor, terms: OnTerms, home: str
) -> None:
    with receiving(410) as receiver:
        add(boss, home, receiver.url)
        path = f"{home}/{only(WebhookEndpoint).id}"
        boss.send(boss.look(path), f"{path}/test")
        send()
    assert only(WebhookEndpoint).disabled_why == "gone"
    with reading() as session:
        (mail,) = session.query(OutgoingMail).filter(OutgoingMail.subject.contains("turned off")).all()
    assert (mail.recipient, path in mail.body) == (BOSS, True)
    assert "It said that it is gone for good." in boss.look(path)


def test_the_log_of_a_company_is_paged_and_costs_the_same(boss: Visitor, terms: OnTerms, home: str) -> None:
    add(boss, home, "http://127.0.0.1:9/x")
    kept = only(WebhookEndpoint).id
    with transaction() as session:
        for number in range(30):
            at = datetime.now(UTC) - timedelta(minutes=number)
            session.add(WebhookDelivery(endpoint_id=kept, kind="order.paid", key=f"k{number}", body="{}", due_at=at))
    page = boss.look(f"{home}/{kept}")
    assert page.count("/messages/") == 25
    assert "cursor=" in page


@pytest.mark.browser
@pytest.mark.parametrize(("width", "locale"), [(360, "en"), (360, "km")])
def test_the_pages_of_a_company_fit_and_are_sound(
    front: Front, boss: Visitor, terms: OnTerms, home: str, open_page: Callable[..., Page], width: int, locale: str
) -> None:
    add(boss, home, "http://127.0.0.1:9/a/long/address/of/a/program/that/keeps/the/books/of/the/company")
    path = f"{home}/{only(WebhookEndpoint).id}"
    boss.send(boss.look(path), f"{path}/test")
    message = f"{home}/messages/{only(WebhookDelivery).id}"
    with serving(front.app) as address:
        page = open_page(f"{address}/healthz", width=width)
        page.context.add_cookies(front.cookies(boss, address))  # type: ignore[arg-type]
        page.context.add_cookies([{"name": "language", "value": locale, "url": address}])
        for place in (home, path, message):
            page.goto(f"{address}{place}")
            assert not is_wider_than_screen(page)
            assert axe_violations(page) == []
