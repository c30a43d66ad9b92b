"""Goods sold in packs: quantities, stock and prices count packs, and every page says what is in one."""

import io
from uuid import UUID

import pytest
from sqlalchemy import text

from app.catalog.actions.create_listing import create_listing
from app.catalog.actions.publish_listing import publish_listing
from app.catalog.errors import UnusablePack
from app.catalog.models import Category, Listing, Variant
from app.catalog.rules.listings import ListingTerms, VariantTerms, require_usable
from app.db.session import reading, transaction
from app.identity.models import Organization
from app.notify.queries import mailbox
from tests.support.front import Front
from tests.support.goods import a_picture, picture_bytes
from tests.support.market_pages import OWNER, MarketPages
from tests.support.pdf import pdf_text
from tests.support.trade import Shop, Trade


def cases(trade: Trade, shop: Shop, *, pieces: int = 12, price: int = 2_400, stock: int = 10, least: int = 1) -> UUID:
    """Water by the case; gives the variant."""
    with transaction() as session:
        picture = a_picture(session, session.get_one(Organization, shop.id))
        terms = ListingTerms(
            category_id=session.query(Category).one().id,
            titles={"en": "Spring water"},
            unit="case",
            piece_unit="bottle",
            variants=[VariantTerms(sku="W-12", price_minor=price, stock=stock, pieces=pieces)],
            min_quantity=least,
            picture_ids=[picture.id],
        )
        listing = create_listing(session, shop.owner, shop.id, terms)
        publish_listing(session, shop.owner, listing.id, now=trade.now())
        return listing.variants[0].id


def slug_of(variant_id: UUID) -> str:
    with reading() as session:
        return session.get_one(Variant, variant_id).listing.slug


def test_price_is_shown_per_pack_and_per_piece_and_the_quantity_counts_packs(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    water = cases(trade, shop)
    visitor = front.visitor()
    page = visitor.look(f"/p/{slug_of(water)}")
    for said in ("$24.00", "per case", "case of 12 bottles", "$2.00 per bottle", "Quantity (cases)", "10 in stock"):
        assert said in page, said
    visitor.add(water, 3)
    cart = visitor.look("/cart")
    for said in ("$72.00", "$24.00 per case", "case of 12 bottles", "$2.00 per bottle"):
        assert said in cart, said
    review = visitor.check_out()
    assert "case of 12 bottles" in review
    assert "case of 12 bottles" in pdf_text(visitor.browser.get("/checkout/proforma.pdf").data)
    front.come_back(visitor, front.pay_at_card_service(visitor.pay(review).headers["Location"]))
    assert trade.stock(water) == (7, 0)
    order = trade.order(front.group().orders[0].id)
    assert (order.lines[0].quantity, order.lines[0].pieces, order.lines[0].piece_unit) == (3, 12, "bottle")
    assert order.goods_cents == 7_200
    for whose, path in (
        (visitor, f"/orders/{order.number}"),
        (front.member(shop.owner), f"/desk/orders/{order.number}"),
    ):
        assert "3 cases of 12 bottles" in whose.look(path)
    with reading() as session:
        receipts = [mail.body for mail in mailbox(session, recipient=order.group.email).rows]
    assert any("3 cases of 12 bottles Spring water" in body for body in receipts)


def test_pieces_that_cost_less_than_a_cent_are_priced_by_the_hundred_or_thousand(front: Front, trade: Trade) -> None:
    screws = cases(trade, trade.shop_of(), pieces=1_000, price=420)
    visitor = front.visitor()
    page = visitor.look(f"/p/{slug_of(screws)}")
    assert "$0.42 per 100 bottles" in page
    assert "$0.00" not in page
    visitor.add(screws, 1)
    assert "$0.42 per 100 bottles" in visitor.look("/cart")
    visitor.browser.set_cookie("currency", "KHR")
    assert "≈\u00a01,700៛ per 100 bottles" in visitor.look(f"/p/{slug_of(screws)}")


def test_an_order_keeps_what_was_in_a_pack_when_it_was_placed(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    water = cases(trade, shop)
    group = trade.paid_group({water: 2})
    with transaction() as session:
        session.execute(text("UPDATE variants SET pieces = 24 WHERE id = :id"), {"id": water})
    assert "2 cases of 12 bottles" in front.member(shop.owner).look(f"/desk/orders/{group.orders[0].number}")
    assert "case of 24 bottles" in front.visitor().look(f"/p/{slug_of(water)}")


def test_a_quick_order_says_what_is_in_one_and_counts_packs(front: Front, trade: Trade) -> None:
    water = cases(trade, trade.shop_of(), least=2)
    visitor = front.visitor()
    found = visitor.fill("/quick-order", lines="W-12 1").headers["Location"]
    page = visitor.look(found)
    assert "at least 2" in page
    found = visitor.fill("/quick-order", lines="W-12 4").headers["Location"]
    page = visitor.look(found)
    assert "case of 12 bottles" in page
    assert "4 cases" in page
    visitor.send(page, f"{found}/cart")
    assert "$96.00" in visitor.look("/cart")
    assert trade.stock(water) == (10, 0)


def test_programs_read_what_is_in_a_pack(front: Front, trade: Trade) -> None:
    water = cases(trade, trade.shop_of())
    body = front.visitor().browser.get(f"/api/v1/listings/{slug_of(water)}").get_json()
    assert (body["unit"], body["piece_unit"], body["variants"][0]["pieces"]) == ("case", "bottle", 12)


def test_a_seller_says_what_is_in_a_pack_and_half_of_it_is_not_enough(market_pages: MarketPages) -> None:
    owner = market_pages.visitor(OWNER)
    owner.open("/desk/goods/new")
    category = owner.page.select("select[name=category] option")[1]["value"]
    row = {"variants-0-price": "24", "variants-0-stock": "8"}
    answer = owner.send(
        "title", press=("then", "publish"), title="Spring water", category=category, unit="case", piece_unit="bottle",
        pictures=(io.BytesIO(picture_bytes(300, 300)), "water.png"), **row,
    )  # fmt: skip
    assert answer.status_code == 422
    assert "How many are inside one: Fill this in." in owner.text
    owner.send("title", press=("then", "publish"), **{"variants-0-pieces": "12"})
    assert owner.answer.request.path == "/desk/goods"
    assert "case of 12 bottles" in owner.text
    with reading() as session:
        listing = session.query(Listing).filter_by(unit="case").one()
    owner.open(f"/desk/goods/{listing.id}")
    assert owner.page.select_one("[name=piece_unit]")["value"] == "bottle"
    assert owner.page.select_one("[name='variants-0-pieces']")["value"] == "12"
    owner.send("title", press=("then", "save"), piece_unit="")
    assert owner.answer.status_code == 422
    assert "What is inside, for packs: Fill this in." in owner.text
    owner.send("title", press=("then", "save"), piece_unit="", **{"variants-0-pieces": ""})
    with reading() as session:
        listing = session.get_one(Listing, listing.id)
        assert (listing.piece_unit, listing.variants[0].pieces) == ("", None)


@pytest.mark.parametrize(
    ("inside", "pieces"),
    [("bottle", None), ("", 12), ("bottle", 0), ("bottle", -1), ("bottle", 100_001), ("b" * 21, 2)],
)
def test_half_a_pack_or_an_impossible_one_is_refused_whoever_sends_it(inside: str, pieces: int | None) -> None:
    terms = ListingTerms(
        category_id=UUID(int=1), titles={"en": "Water"}, unit="case", piece_unit=inside,
        variants=[VariantTerms(sku="A", price_minor=100, stock=1, pieces=pieces)],
    )  # fmt: skip
    with pytest.raises(UnusablePack):
        require_usable(terms)


@pytest.mark.parametrize(
    ("price", "pieces", "each"),
    [(1_000, 12, "$0.83 per bottle"), (100, 7, "$0.14 per bottle"), (1, 2, "$0.50 per 100 bottles")],
)
def test_the_price_of_a_piece_is_rounded_so_that_it_can_be_compared_and_is_never_charged(
    front: Front, trade: Trade, price: int, pieces: int, each: str
) -> None:
    water = cases(trade, trade.shop_of(), price=price, pieces=pieces)
    visitor = front.visitor()
    assert each in visitor.look(f"/p/{slug_of(water)}")
    visitor.add(water, 3)
    assert f"${3 * price / 100:.2f}" in visitor.look("/cart")
