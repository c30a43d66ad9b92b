"""A company orders on terms, the shop sends, the company receives and pays by card, and the shop is paid: in a real browser."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.credit.test_pages import reviewed
from tests.support.front import Front, Visitor
from tests.support.goods import give_pictures
from tests.support.http import serving
from tests.support.on_terms import OnTerms
from tests.support.outcome import outcome_of, requires_tie_out
from tests.support.pages import axe_violations, is_wider_than_screen
from tests.support.trade import Trade

pytestmark = pytest.mark.browser
NOT_IN_ESCROW = "Not paid yet: nothing is held in escrow."
ROOM = 16


def test_bought_on_terms_sent_received_paid_by_card_and_paid_out(
    front: Front, trade: Trade, open_page: Callable[..., Page]
) -> None:
    terms = OnTerms(trade)
    give_pictures(Path(front.settings.media_url))
    member, owner = front.member(terms.buyer), front.member(terms.shop.owner)
    reviewed(member, terms)
    with serving(front.app) as address:

        def seen(visitor: Visitor, path: str) -> Page:
            page = open_page(f"{address}/healthz")
            page.context.add_cookies(front.cookies(visitor, address))  # type: ignore[arg-type]
            page.goto(f"{address}{path}")
            return page

        buyer = seen(member, "/checkout/review")
        buyer.get_by_role("button", name="Order now, pay within 30 days").click()
        expect(buyer.get_by_text(NOT_IN_ESCROW)).to_be_visible()
        number = front.group().orders[0].number

        seller = seen(owner, f"/desk/orders/{number}")
        expect(seller.get_by_text(NOT_IN_ESCROW).first).to_be_visible()
        seller.get_by_label("Carrier").first.fill("VET Express")
        seller.get_by_label("Tracking number").first.fill("KP 1")
        seller.get_by_role("button", name="It has left").click()
        expect(seller.get_by_text("Shipped. The buyer gets a mail")).to_be_visible()

        buyer.goto(f"{address}/orders/{number}")
        buyer.get_by_role("link", name="I have it").click()
        buyer.get_by_role("button", name="I have it").click()
        expect(buyer.get_by_text("the seller is paid as soon as you have paid")).to_be_visible()
        expect(buyer.get_by_text(NOT_IN_ESCROW)).to_be_visible()

        resume = f"/checkout/resume/{front.group().id}"
        card_page = member.send(member.look(f"/orders/{number}"), resume).headers["Location"]
        front.come_back(member, front.pay_at_card_service(card_page))
        for _round in range(2):
            front.work()
            trade.settle()
        buyer.reload()
        expect(buyer.get_by_text("All done. The seller is paid.")).to_be_visible()
        seller.reload()
        expect(seller.get_by_text("All done. The money is yours.")).to_be_visible()
    assert outcome_of(front).charged == outcome_of(front).deposited == [5_000]
    front.work()
    requires_tie_out()


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("km", 360)])
def test_every_page_is_sound(
    front: Front, trade: Trade, open_page: Callable[..., Page], language: str, width: int
) -> None:
    terms = OnTerms(trade)
    trade.settle()
    number = terms.order().orders[0].number
    give_pictures(Path(front.settings.media_url))
    member, owner = front.member(terms.boss), front.member(terms.shop.owner)
    reviewed(member, terms)
    places = [
        (owner, "/desk/customers/terms"), (owner, "/desk/customers/terms/new"), (owner, f"/desk/customers/terms/{terms.grant}"),
        (owner, f"/desk/customers/terms/orders/{number}"), (owner, f"/desk/orders/{number}"), (owner, "/desk/orders"),
        (member, f"/companies/{terms.company}/owed"), (member, f"/orders/{number}"), (member, "/checkout/review"),
    ]  # fmt: skip
    folder = os.environ.get("SHOTS")
    with serving(front.app) as address:
        for place, (visitor, path) in enumerate(places):
            page = open_page(f"{address}/healthz", locale=language, width=width)
            cookies = [*front.cookies(visitor, address), {"name": "language", "value": language, "url": address}]
            page.context.add_cookies(cookies)  # type: ignore[arg-type]
            answer = page.goto(f"{address}{path}")
            assert answer is not None
            if folder:
                page.screenshot(path=f"{folder}/{place:02}-{language}.png", full_page=True)
            assert answer.status == 200, path
            assert axe_violations(page) == [], path
            assert not is_wider_than_screen(page), path


def test_paying_later_has_room_on_a_phone(front: Front, trade: Trade, open_page: Callable[..., Page]) -> None:
    terms = OnTerms(trade)
    member = front.member(terms.buyer)
    reviewed(member, terms)
    with serving(front.app) as address:
        page = open_page(f"{address}/healthz", width=360)
        page.context.add_cookies(front.cookies(member, address))  # type: ignore[arg-type]
        page.goto(f"{address}/checkout/review")
        block = page.locator(".pay-later")
        expect(block).to_contain_text("Pay later: within 30 days")
        before, after = page.locator(".trust", has_text="You type your card"), page.get_by_text("By paying you accept")
        words, button = block.locator("p").first, block.get_by_role("button")
        assert _room(before, words) >= ROOM
        assert _room(words, button) >= ROOM / 2
        assert _room(button, after) >= ROOM


def _room(above: Locator, below: Locator) -> float:
    """Pixels between the two."""
    upper, lower = above.bounding_box(), below.bounding_box()
    assert upper is not None
    assert lower is not None
    return lower["y"] - upper["y"] - upper["height"]
