"""What comes on top of an offered price is said by how the seller sends: a parcel, a meeting, or both."""

from collections.abc import Sequence

import pytest

from app.shipping.rules import RateTerms
from tests.orders.test_handover import MEET
from tests.quotes.bargain import Bargain, takes_offers
from tests.support.front import Front
from tests.support.pdf import pdf_text
from tests.support.trade import HOME, Trade

PARCEL_ONLY = "Postage comes on top"
MEET_ONLY = "nothing is sent, so nothing comes on top"
BOTH = "Meeting the seller costs nothing more. If it is sent, postage comes on top"


@pytest.mark.parametrize(
    ("rates", "words"),
    [([HOME], PARCEL_ONLY), ([MEET], MEET_ONLY), ([HOME, MEET], BOTH)],
    ids=["parcel", "meet", "both"],
)
def test_offer_deal_and_proforma_say_the_same(
    front: Front, trade: Trade, rates: Sequence[RateTerms], words: str
) -> None:
    shop = trade.shop_of(rates=rates)
    goods = trade.goods(shop, stock=9)
    takes_offers(goods)
    bargain = Bargain(trade, shop, goods, trade.person("dara@people.example"))
    offer = bargain.offer()
    visitor = front.member(bargain.buyer)
    pages = [front.member(trade.person()).look(f"/offers/new?variant={goods}"), visitor.look(f"/offers/{offer.id}")]
    deal = bargain.accept(offer)
    pages.append(visitor.look(f"/deals/{deal.id}"))
    for page in pages:
        assert words in page.replace("&#39;", "'")
        assert (PARCEL_ONLY in page) is (words == PARCEL_ONLY)
    paper = visitor.browser.get(f"/deals/{deal.id}/proforma.pdf").get_data()
    assert words.split(",", maxsplit=1)[0] in " ".join(pdf_text(paper).split())
