"""The pages that are looked at, and the cookies of who may see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Browser, StorageState

from tests.screenshots.people import FIRST_SELLER, Guest, Worker

GOODS = "kampot-red-pepper-fully-ripe"


@dataclass(frozen=True)
class Place:
    """`cookies` are of who may see it. `is_listed` is false of a page that asks search engines to leave it out."""

    name: str
    address: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    is_listed: bool = True


def places(browser: Browser, base: str) -> list[Place]:
    """Six pages, each with something on it: a guest has bought of three sellers, and filled the cart again."""
    guest = Guest(browser, base)
    guest.walk_to_review()
    guest.go_to_card_page()
    guest.pay()
    order = guest.order_with("Sothy")
    guest.wait_for(order, "held")
    guest.fill_cart()
    seller = Worker(browser, base, FIRST_SELLER)
    return [
        Place("home", f"{base}/"),
        Place("category", f"{base}/c/silk-cloth"),
        Place("product", f"{base}/p/{GOODS}"),
        Place("cart", f"{base}/cart", _cookies(guest.cookies), is_listed=False),
        Place("order", f"{base}/orders/{order}", _cookies(guest.cookies), is_listed=False),
        Place("seller desk", f"{base}/desk", _cookies(seller.cookies)),
    ]


def _cookies(state: StorageState) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in state["cookies"]}
