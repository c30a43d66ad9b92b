"""From asking two shops to the order that shows what was quoted, in a real browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.rfqs.asking import Asking, Company
from tests.support.front import Front
from tests.support.goods import give_pictures
from tests.support.http import serving
from tests.support.pages import axe_violations, is_wider_than_screen

pytestmark = pytest.mark.browser


@pytest.fixture
def address(front: Front) -> Iterator[str]:
    with serving(front.app) as url:
        yield url


def looked_at(page: Page) -> None:
    """Nothing is wrong for anybody, on a phone too, and the console is silent."""
    assert axe_violations(page) == []
    assert not is_wider_than_screen(page)
    assert page.said == []  # type: ignore[attr-defined]


def test_request_quote_counter_second_version_accepted_paid_with_po_and_shown(
    front: Front, asking: Asking, company: Company, address: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    give_pictures(tmp_path / "media")
    buyer, seller = open_page(f"{address}/healthz", width=360), open_page(f"{address}/healthz")
    buyer.context.add_cookies(front.cookies(front.member(company.approver), address))  # type: ignore[arg-type]
    seller.context.add_cookies(front.cookies(front.member(asking.shop.owner), address))  # type: ignore[arg-type]

    buyer.goto(f"{address}/buying")
    buyer.locator("main a", has_text="Ask shops for quotes").click()
    looked_at(buyer)
    buyer.locator("main a", has_text="Ask for quotes").click()
    buyer.fill("input[name=title]", "Pepper for spring")
    buyer.fill("textarea[name=lines]", f"/p/{asking.slug(asking.pepper)} 50 kg\nWhite pepper, washed 20 kg")
    buyer.fill("textarea[name=shops]", f"/s/{asking.slug_of(asking.rival)}")
    buyer.fill("input[name=place]", "Phnom Penh")
    looked_at(buyer)
    buyer.locator("main form .actions button").last.click()
    expect(buyer.locator("main")).to_contain_text("Nobody has seen it yet.")
    expect(buyer.locator("main")).to_contain_text("Kampot black pepper")
    looked_at(buyer)
    buyer.locator("button", has_text="Send the request").click()
    expect(buyer.locator("main")).to_contain_text("The shops are told")
    request = buyer.url
    front.work()

    seller.goto(f"{address}/desk/requests")
    looked_at(seller)
    seller.locator("main a", has_text="Pepper for spring").click()
    looked_at(seller)
    seller.locator("main a", has_text="Write a quote").click()
    seller.fill("input[name=p-0]", "13.00")
    seller.fill("input[name=freight]", "120")
    seller.fill("input[name=days]", "9")
    seller.select_option("select[name=incoterm]", "FOB")
    seller.fill("input[name=named_place]", "Sihanoukville")
    seller.fill("textarea[name=contract]", "Inspected before loading.")
    looked_at(seller)
    seller.locator("button", has_text="Send the quote").click()
    expect(seller.locator("main")).to_contain_text("The buyer answers next.")
    looked_at(seller)

    buyer.goto(request)
    looked_at(buyer)
    buyer.locator("main a", has_text="Compare side by side").click()
    looked_at(buyer)
    buyer.locator("main a", has_text="Look and accept").click()
    looked_at(buyer)
    buyer.locator("main a", has_text="Ask for other terms").click()
    buyer.fill("input[name=p-0]", "12.00")
    buyer.fill("textarea[name=note]", "A little less for all of it?")
    looked_at(buyer)
    buyer.locator("button", has_text="Ask the seller").click()
    expect(buyer.locator("main")).to_contain_text("What the buyer asked for instead")
    first = buyer.url

    seller.goto(f"{address}/desk/requests")
    seller.locator("main a", has_text="Pepper for spring").click()
    seller.locator("main a", has_text="Send a new version").click()
    expect(seller.locator("main")).to_contain_text("the buyer asks for 50 × $12.00")
    seller.fill("input[name=p-0]", "12.50")
    looked_at(seller)
    seller.locator("button", has_text="Send the quote").click()

    buyer.goto(first)
    expect(buyer.locator("main")).to_contain_text("There is a newer version of this quote.")
    buyer.locator("main a", has_text="To the newest version").click()
    looked_at(buyer)
    buyer.locator("button", has_text="Accept $745.00").click()
    expect(buyer.locator("main")).to_contain_text("FOB Sihanoukville (Incoterms 2020)")
    looked_at(buyer)
    deal = buyer.url
    buyer.locator("main a", has_text="Check out").click()
    buyer.fill("input[name=name]", "Dara Chan")
    buyer.fill("input[name=phone]", "091 234 567")
    buyer.fill("input[name=po_number]", "PO-77")
    buyer.locator("main form .actions button").last.click()
    buyer.fill("input[name=street]", "St 178, no 12")
    buyer.fill("input[name=city]", "Phnom Penh")
    buyer.locator("main form .actions button").last.click()
    expect(buyer.locator("main")).to_contain_text("As quoted, 9 days on the way")
    looked_at(buyer)
    buyer.locator("button", has_text="Go on to the review").click()
    looked_at(buyer)
    buyer.locator(f"form[action='{deal.removeprefix(address)}/checkout/pay'] button").first.click()
    buyer.wait_for_url("**/c/pay/**")
    back = front.pay_at_card_service(buyer.url)
    assert back is not None
    buyer.goto(back.replace(front.settings.public_url, address))
    number = front.group().orders[0].number
    for page, path in ((buyer, f"/orders/{number}"), (seller, f"/desk/orders/{number}")):
        page.said.clear()  # type: ignore[attr-defined]
        page.goto(address + path)
        for words in ("PO-77", "FOB Sihanoukville (Incoterms 2020)", "Inspected before loading.", "Mekong Foods"):
            expect(page.locator("main")).to_contain_text(words)
        expect(page.locator("main")).to_contain_text(re.compile(r"Q-[0-9A-Z]{4}-[0-9A-Z]{4}-2"))
        looked_at(page)
    assert front.group().total_cents == 62_500 + 12_000
