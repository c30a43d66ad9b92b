"""A firm buys in parts, from its request to the settlement report, in a real browser: deposit, shipment, acceptance."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.orders.rules.status import SettlementStatus
from tests.rfqs.asking import Asking, Company
from tests.support.deals import UNIT
from tests.support.front import Front
from tests.support.goods import give_pictures
from tests.support.http import serving
from tests.support.pages import axe_violations

pytestmark = pytest.mark.browser
GOODS, FREIGHT = 50 * 1_300, 12_000
TOTAL = GOODS + FREIGHT


def press(page: Page, words: str) -> None:
    page.locator("main button", has_text=words).first.click()


def follow(page: Page, words: str) -> None:
    page.locator("main a", has_text=words).first.click()


def paid_out(asking: Asking) -> int:
    """Cents that have left escrow: what is the seller's own, and the twentieth of it that is the market's."""
    return round(asking.trade.books("2200", owner=asking.shop.id) / UNIT / 0.95)


def quoted_in_parts(buyer: Page, seller: Page, asking: Asking, front: Front, address: str) -> None:
    """The firm asks one shop, and the shop answers with a deposit of 30 % and 40 % when the goods leave."""
    buyer.goto(f"{address}/requests/new")
    buyer.fill("input[name=title]", "Pepper for spring")
    buyer.fill("textarea[name=lines]", f"/p/{asking.slug(asking.pepper)} 50 kg")
    buyer.locator("main form .actions button").last.click()
    press(buyer, "Send the request")
    front.work()
    seller.goto(f"{address}/desk/requests")
    follow(seller, "Pepper for spring")
    follow(seller, "Write a quote")
    seller.fill("input[name=p-0]", "13.00")
    seller.fill("input[name=freight]", "120")
    seller.fill("input[name=days]", "9")
    seller.select_option("select[name=incoterm]", "FOB")
    seller.fill("input[name=named_place]", "Sihanoukville")
    seller.locator("summary", has_text="Be paid in parts").click()
    seller.fill("input[name=deposit]", "30")
    seller.fill("input[name=shipment]", "40")
    press(seller, "Send the quote")
    expect(seller.locator("main")).to_contain_text("The buyer answers next.")


def paid_by_card(buyer: Page, front: Front, address: str) -> str:
    """From the deal to the paid order; its number."""
    deal = buyer.url.removeprefix(address)
    follow(buyer, "Check out")
    for name, value in {"name": "Dara Chan", "phone": "091 234 567", "po_number": "PO-78"}.items():
        buyer.fill(f"input[name={name}]", value)
    buyer.locator("main form .actions button").last.click()
    buyer.fill("input[name=street]", "St 178, no 12")
    buyer.fill("input[name=city]", "Phnom Penh")
    buyer.locator("main form .actions button").last.click()
    press(buyer, "Go on to the review")
    expect(buyer.locator("main")).to_contain_text("30 % is paid to the seller as a deposit")
    buyer.locator(f"form[action='{deal}/checkout/pay'] button").first.click()
    buyer.wait_for_url("**/c/pay/**")
    back = front.pay_at_card_service(buyer.url)
    assert back is not None
    buyer.goto(back.replace(front.settings.public_url, address))
    buyer.said.clear()  # type: ignore[attr-defined]
    return front.group().orders[0].number


def test_deposit_shipment_and_acceptance_are_each_paid_out_and_stand_in_the_settlement_report(
    front: Front, asking: Asking, company: Company, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    give_pictures(tmp_path / "media")
    trade = asking.trade
    with serving(front.app) as address:
        buyer, seller = open_page(f"{address}/healthz", width=360), open_page(f"{address}/healthz")
        buyer.context.add_cookies(front.cookies(front.member(company.approver), address))  # type: ignore[arg-type]
        seller.context.add_cookies(front.cookies(front.member(asking.shop.owner), address))  # type: ignore[arg-type]
        quoted_in_parts(buyer, seller, asking, front, address)
        buyer.reload()
        follow(buyer, "Compare side by side")
        follow(buyer, "Look and accept")
        press(buyer, "Accept $770.00")
        number = paid_by_card(buyer, front, address)
        assert front.group().total_cents == TOTAL
        trade.settle()
        trade.settle()
        assert paid_out(asking) == TOTAL * 30 // 100, "the deposit, once the money was in escrow"

        buyer.goto(f"{address}/orders/{number}")
        expect(buyer.locator("main")).to_contain_text("Paid out in parts")
        assert axe_violations(buyer) == []
        seller.goto(f"{address}/desk/orders/{number}")
        expect(seller.locator("main")).to_contain_text("PO-78")
        seller.get_by_label("Carrier").first.fill("VET Express")
        press(seller, "It has left")
        expect(seller.locator("main")).to_contain_text("Shipped. The buyer gets a mail")
        trade.settle()
        assert paid_out(asking) == TOTAL * 70 // 100, "and what is paid when the goods have left"

        buyer.reload()
        follow(buyer, "I have it")
        buyer.locator(f"form[action='/orders/{number}/received'] button").first.click()
        trade.settle()
        trade.settle()
        buyer.goto(f"{address}/orders/{number}")
        expect(buyer.locator("main")).to_contain_text("All done")
        assert trade.story(front.group().orders[0].id).axes.settlement is SettlementStatus.RELEASED
        assert paid_out(asking) == TOTAL

        seller.goto(f"{address}/books/settlement?shop={asking.slug_of(asking.shop)}")
        expect(seller.locator("main tr", has_text=number)).to_have_count(4)  # paid in, and each of three parts
        expect(seller.locator("main")).to_contain_text("770.000000")
        assert buyer.said == seller.said == []  # type: ignore[attr-defined]
    trade.books_equal_chain()
