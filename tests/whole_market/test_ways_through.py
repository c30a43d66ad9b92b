"""The whole way of a purchase, of its shipment and to the report of the books: by the keyboard alone, and without scripts."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.cli.demo.content import load_demo
from app.cli.demo.load import PASSWORD
from app.embedded.ports import any_free_port
from tests.support.people import CARD
from tests.support.running_market import RunningMarket
from tests.support.waiting import wait_for

pytestmark = pytest.mark.browser
WORDS, GOODS = "palm sugar glaze", "kampot-pepper-and-palm-sugar-glaze"
ACCOUNTANT = "accounts@phsar.example"
MOST_TABS = 120
SEEN_FOCUS = """one => {
    const around = [one, one.parentElement, one.parentElement?.parentElement, ...(one.labels ?? [])].filter(Boolean);
    const looks = () => around.map(part => getComputedStyle(part))
        .map(style => [style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join()).join(' ');
    const focused = looks();
    one.blur();
    const left = looks();
    one.focus();
    return focused !== left;
}"""
"""Whether an element, or what it stands in, looks different with the focus than without."""


class Hand(Protocol):
    """How somebody uses a page."""

    page: Page

    def type(self, field: Locator, text: str) -> None: ...
    def press(self, control: Locator) -> None: ...


class KeyboardHand:
    """Tab, Enter and letters; whatever has the focus must show it."""

    def __init__(self, browser: Browser, stack: ExitStack) -> None:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        stack.callback(context.close)
        self.page = context.new_page()

    def type(self, field: Locator, text: str) -> None:
        self._reach(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def press(self, control: Locator) -> None:
        self._reach(control)
        self.page.keyboard.press("Enter")

    def _reach(self, wanted: Locator) -> None:
        expect(wanted).to_be_visible()
        passed = []
        for _ in range(MOST_TABS):
            passed.append(self.page.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
            if wanted.evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"{wanted} cannot be reached by the keyboard at {self.page.url}, only {passed}")
        assert wanted.evaluate(SEEN_FOCUS), f"nobody sees that {wanted} has the focus at {self.page.url}"


class PlainHand:
    """A browser that runs no scripts, as wide as a phone."""

    def __init__(self, browser: Browser, stack: ExitStack) -> None:
        context = browser.new_context(viewport={"width": 360, "height": 780}, java_script_enabled=False)
        stack.callback(context.close)
        self.page = context.new_page()

    def type(self, field: Locator, text: str) -> None:
        field.fill(text)

    def press(self, control: Locator) -> None:
        control.click()


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMarket]:
    folder = tmp_path_factory.mktemp("ways")
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)  # PostgreSQL may run as somebody else
    running = RunningMarket(folder / "var", "--port", str(any_free_port()))  # others beside it begin at the usual one
    yield running
    running.stop()


@pytest.mark.parametrize("hand_of", [KeyboardHand, PlainHand], ids=["by keyboard", "without scripts"])
def test_somebody_buys_ships_confirms_and_takes_the_report(
    market: RunningMarket, chromium: Browser, hand_of: Callable[[Browser, ExitStack], Hand]
) -> None:
    with ExitStack() as stack:
        buyer, seller, accountant = (hand_of(chromium, stack) for _ in range(3))
        for hand in (buyer, seller, accountant):
            hand.page.context.add_cookies([{"name": "language", "value": "en", "url": market.url}])
        find_and_fill_the_cart(buyer, market.url)
        number = check_out_and_pay(buyer, market.url)
        wait_until_page_says(buyer, f"{market.url}/orders/{number}", "held")
        sign_in(seller, market.url, owner_of(GOODS))
        ship(seller, market.url, number)
        confirm(buyer, market.url, number)
        wait_until_page_says(buyer, f"{market.url}/orders/{number}", "All done")
        sign_in(accountant, market.url, ACCOUNTANT)
        wait_for(lambda: number in orders_in_report(accountant, market.url), seconds=60, what="the report's line")


def owner_of(slug: str) -> str:
    content = load_demo()
    seller = next(one for one in content.sellers if any(goods.slug == slug for goods in one.listings))
    return next(person.email for person in content.people if person.seller == seller.slug)


def find_and_fill_the_cart(hand: Hand, base: str) -> None:
    page = hand.page
    page.goto(base)
    hand.type(page.locator("header input[type=search]:visible").first, WORDS)
    page.keyboard.press("Enter")
    hand.press(page.locator(f"main a[href^='/p/{GOODS}']:not([tabindex='-1'])").first)
    page.wait_for_url(f"**/p/{GOODS}*")
    hand.press(page.locator("form[action='/cart/add'] button[type=submit]").last)
    expect(page.locator("header .cart")).to_contain_text("1")
    page.goto(f"{base}/cart")
    hand.press(page.locator("main a[href^='/checkout'], main form[action^='/checkout'] button").last)


def check_out_and_pay(hand: Hand, base: str) -> str:
    page = hand.page
    page.wait_for_url(f"{base}/checkout*")
    fill(hand, {"email": "dara@example.com", "name": "Sok Dara", "phone": "012 345 678"})
    go_on(hand)
    fill(hand, {"street": "House 12, Street 240", "city": "Phnom Penh"})
    go_on(hand)
    go_on(hand)
    expect(page).to_have_url(f"{base}/checkout/review")
    hand.press(page.locator("form[action='/checkout/pay'] button[type=submit]").last)
    page.wait_for_url("**/c/pay/**")
    fill(hand, {"cardNumber": CARD, "cardExpiry": "12 / 34", "cardCvc": "123", "billingName": "Sok Dara"})
    hand.press(page.locator("form button").last)
    page.wait_for_url("**/orders/**")
    found = re.search(r"/orders/([A-Z0-9]{4}-[A-Z0-9]{3})", page.content())
    assert found, page.url
    return found[1]


def fill(hand: Hand, values: dict[str, str]) -> None:
    for name, value in values.items():
        hand.type(hand.page.locator(f"main [name={name}], form [name={name}]").first, value)


def go_on(hand: Hand) -> None:
    before = hand.page.url
    hand.press(hand.page.locator("main form button[type=submit]").last)
    hand.page.wait_for_url(lambda address: address != before)


def sign_in(hand: Hand, base: str, email: str) -> None:
    hand.page.goto(f"{base}/sign-in")
    fill(hand, {"email": email, "password": PASSWORD})
    hand.press(hand.page.locator("main form button[type=submit]").first)
    hand.page.wait_for_url(lambda address: "/sign-in" not in address)


def ship(hand: Hand, base: str, number: str) -> None:
    page = hand.page
    wait_until_page_says(hand, f"{base}/desk/orders/{number}", "It has left")
    form = page.locator(f"form[action='/desk/orders/{number}/ship']")
    hand.type(form.locator("[name=carrier]"), "VET Express")
    hand.type(form.locator("[name=tracking]"), "KP 8812")
    hand.press(form.locator("button[type=submit]").last)
    expect(page.locator("main")).to_contain_text("KP 8812")


def confirm(hand: Hand, base: str, number: str) -> None:
    page = hand.page
    page.goto(f"{base}/orders/{number}")
    hand.press(page.locator(f"main a[href='/orders/{number}/received']").first)
    page.wait_for_url("**/received")
    hand.press(page.locator(f"form[action='/orders/{number}/received'] button, main form button").first)
    page.wait_for_url(f"{base}/orders/{number}")


def wait_until_page_says(hand: Hand, address: str, words: str) -> None:
    def says() -> bool:
        hand.page.goto(address)
        return words in hand.page.locator("main").inner_text()

    try:
        wait_for(says, seconds=60, what=f"“{words}” at {address}")
    except AssertionError as late:
        raise AssertionError(f"{late}; it says: {hand.page.locator('main').inner_text()[:800]}") from None


def orders_in_report(hand: Hand, base: str) -> str:
    page = hand.page
    page.goto(f"{base}/books/settlement")
    with page.expect_download() as taken:
        hand.press(page.locator("main a[href*='settlement.csv']").first)
    content = Path(taken.value.path()).read_text(encoding="utf-8-sig")
    with closing(io.StringIO(content)) as lines:
        return " ".join(cell for row in csv.reader(lines) for cell in row)
