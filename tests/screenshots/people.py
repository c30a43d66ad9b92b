"""Brings people to where there is something to see, and gives their cookies: whoever holds these sees the same."""

from playwright.sync_api import Browser, BrowserContext, StorageState, expect

from app.cli.demo.load import PASSWORD
from tests.screenshots.looks import LIGHT
from tests.screenshots.places import Place
from tests.support.people import Buyer, sign_in

SETTLED_MS = 120_000
GOODS = {"kampot-pepper-and-palm-sugar-glaze": 2, "capiz-parol-star-lantern": 1}
SELLER_EMAIL, ACCOUNTANT_EMAIL, OPERATOR_EMAIL = (
    "sothy@phsar.example",
    "accounts@phsar.example",
    "operator@phsar.example",
)


class Guest:
    """Somebody without an account who buys two sellers' goods by card."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.context: BrowserContext = browser.new_context(**LIGHT[0].browser_options)
        self.buyer = Buyer(self.context.new_page(), base)
        self.base = base

    def walk_to_review(self) -> StorageState:
        for slug, quantity in GOODS.items():
            self.buyer.put_in_cart(slug, quantity)
        self.buyer.walk_to_review()
        return self.context.storage_state()

    def go_to_card_page(self) -> str:
        """Its address."""
        page = self.buyer.page
        page.locator("form[action='/checkout/pay'] button").click()
        page.wait_for_url("**/c/pay/**")
        return page.url

    def pay(self) -> tuple[Place, ...]:
        """From the card page; the pages of what was bought."""
        page = self.buyer.page
        self.buyer.type_card("4242424242424242")
        page.wait_for_url("**/orders/**")
        group = Place("order-paid", page.url)
        number = self._first_order()
        return (
            group,
            Place("order", f"/orders/{number}"),
            Place("order-details", f"/orders/{number}/details"),
            Place("order-problem", f"/orders/{number}/problem"),
            Place("orders", "/orders"),
        )

    def _first_order(self) -> str:
        page = self.buyer.page
        expect(page.locator("main a[href^='/orders/']").first).to_be_visible(timeout=SETTLED_MS)
        return self.buyer.order_numbers()[0]


def signed_in(browser: Browser, base: str, email: str) -> StorageState:
    context = browser.new_context()
    sign_in(context.new_page(), base, email, PASSWORD)
    state = context.storage_state()
    context.close()
    return state
