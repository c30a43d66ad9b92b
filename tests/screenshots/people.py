"""Brings people to where there is something to see, and gives their cookies: whoever holds these sees the same."""

import time
from collections.abc import Callable
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from app.cli.demo.load import PASSWORD
from app.cli.demo.wallets import demo_wallet
from app.cli.instance import CHAIN_ID
from tests.screenshots.places import SAMPLED, SEND, Place
from tests.support.browser_wallet import BrowserWallet
from tests.support.pages import DESK
from tests.support.people import Buyer, Seller, sign_in

PATIENCE_SECONDS = 120
GOODS = {
    "kampot-pepper-and-palm-sugar-glaze": 2,
    "granulated-palm-sugar-stove-dried": 1,
    "clay-charcoal-stove-long-burning": 1,
}
"""Of three sellers, and a sample of the first; their orders end in a dispute, well, and canceled."""
FIRST_SELLER, SECOND_SELLER = "sothy@phsar.example", "vanna@phsar.example"
ACCOUNTANT, OPERATOR = "accounts@phsar.example", "operator@phsar.example"


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"✗ waited in vain: {what}")
        time.sleep(0.5)


class Guest:
    """Somebody without an account who buys three sellers' goods by card."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.context: BrowserContext = browser.new_context(viewport=DESK, locale="en")
        self.page = self.context.new_page()
        self.buyer = Buyer(self.page, base)
        self.base = base

    @property
    def cookies(self) -> StorageState:
        return self.context.storage_state()

    def fill_cart(self) -> None:
        for slug, quantity in GOODS.items():
            self.buyer.put_in_cart(slug, quantity)
        self.buyer.put_sample_in_cart(SAMPLED)

    def walk_to_review(self) -> None:
        self.fill_cart()
        self.buyer.walk_to_review()

    def go_to_card_page(self) -> tuple[Place, Place]:
        """The card page, and the orders while they are not paid."""
        self.page.locator("form[action='/checkout/pay'] button").click()
        self.page.wait_for_url("**/c/pay/**")
        card_page = self.page.url
        self.page.goto(f"{self.base}/orders")
        self.page.locator("main a[href^='/orders/']").first.click()
        pending = Place("order-pending", self.page.url)
        self.page.goto(card_page)
        return Place("card-page", card_page), pending

    def pay(self) -> Place:
        """From the card page; the page of what was bought."""
        self.buyer.type_card("4242424242424242")
        self.page.wait_for_url("**/orders/**")
        expect(self.page.locator("main a[href^='/orders/']").first).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
        return Place("orders-bought", self.page.url)

    def order_with(self, seller: str) -> str:
        """The number of the order that goes to this seller."""
        panel = self.page.locator(".order-panel", has_text=seller).locator("a[href^='/orders/']").first
        return str(panel.get_attribute("href")).rsplit("/", 1)[1]

    def wait_for(self, number: str, text: str) -> None:
        wait_until(lambda: text in self._order(number), f"“{text}” of order {number}")

    def press(self, path: str) -> None:
        """The button of the form that is sent to `path`."""
        self.page.locator(f"form[action='{path}'] button").first.click()
        self.page.wait_for_load_state()

    def receive(self, number: str) -> None:
        path = f"/orders/{number}/received"
        self.page.goto(self.base + path)
        self.press(path)

    def report_problem(self, number: str) -> None:
        self.page.goto(f"{self.base}/orders/{number}/problem")
        self.page.locator("[name=reason]").nth(1).check()
        self.page.fill("[name=text]", "Two of the jars arrived broken, and one lid was loose.")
        self._send()

    def cancel(self, number: str) -> None:
        self.page.goto(f"{self.base}/orders/{number}/cancel")
        self._send()

    def _order(self, number: str) -> str:
        self.page.goto(f"{self.base}/orders/{number}")
        return self.page.locator("main").inner_text()

    def _send(self) -> None:
        self.page.locator("main form button[type=submit]").last.click()
        self.page.wait_for_load_state()


class WalletBuyer(Guest):
    """Somebody with tokens of their own."""

    def __init__(self, browser: Browser, base: str) -> None:
        super().__init__(browser, base)
        BrowserWallet(self.context, demo_wallet("buyer").key, CHAIN_ID)

    def go_to_signing(self) -> Place:
        self.buyer.put_in_cart("kampot-red-pepper-fully-ripe", 1)
        self.buyer.walk_to_review(email="wallet@example.com")
        self.buyer.go_to_signing()
        return Place("wallet-sign", self.page.url)


class Worker:
    """Somebody of a shop or of the market, signed in."""

    def __init__(self, browser: Browser, base: str, email: str, password: str = PASSWORD) -> None:
        self.context = browser.new_context(viewport=DESK, locale="en")
        self.page: Page = self.context.new_page()
        self.base = base
        sign_in(self.page, base, email, password)
        self.page.wait_for_url(lambda url: not url.endswith("/sign-in"))

    @property
    def cookies(self) -> StorageState:
        return self.context.storage_state()

    def fill(self, path: str, **fields: str) -> None:
        self.page.goto(self.base + path)
        for name, text in fields.items():
            self.page.fill(f"[name={name}]", text)
        self.page.locator("main form button[type=submit]").last.click()
        self.page.wait_for_load_state()

    def approve(self, shop: str) -> None:
        self.page.goto(f"{self.base}/console/shops")
        self.page.locator("tr", has_text=shop).locator("form[action$='/approve'] button").click()
        self.page.wait_for_load_state()

    def ask_for_money(self) -> None:
        self.fill("/desk/money/account", holder="Vanna Chan", bank="ABA Bank", number="000 123 456", bic="ABAAKHPP")
        self.wait_for("/desk/money", "[name=amount]")
        self.page.fill("[name=amount]", "1.00")
        self.page.locator("#ask form button[type=submit]").click()
        self.page.wait_for_load_state()

    def wait_for(self, path: str, selector: str) -> None:
        """Until the page of `path` has such an element."""
        wait_until(lambda: self._has(path, selector), f"{selector} of {path}")

    def _has(self, path: str, selector: str) -> bool:
        self.page.goto(self.base + path)
        return self.page.locator(selector).count() > 0


def ship(browser: Browser, base: str, email: str, number: str) -> None:
    Seller(browser.new_context().new_page(), base, email, PASSWORD).ship(number)


def register(page: Page, base: str, *, name: str, email: str, password: str) -> None:
    """With the link of the mail; signed in afterwards."""
    page.goto(f"{base}/register")
    for field, text in {"name": name, "email": email, "password": password}.items():
        page.fill(f"main [name={field}]", text)
    page.locator(SEND).click()
    page.wait_for_load_state()
    page.goto(f"{base}/mailbox?{urlencode({'to': email})}")
    page.locator(".letter a[href*='/confirm/']").first.click()
    page.wait_for_url("**/confirm/**")
    page.locator(SEND).click()
    page.wait_for_load_state()
