"""Conversations and news in a real browser: on a phone and a desk, in both languages, and while they stand open."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from werkzeug.wsgi import ClosingIterator

from app.db.session import reading
from app.messages.models import Report
from tests.messages.talking import ask
from tests.support.front import Front, Visitor
from tests.support.goods import picture_bytes
from tests.support.http import serving
from tests.support.pages import axe_violations, is_wider_than_screen
from tests.support.trade import Trade
from tests.support.waiting import wait_for

pytestmark = pytest.mark.browser
LONG = "Pepper" * 60
KHMER = "តើម្រេចនេះជាម្រេចរដូវថ្មីឬទេហើយអ្នកអាចផ្ញើទៅខេត្តសៀមរាបបានក្នុងរយៈពេលប៉ុន្មានថ្ងៃសូមឆ្លើយតបមកខ្ញុំផង"


@dataclass
class Talk:
    """A conversation about goods at `address`, seen by everybody who may."""

    front: Front
    address: str
    path: str
    people: dict[str, Visitor]

    def open(self, open_page: Callable[..., Page], who: str, path: str, **look: object) -> Page:
        page = open_page("about:blank", **look)
        language = {"name": "language", "value": str(look.get("locale", "en")), "url": self.address}
        page.context.add_cookies([*self.front.cookies(self.people[who], self.address), language])  # type: ignore[list-item]
        page.goto(self.address + path)
        return page


class Counted:
    """The application, and how many of its answers are under way: a page may be left while its pictures still come."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self.under_way: dict[int, object] = {}

    def __call__(self, environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        if "werkzeug.socket" not in environ:  # asked by a test, which waits for its answer itself
            return self.app(environ, start_response)
        self.under_way[id(environ)] = environ["PATH_INFO"]
        try:
            answer = self.app(environ, start_response)
        except BaseException:
            del self.under_way[id(environ)]
            raise
        return ClosingIterator(answer, lambda: self.under_way.pop(id(environ)))


@pytest.fixture
def talk(front: Front, trade: Trade) -> Iterator[Talk]:
    shop = trade.shop_of()
    people = {
        "buyer": front.member(trade.person()),
        "owner": front.member(shop.owner),
        "operator": front.member(trade.operator),
    }
    counted = Counted(front.app.wsgi_app)
    front.app.wsgi_app = counted  # type: ignore[method-assign]
    with serving(front.app) as address:
        path = ask(people["buyer"], trade.goods(shop), f"{LONG}\n{KHMER}")
        picture = people["owner"].fill(f"/desk{path}", body="See here.", files=[file("crate.png")])
        assert picture.status_code == 303
        yield Talk(front, address, path, people)
        wait_for(lambda: not counted.under_way, seconds=60, what=f"the last of the answers: {counted.under_way}")


def file(name: str) -> tuple[object, str]:
    return io.BytesIO(picture_bytes(900, 600)), name


def report_of(talk: Talk) -> str:
    page = talk.people["owner"].look(f"/desk{talk.path}")
    link = re.search(r'href="(/messages/report/[^"]+)"', page)
    assert link
    assert talk.people["owner"].fill(link[1], reason="spam", text="Again and again.").status_code == 303
    with reading() as session:
        return f"/console/reports/{session.query(Report).one().id}"


@pytest.mark.parametrize("locale", ["en", "km"])
def test_every_page_of_messages_is_for_everybody(talk: Talk, open_page: Callable[..., Page], locale: str) -> None:
    """Long words wrap on a phone, nothing axe minds, nothing on the console."""
    report = report_of(talk)
    places = [
        ("buyer", "/messages"),
        ("buyer", talk.path),
        ("buyer", "/notifications"),
        ("buyer", "/account/mails"),
        ("owner", "/desk/messages"),
        ("owner", f"/desk{talk.path}"),
        ("operator", "/console/reports"),
        ("operator", report),
    ]
    found = {}
    for who, path in places:
        page = talk.open(open_page, who, path, locale=locale, width=1280 if locale == "en" else 360)
        assert page.locator("html").get_attribute("lang") == locale
        faults = axe_violations(page)
        page.set_viewport_size({"width": 360, "height": 740})
        if is_wider_than_screen(page):
            faults.append("is wider than a phone")
        found[path] = [*faults, *page.said]  # type: ignore[attr-defined]
        page.context.close()
    assert found == {path: [] for _who, path in places}


def test_khmer_breaks_between_words_and_not_within(talk: Talk, open_page: Callable[..., Page]) -> None:
    page = talk.open(open_page, "buyer", talk.path, locale="km", width=360)
    shown = page.locator(".bubble-text").first.inner_text()
    assert "ម្រេច\u200bនេះ" in shown
    assert "ម្រេ\u200bច" not in shown


def test_an_answer_appears_on_the_open_page(talk: Talk, open_page: Callable[..., Page]) -> None:
    page = talk.open(open_page, "buyer", talk.path)
    page.fill("[name=body]", "half a thou")
    talk.people["owner"].fill(f"/desk{talk.path}", body="It left this morning.")
    expect(page.locator(".bubbles")).to_contain_text("It left this morning.", timeout=20_000)
    assert page.input_value("[name=body]") == "half a thou"


def test_a_page_that_nobody_looks_at_asks_for_nothing(talk: Talk, open_page: Callable[..., Page]) -> None:
    page = talk.open(open_page, "buyer", talk.path)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/latest") else None)
    page.clock.install()
    page.reload()
    asked.clear()
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
    page.clock.run_for(60_000)
    assert asked == []
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => false, configurable: true })")
    with page.expect_response("**/latest"):
        page.clock.run_for(16_000)


def test_a_message_is_sent_with_a_picture_as_people_do(talk: Talk, open_page: Callable[..., Page]) -> None:
    page = talk.open(open_page, "buyer", talk.path, width=360)
    page.fill("[name=body]", "Here is mine.")
    page.set_input_files(
        "[name=files]", {"name": "mine.png", "mimeType": "image/png", "buffer": picture_bytes(400, 300)}
    )
    page.locator("#write button[type=submit]").click()
    expect(page.locator("#newest")).to_contain_text("Here is mine.")
    expect(page.locator("#newest img")).to_have_js_property("naturalWidth", 320)
    assert page.said == []  # type: ignore[attr-defined]
