"""A return from the first word to money on the card and in the settlement report, and a dispute with evidence and a split, in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app.db.session import reading
from app.identity.models import Organization
from tests.orders.test_evidence import PDF, picture
from tests.orders.test_money_back_in_browser import TOTAL, Bought
from tests.support.front import Front
from tests.support.http import serving
from tests.support.outcome import requires_tie_out
from tests.support.trade import Trade

pytestmark = pytest.mark.browser
PICTURE = {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": picture()}
LETTER = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def bought(front: Front, trade: Trade, open_page: Callable[..., Page]) -> Iterator[Bought]:
    with serving(front.app) as address:
        yield Bought(front, trade, address, open_page)


def sides(bought: Bought) -> tuple[Page, Page]:
    """The buyer's order page and the seller's, after one of two jars left, and then the other."""
    seller = bought.seen_by(bought.front.member(bought.shop.owner), f"/desk/orders/{bought.number}")
    for tracking, count in (("KP 1", "1"), ("KP 2", None)):
        seller.get_by_label("Carrier").first.fill("VET Express")
        seller.get_by_label("Tracking number").first.fill(tracking)
        if count:
            seller.get_by_text("Not all of it is in this parcel").click()
            seller.locator("[name^=quantity_]").fill(count)
        seller.get_by_role("button", name="It has left").click()
        expect(seller.get_by_text("Shipped. The buyer gets a mail")).to_be_visible()
    buyer = bought.seen_by(bought.buyer, f"/orders/{bought.number}")
    expect(buyer.get_by_text("Parcel 2")).to_be_visible()
    return buyer, seller


def test_a_jar_comes_back_and_its_money_is_on_the_card_and_in_the_report(bought: Bought) -> None:
    buyer, seller = sides(bought)
    buyer.get_by_role("link", name="Send something back").click()
    buyer.locator("[name^=quantity_]").fill("1")
    buyer.get_by_text("It is damaged").click()
    buyer.get_by_label("Tell the seller more").fill("The lid is cracked.")
    buyer.get_by_label("Pictures").set_input_files([PICTURE])  # type: ignore[arg-type]
    buyer.get_by_role("button", name="Ask the seller").click()
    expect(buyer.get_by_text("The seller is asked. Your money stays held meanwhile.")).to_be_visible()
    expect(buyer.locator("img[alt='broken.webp']")).to_be_visible()

    seller.reload()
    seller.get_by_role("link", name="Open the return").first.click()
    expect(seller.locator("img[alt='broken.webp']")).to_be_visible()
    seller.get_by_label("Where the buyer sends it").fill("Kampot market 3, Kampot")
    seller.get_by_text("The shop pays it").first.click()
    seller.get_by_role("button", name="Let it come back").click()
    expect(seller.get_by_text("Agreed. The buyer gets a mail with the address.")).to_be_visible()

    buyer.reload()
    expect(buyer.get_by_text("Kampot market 3, Kampot")).to_be_visible()
    buyer.get_by_label("Carrier").fill("EMS")
    buyer.get_by_label("Tracking number").fill("R 1")
    buyer.get_by_role("button", name="I have sent it").click()
    expect(buyer.get_by_text("Noted. The seller gets a mail")).to_be_visible()

    seller.reload()
    seller.get_by_label("How it came back").fill("Cracked, as shown.")
    seller.get_by_role("button", name="It came back").click()
    expect(seller.get_by_label("Amount to give back")).to_have_value("50.00")
    seller.get_by_label("Reason, as the buyer will read it").fill("The jar came back.")
    seller.get_by_role("button", name="Give it back").click()
    expect(seller.get_by_text("The money is on its way back to the buyer.")).to_be_visible()
    assert bought.money_moves() == [5_000]

    buyer.goto(f"{bought.address}/orders/{bought.number}")
    buyer.get_by_role("link", name="I have it").click()
    buyer.get_by_role("button", name="I have it").click()
    bought.trade.settle()
    with reading() as session:
        slug = session.get_one(Organization, bought.shop.id).slug
    seller.goto(f"{bought.address}/books/settlement?shop={slug}")
    expect(seller.locator("main")).to_contain_text(bought.number)
    expect(seller.locator("main")).to_contain_text("50.00")
    requires_tie_out()


def test_both_sides_of_a_dispute_show_what_they_have_and_the_arbiter_divides(bought: Bought) -> None:
    buyer, seller = sides(bought)
    buyer.get_by_role("link", name="Report a problem").first.click()
    buyer.get_by_text("It is damaged").click()
    buyer.get_by_label("Tell us more").fill("Both lids are cracked.")
    buyer.get_by_role("button", name="Hold the money and report").click()
    bought.trade.settle()
    buyer.reload()
    buyer.get_by_role("link", name="Add what shows your side").click()
    for said, files in (("See the lids.", [PICTURE, LETTER]), ("And the box.", [])):
        buyer.get_by_label("What happened, as you see it").fill(said)
        if files:
            buyer.get_by_label("Pictures and PDFs").set_input_files(files)  # type: ignore[arg-type]
        buyer.get_by_role("button", name="Add it").click()
        expect(buyer.get_by_text("Added. The other side and the market can read it.")).to_be_visible()

    seller.reload()
    seller.get_by_role("link", name="Add what shows your side").click()
    expect(seller.get_by_text("See the lids.")).to_be_visible()
    seller.get_by_label("What happened, as you see it").fill("They left whole.")
    seller.get_by_role("button", name="Add it").click()
    expect(seller.get_by_text("They left whole.")).to_be_visible()

    arbiter = bought.seen_by(bought.front.member(bought.trade.operator), f"/console/disputes/{bought.number}")
    for said in ("Both lids are cracked.", "See the lids.", "And the box.", "They left whole.", "letter.pdf"):
        expect(arbiter.get_by_text(said)).to_be_visible()
    with arbiter.expect_download() as download:
        arbiter.get_by_role("link", name="letter.pdf").click()
    assert download.value.suggested_filename == "letter.pdf"
    arbiter.get_by_label("The seller gets").fill("41.50")
    arbiter.get_by_label("Why, as both sides will read it").fill("The lids broke on the way.")
    arbiter.get_by_role("button", name="Decide").click()
    expect(arbiter.get_by_text("Both sides get a mail")).to_be_visible()
    assert bought.money_moves() == [TOTAL - 4_150]
    buyer.goto(f"{bought.address}/orders/{bought.number}")
    expect(buyer.get_by_text("The lids broke on the way.")).to_be_visible()
    requires_tie_out()
