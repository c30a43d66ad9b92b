"""A used thing goes on sale from a phone, photo first: what has to be typed, and what the market types itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.front import Front
from tests.support.goods import give_pictures, picture_bytes
from tests.support.http import serving
from tests.support.pages import axe_violations, is_wider_than_screen
from tests.support.trade import Trade

pytestmark = pytest.mark.browser
PHOTO = {"name": "bicycle.png", "mimeType": "image/png", "buffer": picture_bytes(640, 640)}
TYPED = {
    "title": "Mountain bicycle, green",
    "price": "42.00",
    "name": "Dara",
    "place": "Phnom Penh",
    "meet": "Central Market, by the clock",
}
AGAIN = {"title": "Mountain bicycle, blue", "price": "15.50"}


@pytest.fixture
def phone(front: Front, trade: Trade, open_page: Callable[..., Page], tmp_path: Path) -> Iterator[Page]:
    """Of somebody who has an account without a name and has never sold, where bicycles are sold already."""
    shop = trade.shop_of()
    for price in (4_000, 5_000, 6_000):
        trade.goods(shop, title="Mountain bicycle", price=price)
    give_pictures(tmp_path / "media")
    with serving(front.app) as address:
        page = open_page(f"{address}/healthz", width=360)
        page.context.add_cookies(front.cookies(front.member(trade.person()), address))  # type: ignore[arg-type]
        page.goto(f"{address}/sell")
        page.get_by_role("link", name="Sell one thing").click()
        yield page


def put_on_sale(page: Page, typed: dict[str, str]) -> None:
    """As people do on a phone: the photo, what it is, its condition, the price, and what is asked once."""
    fields = page.locator("main form :is(input, textarea)").evaluate_all("all => all.map(one => one.name)")
    shown = [name for name in fields if name in {"photo", "title", "condition", "price"}]
    assert list(dict.fromkeys(shown)) == ["photo", "title", "condition", "price"], "the photo first"
    page.locator("input[name=photo]").set_input_files([PHOTO])  # type: ignore[arg-type]
    expect(page.locator("main img[src^='blob:']")).to_be_visible()
    page.get_by_text("New", exact=True).check()
    for name, text in typed.items():
        page.fill(f"input[name={name}]", text)
        if name == "title":
            page.keyboard.press("Tab")
            expect(page.locator("[data-suggestion]")).to_contain_text("Similar things in this condition cost")
            expect(page.locator("select[name=category]")).not_to_have_value("")
    assert axe_violations(page) == []
    assert not is_wider_than_screen(page)
    page.get_by_role("button", name="Put it on sale").click()
    expect(page.locator("body")).to_contain_text("It is on sale")
    expect(page.locator("main h1")).to_have_text(typed["title"])


def test_a_newcomer_types_five_things_and_the_next_time_two(phone: Page) -> None:
    put_on_sale(phone, TYPED)
    expect(phone.locator("main")).to_contain_text("Central Market, by the clock")
    phone.goto(phone.url.split("/p/")[0] + "/sell/quick")
    expect(phone.locator("input[name=meet]")).to_have_count(0)
    put_on_sale(phone, AGAIN)
    assert phone.said == []  # type: ignore[attr-defined]
