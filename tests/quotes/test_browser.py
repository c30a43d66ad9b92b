"""One used bicycle from the first offer to the settlement report, in a real browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.db.session import reading, transaction
from app.identity.models import Organization, User
from app.orders.models import HandoverCode, Order
from app.orders.rules.handover import words_of
from app.orders.rules.status import SettlementStatus
from app.shipping.rules import RateTerms
from app.web.qr import qr_svg
from tests.quotes.bargain import takes_offers
from tests.support.front import Front
from tests.support.goods import give_pictures
from tests.support.http import serving
from tests.support.pages import axe_violations, is_wider_than_screen
from tests.support.trade import Trade

pytestmark = pytest.mark.browser
MEET = RateTerms("domestic", "Meet in person", "", 0, 5, 0, kind="in_person", place="Central Market, by the clock")


@pytest.fixture
def address(front: Front) -> Iterator[str]:
    with serving(front.app) as url:
        yield url


def looked_at(page: Page) -> None:
    """Nothing is wrong for anybody, on a phone too, and the console is silent."""
    assert axe_violations(page) == []
    assert not is_wider_than_screen(page)
    assert page.said == []  # type: ignore[attr-defined]


def test_offer_counter_accept_pay_meet_scan_released_reported(
    front: Front, trade: Trade, address: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    shop = trade.shop_of(name="Sothy", rates=[MEET])
    bicycle = trade.goods(shop, title="Red bicycle", price=4000, stock=1)
    takes_offers(bicycle)
    dara = trade.person("dara@people.example")
    with transaction() as session:
        session.get_one(Organization, shop.id).kind = "private_person"
        session.get_one(User, dara.user_id).name = "Dara Chan"
    give_pictures(tmp_path / "media")
    buyer, seller = open_page(f"{address}/healthz", width=360), open_page(f"{address}/healthz")
    buyer.context.add_cookies(front.cookies(front.member(dara), address))  # type: ignore[arg-type]
    seller.context.add_cookies(front.cookies(front.member(shop.owner), address))  # type: ignore[arg-type]

    buyer.goto(f"{address}/s/sothy")
    buyer.locator("main a", has_text="Red bicycle").first.click()
    buyer.locator("main a", has_text="Make an offer").click()
    looked_at(buyer)
    buyer.fill("input[name=price]", "30.00")
    buyer.locator("main form button", has_text="Send the offer").click()
    expect(buyer.locator("main")).to_contain_text("The seller answers next.")
    looked_at(buyer)
    offer = buyer.url

    seller.goto(f"{address}/desk/offers")
    looked_at(seller)
    seller.locator("main a", has_text="Red bicycle").click()
    seller.locator("summary", has_text="Answer with another price").click()
    seller.fill("input[name=price]", "35.00")
    looked_at(seller)
    seller.locator("button", has_text="Send this price").click()
    expect(seller.locator("main")).to_contain_text("The buyer answers next.")

    buyer.goto(offer)
    buyer.locator("button", has_text="Accept $35.00").click()
    expect(buyer.locator("main h1")).to_contain_text("Deal with Sothy")
    looked_at(buyer)
    deal = buyer.url
    assert trade.stock(bicycle) == (1, 1)
    seller.goto(deal)
    expect(seller.locator("main h1")).to_have_text("Deal with Dara Chan")
    buyer.locator("main a", has_text="Check out").click()
    buyer.fill("input[name=phone]", "091 234 567")
    buyer.locator("main form .actions button").last.click()
    looked_at(buyer)
    buyer.locator("button", has_text="Go on to the meeting place").click()
    expect(buyer.locator("main")).to_contain_text("You meet at: Central Market, by the clock.")
    looked_at(buyer)
    buyer.locator("button", has_text="Go on to the review").click()
    buyer.locator(f"form[action='{deal.removeprefix(address)}/checkout/pay'] button").first.click()
    buyer.wait_for_url("**/c/pay/**")
    back = front.pay_at_card_service(buyer.url)
    assert back is not None
    buyer.goto(back.replace(front.settings.public_url, address))
    expect(buyer.locator("main h1")).to_contain_text("Thank you")
    trade.settle()

    group = front.group()
    order = group.orders[0]
    assert group.total_cents == 3500
    buyer.goto(f"{address}/orders/{order.number}")
    buyer.said.clear()  # type: ignore[attr-defined]
    buyer.locator("main a", has_text="Show the hand-over code").click()
    looked_at(buyer)
    buyer.locator("button", has_text="Show the code").click()
    expect(buyer.locator(".qr svg")).to_be_visible()
    looked_at(buyer)
    assert re.fullmatch(r"\d{3} \d{3}", buyer.locator(".handover-code").inner_text())
    scanned = scanned_by_camera(front, buyer, order)

    seller.goto(scanned.replace(front.settings.public_url, address))
    expect(seller.locator("main")).to_contain_text(f"Did you hand over order {order.number}?")
    looked_at(seller)
    seller.locator("button", has_text="Yes, handed over").click()
    expect(seller.locator("main")).to_contain_text("Handed over. The buyer's money is on its way to you.")
    trade.settle()
    assert trade.story(order.id).axes.settlement is SettlementStatus.RELEASED
    buyer.goto(deal)
    expect(buyer.locator("main")).to_contain_text("Ordered and paid.")
    seller.goto(f"{address}/books/settlement?shop=sothy")
    expect(seller.locator("main")).to_contain_text(order.number)
    trade.books_equal_chain()


def scanned_by_camera(front: Front, page: Page, order: Order) -> str:
    """The link that is drawn: what stands on the screen is, module by module, the drawing of it."""
    with reading() as session:
        nonce = session.get_one(HandoverCode, order.id).nonce
    words = words_of(front.settings.secret_key.encode(), order.id, nonce)
    link = f"{front.settings.public_url}/handover/{order.number}/{words.secret}"
    drawn = re.search(r' d="([^"]+)"', str(qr_svg(link, "")).split("<path")[-1])
    assert drawn is not None
    assert page.locator(".qr svg path").last.get_attribute("d") == drawn[1]
    return link
