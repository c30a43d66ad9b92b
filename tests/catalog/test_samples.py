"""Samples on the pages: how a seller offers them, how a buyer orders one, and where it is said that it is one."""

import io
import re
from decimal import Decimal

import pytest

from app.catalog.errors import UnusablePrice, UnusableSample, UnusableStock
from app.catalog.models import Listing, Variant
from app.catalog.rules.listings import ListingTerms, SampleTerms, VariantTerms, require_usable
from app.db.session import reading
from app.notify.queries import mailbox
from tests.checkout.test_samples import sampled, withdraw
from tests.support.front import ADDRESS_KH, CONTACT, Front, Visitor
from tests.support.goods import picture_bytes
from tests.support.market_pages import OWNER, MarketPages
from tests.support.pdf import pdf_text
from tests.support.trade import Trade


def slug() -> str:
    with reading() as session:
        return session.query(Listing.slug).scalar()


def order_a_sample(visitor: Visitor) -> None:
    """By the button of the product page."""
    path = f"/p/{slug()}"
    form = visitor.look(path).split('class="sample"')[1].join(('<form action="/cart/add" class="sample"', ""))
    assert visitor.send(form, "/cart/add").status_code == 303


def test_a_buyer_orders_a_sample_from_the_product_page_and_every_page_and_mail_says_that_it_is_one(
    front: Front, trade: Trade
) -> None:
    shop = trade.shop_of()
    goods, sample = sampled(trade, shop=shop)
    visitor = front.visitor()
    page = visitor.look(f"/p/{slug()}")
    assert "A sample costs $2.00. One buyer gets at most 2." in page
    assert "From 20, in steps of 5." in page
    order_a_sample(visitor)
    cart = visitor.look("/cart")
    for said in (">Sample<", "$2.00 per sample", "$2.00"):
        assert said in cart, said
    review = visitor.check_out()
    assert ">Sample<" in review
    assert "1 sample" in pdf_text(visitor.browser.get("/checkout/proforma.pdf").data)
    front.come_back(visitor, front.pay_at_card_service(visitor.pay(review).headers["Location"]))
    trade.settle()
    order = trade.order(front.group().orders[0].id)
    assert [(line.is_sample, line.line_cents) for line in order.lines] == [(True, 200)]
    for who, path in ((visitor, f"/orders/{order.number}"), (front.member(shop.owner), f"/desk/orders/{order.number}")):
        seen = who.look(path)
        assert ">Sample<" in seen
        assert "1 sample at $2.00" in seen
    with reading() as session:
        receipts = [mail.body for mail in mailbox(session, recipient=order.group.email).rows]
    assert any("1 sample Kampot black pepper" in body for body in receipts)
    assert (trade.stock(goods), trade.stock(sample)) == ((100, 0), (9, 0))


def test_a_buyer_says_how_many_samples_and_nonsense_is_said_in_words(front: Front, trade: Trade) -> None:
    _goods, sample = sampled(trade, most=3)
    visitor = front.visitor()
    page = visitor.look(f"/p/{slug()}")
    offer = page.split('class="sample"')[1].split("</form>")[0]
    assert 'data-least="1" data-most="3"' in offer
    assert re.search(r'id="samples" name="quantity"[^>]* value="1"', offer)
    form = offer.join(('<form action="/cart/add" class="sample"', "</form>"))
    for typed, said in (
        *((typed, "Enter a whole number from 1 to 1,000,000.") for typed in ("", "x", "0", "-1", "1.5")),
        ("99", "Only 3 samples can be ordered just now. Enter 3 or less."),
    ):
        refused = visitor.send(form, "/cart/add", quantity=typed)
        assert refused.status_code == 422, typed
        assert said in refused.get_data(as_text=True), typed
        assert trade.stock(sample) == (10, 0)
    assert visitor.send(form, "/cart/add", quantity="2").status_code == 303
    assert "$4.00" in visitor.look("/cart")


def test_where_one_sample_is_left_no_amount_is_asked(front: Front, trade: Trade) -> None:
    sampled(trade, most=3, stock=1)
    offer = front.visitor().look(f"/p/{slug()}").split('class="sample"')[1].split("</form>")[0]
    assert '<input type="hidden" name="quantity" value="1">' in offer
    assert "stepper" not in offer


def test_a_second_sample_beyond_the_limit_is_refused_before_anything_is_paid(front: Front, trade: Trade) -> None:
    sampled(trade, most=1)
    first = front.visitor()
    order_a_sample(first)
    front.come_back(first, front.pay_at_card_service(first.pay(first.check_out()).headers["Location"]))
    second = front.visitor()
    order_a_sample(second)
    assert second.fill("/checkout", **CONTACT).status_code == 303
    assert second.fill("/checkout/address", **ADDRESS_KH).status_code == 303
    answer = second.fill("/checkout/shipping")
    assert answer.status_code == 422
    said = "One buyer gets at most 1 of these samples, and you have ordered 1 before. Take this out."
    assert said in answer.get_data(as_text=True)
    assert said in second.look("/cart")


def test_goods_that_are_sold_out_still_have_their_sample_and_a_shop_that_is_closed_has_none(
    front: Front, trade: Trade
) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, stock=0, sample=SampleTerms(200, 4))
    page = front.visitor().look(f"/p/{slug()}")
    assert "Sold out for now" in page
    assert "A sample costs $2.00. One buyer gets 1." in page
    order_a_sample(front.visitor())
    withdraw(shop, goods)
    assert "sample" not in front.visitor().look(f"/p/{slug()}").lower().split("<main", 1)[1].split("</main>")[0]


def test_a_product_page_says_when_no_sample_is_left(front: Front, trade: Trade) -> None:
    sampled(trade, stock=0)
    page = front.visitor().look(f"/p/{slug()}")
    assert "No sample is left just now." in page
    assert "Order a sample" not in page


def test_samples_are_no_choice_and_no_code_finds_them(front: Front, trade: Trade) -> None:
    _goods, sample = sampled(trade, minimum=1)
    visitor = front.visitor()
    body = visitor.browser.get(f"/api/v1/listings/{slug()}").get_json()
    assert len(body["variants"]) == 1
    assert body["variants"][0]["sample"] == {
        "id": str(sample),
        "price": {"minor": 200, "currency": "USD"},
        "price_usd": {"minor": 200, "currency": "USD"},
        "most": 2,
    }
    found = visitor.fill("/quick-order", lines="A 1").headers["Location"]
    visitor.send(visitor.look(found), f"{found}/cart")
    assert "$14.50 per kg" in visitor.look("/cart")
    assert visitor.browser.get(f"/offers/new?variant={sample}").status_code in (302, 303, 404)


def test_a_program_orders_a_sample_and_reads_that_it_is_one(front: Front, trade: Trade) -> None:
    _goods, sample = sampled(trade)
    browser = front.visitor().browser
    made = browser.post("/api/v1/carts", json={"lines": [{"variant_id": str(sample), "quantity": 3}]}).get_json()
    (line,) = made["sellers"][0]["lines"]
    assert (line["is_sample"], line["unit"], line["most"], line["total_usd"]["minor"]) == (True, "sample", 2, 600)
    assert [problem["code"] for problem in made["problems"]] == ["sample-limit"]


def test_a_seller_offers_a_sample_changes_it_and_takes_it_back(market_pages: MarketPages) -> None:
    owner = market_pages.visitor(OWNER)
    owner.open("/desk/goods/new")
    category = owner.page.select("select[name=category] option")[1]["value"]
    row = {"variants-0-price": "24", "variants-0-stock": "8", "variants-0-sample_price": "1.50"}
    owner.send(
        "title", press=("then", "publish"), title="Kampot pepper", category=category, unit="sack", sample_most="3",
        pictures=(io.BytesIO(picture_bytes(300, 300)), "pepper.png"), **row,
    )  # fmt: skip
    assert owner.answer.status_code == 422
    assert "Samples in stock: Fill this in." in owner.text
    owner.send("title", press=("then", "publish"), **{"variants-0-sample_stock": "12", "variants-0-sample_grams": "40"})
    assert owner.answer.request.path == "/desk/goods"
    assert "12 in stock" in owner.text
    with reading() as session:
        listing = session.query(Listing).filter_by(unit="sack").one()
        (sample,) = [variant for variant in listing.variants if variant.is_sample]
        assert (listing.sample_most, sample.stock, sample.net_grams, sample.is_withdrawn) == (3, 12, 40, False)
        assert Decimal(sample.price_minor) > 0
    owner.open(f"/desk/goods/{listing.id}")
    assert owner.page.select_one("[name='variants-0-sample_stock']")["value"] == "12"
    assert owner.page.select_one("[name=sample_most]")["value"] == "3"
    owner.send("title", press=("then", "save"), **{"variants-0-sample_stock": "20"})
    with reading() as session:
        assert session.get_one(Variant, sample.id).stock == 20
    owner.open(f"/desk/goods/{listing.id}")
    empty = {f"variants-0-sample_{part}": "" for part in ("price", "stock", "grams")}
    owner.send("title", press=("then", "save"), **empty)
    with reading() as session:
        assert session.get_one(Variant, sample.id).is_withdrawn
    owner.open(f"/desk/goods/{listing.id}")
    assert owner.page.select_one("[name='variants-0-sample_stock']")["value"] == ""


@pytest.mark.parametrize(
    ("sample", "most", "refusal"),
    [
        (SampleTerms(0, 1), 1, UnusablePrice),
        (SampleTerms(-5, 1), 1, UnusablePrice),
        (SampleTerms(100, -1), 1, UnusableStock),
        (SampleTerms(100, 1, net_grams=0), 1, UnusablePrice),
        (SampleTerms(100, 1), 0, UnusableSample),
        (SampleTerms(100, 1), 101, UnusableSample),
    ],
)
def test_a_sample_has_a_price_a_stock_and_a_sane_limit(
    sample: SampleTerms, most: int, refusal: type[Exception]
) -> None:
    terms = ListingTerms(
        category_id=None,  # type: ignore[arg-type]
        titles={"en": "Kampot pepper"},
        unit="sack",
        variants=[VariantTerms("A", 1_450, 10, sample=sample)],
        sample_most=most,
    )
    with pytest.raises(refusal):
        require_usable(terms)
