"""Long names and large prices leave room for each other, and for what is to be pressed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from app.catalog.rules.listings import VariantTerms
from app.db.session import transaction
from app.identity.models import Organization
from tests.support.goods import a_listing
from tests.support.http import serving
from tests.support.market_pages import OWNER, PASSWORD, MarketPages, actor_named
from tests.support.pages import is_wider_than_screen

pytestmark = pytest.mark.browser
CHOICE = "Extra-large, double-faced, with hand-knotted 25-cm fringes Donauschifffahrtsgesellschaftskapitänsuniformborte"
TITLE = "Handwoven indigo ceremonial shoulder cloth of the highlands"


def right_of(page: Page, selector: str) -> float:
    return float(page.locator(selector).first.evaluate("part => part.getBoundingClientRect().right"))


def test_long_names_leave_save_and_the_title_their_room(
    market_pages: MarketPages, open_page: Callable[..., Page]
) -> None:
    with transaction() as session:
        shop, owner = session.get_one(Organization, market_pages.shop_id), actor_named(session, OWNER)
        variant = VariantTerms("LONG", 9_876_543, 40, {"en": CHOICE})
        slug = a_listing(session, shop, owner, titles={"en": TITLE}, variants=(variant,)).slug
    with serving(market_pages.app) as address:
        desk = open_page(f"{address}/sign-in?next=/desk/goods")
        desk.fill("[name=email]", OWNER)
        desk.fill("[name=password]", PASSWORD)
        desk.locator("main form button[type=submit]").last.click()
        desk.wait_for_url("**/desk/goods")
        row = f"tr:has-text('{TITLE}')"
        assert right_of(desk, f"{row} .row-form .btn") <= right_of(desk, ".goods-table")
        assert desk.locator(f"{row} .row-form .muted").evaluate("code => code.getClientRects()[0].height") < 30, "USD"
        phone = open_page(f"{address}/p/{slug}", width=360)
        phone.locator("form[action='/cart/add'] button[type=submit]").click()
        phone.goto(f"{address}/cart")
        assert right_of(phone, ".item-words") >= right_of(phone, ".item") - 1
        assert not is_wider_than_screen(phone)
