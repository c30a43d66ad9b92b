"""A wish list is a person's, a purchasing list a company's: each is named for what it is, to whom it is for."""

from uuid import UUID

import pytest

from app.catalog.models import Variant
from app.db.session import reading
from tests.companies.test_company_orders import Company
from tests.support.front import Front
from tests.support.trade import Trade


@pytest.fixture
def page_of_goods(trade: Trade) -> str:
    goods: UUID = trade.goods(trade.shop_of())
    with reading() as session:
        return f"/p/{session.get_one(Variant, goods).listing.slug}"


def test_who_buys_for_a_company_finds_both_each_with_its_purpose(
    front: Front, trade: Trade, page_of_goods: str
) -> None:
    page = front.member(Company(trade).purchaser).look(page_of_goods)
    assert "Put on a purchasing list" in page
    assert "For what your company orders again and again." in page
    assert "Keep for later" in page
    assert "On a wish list of your own, which says when the price has changed." in page


def test_who_has_no_company_finds_the_wish_list_only(front: Front, trade: Trade, page_of_goods: str) -> None:
    for visitor in (front.visitor(), front.member(trade.person())):
        page = visitor.look(page_of_goods)
        assert "/lists/add" not in page
        assert "Keep for later" in page
