"""Canceling before shipping, and the seller's refund from the order page, in a real browser, to the card at the card service."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.front import Front, Visitor
from tests.support.goods import give_pictures
from tests.support.http import serving
from tests.support.outcome import outcome_of, requires_tie_out
from tests.support.trade import Shop, Trade

pytestmark = pytest.mark.browser
TOTAL = 2 * 5_000 + 150


class Bought:
    """Two jars, paid by card at the card service and final in escrow; both sides in browsers."""

    def __init__(self, front: Front, trade: Trade, address: str, open_page: Callable[..., Page]) -> None:
        self.front, self.trade, self.address, self.open_page = front, trade, address, open_page
        self.shop: Shop = trade.shop_of()
        self.goods = trade.goods(self.shop, price=5_000, stock=2)
        self.buyer = front.visitor()
        self.buyer.add(self.goods, 2)
        card_page = self.buyer.pay(self.buyer.check_out()).headers["Location"]
        front.come_back(self.buyer, front.pay_at_card_service(card_page))
        front.work()
        trade.settle()
        self.number = front.group().orders[0].number
        give_pictures(Path(front.settings.media_url))

    def seen_by(self, visitor: Visitor, path: str, **more: object) -> Page:
        page = self.open_page(f"{self.address}/healthz", **more)
        page.context.add_cookies(self.front.cookies(visitor, self.address))  # type: ignore[arg-type]
        page.goto(f"{self.address}{path}")
        return page

    def seller(self) -> Page:
        page = self.seen_by(self.front.member(self.shop.owner), f"/desk/orders/{self.number}")
        page.get_by_text("Give money back").click()
        return page

    def money_moves(self) -> list[int]:
        """Chain and card service do their part; gives what the card got back, in cents."""
        self.trade.settle()
        self.front.work()
        return outcome_of(self.front).given_back


@pytest.fixture
def bought(front: Front, trade: Trade, open_page: Callable[..., Page]) -> Iterator[Bought]:
    with serving(front.app) as address:
        yield Bought(front, trade, address, open_page)


def give_back(page: Page, amount: str) -> None:
    page.get_by_label("Amount to give back").fill(amount)
    page.get_by_label("Reason, as the buyer will read it").fill("One jar was cracked.")
    page.get_by_role("button", name="Give it back").click()


def test_the_buyer_cancels_before_shipping_and_the_card_gets_all_of_it(bought: Bought) -> None:
    page = bought.seen_by(bought.buyer, f"/orders/{bought.number}")
    page.get_by_role("link", name="Cancel this order").click()
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_text("Canceled. Your money is on its way back.")).to_be_visible()
    assert bought.money_moves() == [TOTAL]
    assert bought.trade.stock(bought.goods) == (2, 0)
    page.reload()
    expect(page.get_by_text("You get all of it back: $101.50.")).to_be_visible()
    requires_tie_out()


def test_the_seller_gives_a_part_back_and_then_the_rest(bought: Bought) -> None:
    page = bought.seller()
    give_back(page, "12.50")
    expect(page.get_by_text("The money is on its way back to the buyer.")).to_be_visible()
    assert bought.money_moves() == [1_250]
    page = bought.seller()
    give_back(page, "500")
    expect(page.locator("[data-error-summary]").first).to_contain_text(
        "Only $89.00 of this order can still be refunded"
    )
    give_back(page, "89.00")
    expect(page.get_by_text("The money is on its way back to the buyer.")).to_be_visible()
    assert sorted(bought.money_moves()) == [1_250, TOTAL - 1_250]
    page.reload()
    expect(page.get_by_text("All of it went back to the buyer. Do not ship this order.")).to_be_visible()
    requires_tie_out()


def test_all_of_an_order_that_has_not_left_cancels_it(bought: Bought) -> None:
    give_back(bought.seller(), "101.50")
    assert bought.money_moves() == [TOTAL]
    assert bought.trade.stock(bought.goods) == (2, 0), "back on the stall"
    page = bought.seen_by(bought.buyer, f"/orders/{bought.number}")
    expect(page.get_by_text("canceled", exact=True)).to_be_visible()
    requires_tie_out()
