"""Pages of goods, as buyers and sellers use them without JavaScript."""

import io
from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.catalog.models import Listing, Variant
from app.db.session import reading, transaction
from app.identity.actions.register_user import register_user
from app.identity.passwords import hash_password
from tests.support.goods import NOW, a_shop, picture_bytes
from tests.support.market_pages import OWNER, PASSWORD, STRANGER, actor_named

NEWCOMER = "newcomer@market.example"


def listing_of(title):
    with reading() as session:
        return session.scalars(select(Listing).where(Listing.titles["en"].astext == title)).one_or_none()


def test_the_front_page_shows_goods_their_makers_and_the_promise(market_pages):
    visitor = market_pages.visitor()
    assert visitor.open("/").status_code == 200
    assert "Sothy's Farm" in visitor.text
    assert "escrow" in visitor.text


def test_the_front_page_speaks_khmer(market_pages):
    visitor = market_pages.visitor()
    visitor.client.set_cookie("language", "km")
    visitor.open("/")
    assert visitor.page.html["lang"] == "km"
    assert "ម្រេចកំពតខ្មៅ" in visitor.open("/search").get_data(as_text=True).replace("\u200b", "")


def test_a_search_finds_filters_and_says_when_there_is_nothing(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/search?q=palm")
    assert [card.get_text().replace("\u200b", "") for card in visitor.page.select(".card-title")] == [
        "Palm sugar 1",
        "Palm sugar 0",
    ]
    visitor.open("/search?q=palm&condition=new")
    assert "Nothing fits all of that" in visitor.text
    visitor.open("/c/pepper-spice?condition=good&sort=price_up")
    assert "2 listings" in visitor.text


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%27;DROP TABLE listings--", "q=<script>alert(1)</script>", "country=XX&condition=broken&sort=sideways",
        "price_from=abc&price_to=-5", "q=" + "x" * 3000, "stock=maybe", "q=%F0%9F%8C%B6", "price_from=99999999999999999999",
    ],
)  # fmt: skip
def test_a_strange_question_still_gets_a_page(market_pages, query):
    visitor = market_pages.visitor()
    assert visitor.open(f"/search?{query}").status_code == 200
    assert "<script>alert" not in visitor.answer.get_data(as_text=True)


def test_a_damaged_page_link_is_refused_with_words(market_pages):
    visitor = market_pages.visitor()
    assert visitor.open("/search?cursor=zzz").status_code == 422
    assert "Start again from the first page" in visitor.text


@pytest.mark.parametrize("path", ["/c/nothing", "/p/nothing", "/s/nothing", "/s/other-shop", "/s/the-market"])
def test_what_is_not_there_or_not_open_yet_is_not_found(market_pages, path):
    assert market_pages.visitor().open(path).status_code == 404


def test_a_product_page_has_price_stock_sender_and_a_form_for_the_cart(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/p/kampot-black-pepper")
    form = visitor.page.select_one("form[action='/cart/add']")
    assert form.select_one("[name=variant_id]")["value"] == str(market_pages.variant_id)
    assert {field["name"] for field in form.select("input")} >= {"csrf_token", "form_token", "quantity"}
    for said in ("$14.50", "per kg", "40 in stock", "Sothy's Farm", "Parcel", "with you between", "escrow"):
        assert said in visitor.text, said


def test_a_shop_page_shows_who_and_what(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/s/sothys-farm")
    assert "កសិដ្ឋានសុធី" in visitor.text
    assert "3 listings" in visitor.text


def test_a_picture_is_sent_to_be_kept_for_ever(market_pages):
    answer = market_pages.visitor().client.get(f"/media/{market_pages.picture_name}")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()
    for name in ("../../etc/passwd", "x.webp", quote("..%2fsecret"), f"{'0' * 64}-320.webp"):
        assert market_pages.visitor().client.get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/desk/goods", "/desk/goods/new", "/desk/shipping", "/desk/shop", "/sell/shop", "/account"]
)
def test_a_guest_is_led_to_sign_in_and_back(market_pages, path):
    answer = market_pages.visitor().client.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/sign-in?next={path}")


def test_goods_are_added_with_a_picture_and_go_on_sale(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/goods/new")
    category = visitor.page.select("select[name=category] option")[1]["value"]
    visitor.send(
        "title", press=("then", "publish"), title="Wild honey", local_title="ទឹកឃ្មុំព្រៃ", category=category, unit="bottle",
        pictures=(io.BytesIO(picture_bytes(300, 300)), "honey.png"),
        **{"variants-0-sku": "H-1", "variants-0-price": "12.50", "variants-0-stock": "8"},
    )  # fmt: skip
    assert visitor.answer.status_code == 200
    assert visitor.answer.request.path == "/desk/goods"
    assert market_pages.visitor().open("/search?q=honey").get_data(as_text=True).count("card-title") == 1
    found = listing_of("Wild honey")
    assert (found.status, found.price_minor, found.titles["km"]) == ("active", 1250, "ទឹកឃ្មុំព្រៃ")


def test_a_form_with_mistakes_keeps_what_was_typed_and_the_good_picture(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/goods/new")
    answer = visitor.send(
        "title", press=("then", "publish"), title="Jar with mistakes", unit="jar",
        pictures=[(io.BytesIO(picture_bytes(300, 300)), "good.png"), (io.BytesIO(b"not a picture"), "bad.png")],
        **{"variants-0-sku": "J-1", "variants-0-price": "12,5,0", "variants-0-stock": "-3"},
    )  # fmt: skip
    assert answer.status_code == 422
    for said in ("There is a problem", "not a JPEG", "two ways", "at least 0"):
        assert said in visitor.text, said
    assert visitor.page.select_one("[name=title]")["value"] == "Jar with mistakes"
    assert visitor.page.select_one("[name='variants-0-price']")["value"] == "12,5,0"
    assert len(visitor.page.select("[name=keep]")) == 1
    assert listing_of("Jar with mistakes") is None


def test_an_edit_renames_a_choice_and_keeps_its_stock_and_picture(market_pages):
    visitor = market_pages.visitor(OWNER)
    before = listing_of("Palm sugar 0")
    visitor.open(f"/desk/goods/{before.id}")
    visitor.send("title", press=("then", "save"), title="Palm sugar of the north", **{"variants-0-sku": "NEW-CODE"})
    assert visitor.answer.request.path == "/desk/goods"
    after = listing_of("Palm sugar of the north")
    assert (after.id, after.picture_id, after.status) == (before.id, before.picture_id, "active")
    assert [(v.id, v.sku, v.stock) for v in after.variants] == [(before.variants[0].id, "NEW-CODE", 40)]
    visitor.open(f"/desk/goods/{before.id}")
    visitor.send("title", press=("then", "save"), title="Palm sugar 0")


def test_another_choice_can_be_added_without_javascript(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/goods/new")
    visitor.send("title", press=("more_rows", "1"), title="Two sizes", **{"variants-0-sku": "S"})
    assert visitor.answer.status_code == 200
    assert visitor.page.select_one("[name='variants-0-sku']")["value"] == "S"
    assert len(visitor.page.select("fieldset.variant-row")) == 2


def test_stock_and_price_change_in_the_table(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/goods")
    answer = visitor.client.post(
        f"/desk/goods/variants/{market_pages.variant_id}",
        data={
            "csrf_token": visitor.token(),
            "form_token": str(market_pages.shop_id),
            "seen": "40",
            "stock": "55",
            "price": "15",
        },
    )
    assert answer.status_code == 303
    with reading() as session:
        variant = session.get_one(Variant, market_pages.variant_id)
        assert (variant.stock, variant.price_minor) == (55, 1500)
    back = {
        "csrf_token": visitor.token(),
        "form_token": str(market_pages.shop_id),
        "seen": "55",
        "stock": "40",
        "price": "14.50",
    }
    visitor.client.post(f"/desk/goods/variants/{market_pages.variant_id}", data=back)


@pytest.mark.parametrize(
    ("stock", "price", "said"),
    [
        ("1.5", "14", "whole number"),
        ("-1", "14", "at least 0"),
        ("7", "0", "above zero"),
        ("7", "x", "not an amount"),
        ("99999999", "14", "at most"),
    ],
)
def test_a_mistake_in_the_table_is_said_in_its_row(market_pages, stock, price, said):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/goods")
    data = {
        "csrf_token": visitor.token(),
        "form_token": str(market_pages.shop_id),
        "seen": "40",
        "stock": stock,
        "price": price,
    }
    visitor._look(visitor.client.post(f"/desk/goods/variants/{market_pages.variant_id}", data=data))
    assert visitor.answer.status_code == 422
    assert said in visitor.text
    assert visitor.page.select_one(f"#stock-{market_pages.variant_id}")["value"] == stock


def test_a_stranger_finds_none_of_the_shops_pages(market_pages):
    visitor = market_pages.visitor(STRANGER)
    visitor.open("/desk/goods")
    token = {
        "csrf_token": visitor.token(),
        "form_token": str(market_pages.shop_id),
        "stock": "1",
        "price": "1",
        "seen": "",
    }
    listing, shop = market_pages.listing_id, market_pages.shop_id
    for path in (
        f"/desk/goods?shop={shop}",
        f"/desk/goods/{listing}",
        f"/desk/shop?shop={shop}",
        f"/desk/shipping?shop={shop}",
    ):
        assert visitor.client.get(path).status_code == 404, path
    for path in (
        f"/desk/goods/variants/{market_pages.variant_id}",
        f"/desk/goods/{listing}/pause",
        f"/desk/goods/{listing}/publish",
        f"/desk/goods/{listing}",
        f"/desk/shop?shop={shop}",
        f"/desk/shipping?shop={shop}",
    ):
        answer = visitor._look(visitor.client.post(path, data=token))
        assert answer.status_code in {404, 422}, path
        assert "Sothy's Farm" not in visitor.text
    with reading() as session:
        assert session.get_one(Listing, listing).status == "active"
        assert session.get_one(Variant, market_pages.variant_id).stock == 40


def test_shipping_methods_are_set_and_half_a_row_is_refused(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/shipping")
    visitor.send("rates-0-method", **{"rates-2-method": "Bus", "rates-2-price": ""})
    assert visitor.answer.status_code == 422
    assert "Fill this in" in visitor.text
    visitor.send("rates-0-method", **{"rates-2-price": "1.50", "rates-2-days_min": "1", "rates-2-days_max": "2"})
    assert visitor.answer.status_code == 200
    assert "Bus" in market_pages.visitor().open("/p/kampot-black-pepper").get_data(as_text=True)


def test_what_is_missing_in_a_choice_is_told_on_top_as_well(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/goods/new")
    visitor.send("title", title="Palm vinegar", category=visitor.page.select("[name=category] option")[-1]["value"])
    assert visitor.answer.status_code == 422
    told = [link["href"] for link in visitor.page.select("[data-error-summary] a")]
    assert told == ["#variants-0-price", "#variants-0-stock"]
    assert all(visitor.page.select_one(f'[id="{link[1:]}"]') for link in told)


def test_a_choice_needs_no_code_and_a_mistake_names_its_choice(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/goods/new")
    category = visitor.page.select("select[name=category] option")[1]["value"]
    assert "Prices are in US dollars and include tax." in visitor.text
    visitor.send("title", press=("more_rows", "1"), title="Lotus tea", category=category, unit="box")
    second = {"variants-1-named": "100 g", "variants-1-stock": "4"}
    visitor.send("title", **{"variants-0-named": "50 g", "variants-0-price": "3", "variants-0-stock": "5"}, **second)
    assert visitor.answer.status_code == 422
    told = [link.get_text() for link in visitor.page.select("[data-error-summary] a")]
    assert told == ["Choice 2, Price: Fill this in."]
    visitor.send("title", **{"variants-1-price": "5.50"})
    assert visitor.answer.request.path == "/desk/goods"
    found = listing_of("Lotus tea")
    assert [(v.sku, v.price_minor, v.names["en"]) for v in found.variants] == [("1", 300, "50 g"), ("2", 550, "100 g")]


def test_two_choices_with_one_code_are_told_apart_by_name(market_pages):
    visitor = market_pages.visitor(OWNER)
    visitor.open("/desk/goods/new")
    visitor.send("title", press=("more_rows", "1"), title="Twin goods")
    row = {"sku": "T", "price": "1", "stock": "1"}
    visitor.send("title", **{f"variants-{number}-{name}": said for number in (0, 1) for name, said in row.items()})
    assert visitor.answer.status_code == 422
    assert "Choice 2, Code (SKU): Another choice has this code." in visitor.text


def test_a_new_shop_is_told_to_say_how_it_sends_and_loses_nothing_on_the_way(market_pages):
    with transaction() as session:
        register_user(session, email=NEWCOMER, password_hash=hash_password(PASSWORD), name="Dara", confirmed_at=NOW)
        a_shop(session, name="New Stall", ships=False, is_approved=False, owner=actor_named(session, NEWCOMER))
    visitor = market_pages.visitor(NEWCOMER)
    for path in ("/desk", "/desk/goods", "/desk/goods/new"):
        visitor.open(path)
        assert "Say how you send goods" in visitor.text
        assert visitor.page.select_one("main .desk-main a[href^='/desk/shipping']"), path
    category = visitor.page.select("select[name=category] option")[1]["value"]
    visitor.send(
        "title", press=("then", "publish"), title="Rattan basket", category=category,
        pictures=(io.BytesIO(picture_bytes(300, 300)), "basket.png"),
        **{"variants-0-price": "12", "variants-0-stock": "8"},
    )  # fmt: skip
    found = listing_of("Rattan basket")
    assert (found.status, found.price_minor, found.picture_id is not None) == ("draft", 1200, True)
    assert visitor.answer.request.path == f"/desk/goods/{found.id}"
    missing = [link["href"].split("?")[0] for link in visitor.page.select(".alert.warn li a")]
    assert missing == ["/desk/shipping"], "the picture is there, so only sending is named"
    visitor.open("/desk/goods")
    visitor._look(
        visitor.client.post(
            f"/desk/goods/{found.id}/publish",
            data={"csrf_token": visitor.token(), "form_token": str(found.id)},
            follow_redirects=True,
        )
    )
    assert "Say how you send goods before you publish." in visitor.page.get_text()
    visitor.open("/desk/shipping")
    visitor.send("rates-0-method", **{
        "rates-0-method": "Bus", "rates-0-price": "2", "rates-0-days_min": "1", "rates-0-days_max": "3"
    })  # fmt: skip
    visitor.open(f"/desk/goods/{found.id}")
    visitor.send("title", press=("then", "publish"))
    assert listing_of("Rattan basket").status == "active"
    assert "On sale once the shop is approved" in visitor.text
    assert "Say how you send goods" not in visitor.text
    visitor.open("/p/rattan-basket")
    assert "Bus" in visitor.text
    assert "with you between" in visitor.text
    assert ", 1 to 3 days" not in visitor.text, "no carrier was said"


def test_nobody_is_invited_to_ask_the_own_shop(market_pages):
    owner, other = market_pages.visitor(OWNER), market_pages.visitor(STRANGER)
    owner.open("/p/kampot-black-pepper")
    assert "Visit the shop" in owner.text
    assert "Ask the seller" not in owner.text
    other.open("/p/kampot-black-pepper")
    assert "Ask the seller" in other.text
    guest = market_pages.visitor()
    guest.open("/p/kampot-black-pepper")
    assert "Ask the seller" in guest.text
