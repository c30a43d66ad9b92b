"""A page of goods keeps what has not changed, and shows every change at once."""

import re
import zlib
from dataclasses import replace
from datetime import datetime, tzinfo
from time import time
from uuid import UUID

import pytest
from sqlalchemy import text

from app.catalog.models import Listing, Variant
from app.catalog.queries.goods import NEWEST, TOGETHER
from app.catalog.views import product
from app.db.session import reading, transaction
from app.web.kept import PAGES
from app.wiring import create_app
from tests.support.front import Front, Visitor, hidden_fields
from tests.support.signing_in import sign_in
from tests.support.statements import asked
from tests.support.trade import Trade

A_DAY = 86_400
CHANGES = {
    "stock": ("UPDATE variants SET stock = 7", "7 in stock."),
    "price": ("UPDATE variants SET price_minor = 9999", "$99.99"),
    "title": ("""UPDATE listings SET titles = '{"en": "Another name"}'""", "Another name"),
    "words": ("""UPDATE listings SET descriptions = '{"en": "Dried in the sun."}'""", "Dried in the sun."),
    "shop": ("UPDATE organizations SET name = 'Renamed shop' WHERE kind <> 'market'", "Sold by Renamed shop"),
    "sending": ("UPDATE shipping_rates SET price_minor = 777", "$7.77"),
    "another way of sending": (
        (
            "INSERT INTO shipping_rates SELECT (jsonb_populate_record(rate, jsonb_build_object('id', uuidv7(), 'method', "
            "'By boat', 'position', 9))).* FROM shipping_rates AS rate LIMIT 1"
        ),
        "By boat",
    ),
    "stock held for others": ("UPDATE variants SET reserved = 3", "2 in stock."),
    "the last one": ("UPDATE variants SET reserved = stock", "Sold out for now"),
    "another choice": (
        (
            "INSERT INTO variants SELECT (jsonb_populate_record(one, jsonb_build_object('id', uuidv7(), 'sku', "
            "'B', 'price_minor', 4321, 'position', 9))).* FROM variants AS one LIMIT 1"
        ),
        "$43.21",
    ),
    "days to hand over": ("UPDATE organizations SET handling_days = 9 WHERE kind <> 'market'", "within 9 days"),
    "closed for a while": ("UPDATE organizations SET status = 'paused' WHERE kind <> 'market'", "is closed for now"),
    "stall": ('UPDATE categories SET names = \'{"en": "Another stall"}\'', "Another stall"),
}


@pytest.fixture
def keeping(front: Front) -> Visitor:
    """Somebody at a market that keeps lists for a minute."""
    app = create_app(replace(front.settings, list_seconds=60))
    return Visitor(app)


@pytest.fixture
def slug(trade: Trade) -> str:
    return listing_of(trade.goods(trade.shop_of(), stock=5)).slug


def listing_of(variant_id: UUID) -> Listing:
    with reading() as session:
        return session.get_one(Listing, session.get_one(Variant, variant_id).listing_id)


def price_of(page: str) -> float:
    found = re.search(r"data-price-now>\$([0-9.]+)<", page)
    assert found
    return float(found[1])


def arrivals(page: str) -> list[str]:
    return re.findall(r"with you between [^<]*", page)


def change(statement: str, **values: object) -> None:
    with transaction() as session:
        session.execute(text(statement), values)


OTHERS = {
    "its name": ("""UPDATE listings SET titles = '{"en": "Renamed neighbor"}' WHERE id = :id""", "Renamed neighbor"),
    "its price": ("UPDATE listings SET price_usd_cents = 123456 WHERE id = :id", "$1,234.56"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_a_change_of_other_goods_of_the_shop_is_seen_too(keeping: Visitor, trade: Trade, what: str) -> None:
    shop = trade.shop_of()
    first, neighbor = (listing_of(trade.goods(shop, stock=5)) for _ in range(2))
    statement, seen = OTHERS[what]
    section = "More from this shop"
    before = keeping.look(f"/p/{first.slug}").partition(section)[2]
    assert seen not in before
    change(statement, id=neighbor.id)
    assert seen in keeping.look(f"/p/{first.slug}").partition(section)[2].replace("\u200b", "")


def test_other_goods_that_are_taken_off_are_gone_at_once_and_come_back(keeping: Visitor, trade: Trade) -> None:
    shop = trade.shop_of()
    first, neighbor = (listing_of(trade.goods(shop, stock=5)) for _ in range(2))
    assert neighbor.slug in keeping.look(f"/p/{first.slug}")
    change("UPDATE listings SET status = 'draft' WHERE id = :id", id=neighbor.id)
    assert neighbor.slug not in keeping.look(f"/p/{first.slug}")
    change("UPDATE listings SET status = 'active' WHERE id = :id", id=neighbor.id)
    assert neighbor.slug in keeping.look(f"/p/{first.slug}")


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_by_the_next_who_looks(keeping: Visitor, slug: str, what: str) -> None:
    statement, seen = CHANGES[what]
    seen = seen.replace("Sold by ", "")
    assert seen not in keeping.look(f"/p/{slug}")
    change(statement)
    assert seen in keeping.look(f"/p/{slug}").replace("\u200b", "")


def test_a_new_rate_is_seen_by_the_next_who_looks(keeping: Visitor, trade: Trade) -> None:
    slug = listing_of(trade.goods(trade.shop_of(country="TH", currency="THB"), price=3300)).slug
    statement = "INSERT INTO fx_rates SELECT currency, as_of + 1, per_usd_micro * 2, 'the bank' FROM fx_rates WHERE currency = 'THB'"
    before = price_of(keeping.look(f"/p/{slug}"))
    change(statement)
    after = price_of(keeping.look(f"/p/{slug}"))
    assert abs(before - 2 * after) <= 0.01


def test_a_choice_that_is_taken_away_is_gone_at_once(keeping: Visitor, slug: str) -> None:
    change(CHANGES["another choice"][0])
    assert "$43.21" in keeping.look(f"/p/{slug}")
    change("UPDATE variants SET is_retired = true WHERE sku = 'B'")
    assert "$43.21" not in keeping.look(f"/p/{slug}")


def test_days_of_arrival_go_on_with_the_day(keeping: Visitor, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Tomorrow":
            return cls.fromtimestamp(time() + A_DAY, tz)

    before = arrivals(keeping.look(f"/p/{slug}"))
    assert before
    assert arrivals(keeping.look(f"/p/{slug}")) == before
    monkeypatch.setattr(product, "datetime", Tomorrow)
    assert arrivals(keeping.look(f"/p/{slug}")) != before


def test_each_guest_has_tokens_of_their_own_and_can_buy(keeping: Visitor, slug: str) -> None:
    guests = [keeping, Visitor(keeping.browser.application), Visitor(keeping.browser.application)]
    pages = [guest.look(f"/p/{slug}") for guest in guests]
    for name in ("csrf_token", "form_token"):
        tokens = [hidden_fields(page, "/cart/add")[name] for page in pages]
        assert len({*tokens}) == len(guests)
    for number, (guest, page) in enumerate(zip(guests, pages, strict=True), 1):
        added = guest.send(page, "/cart/add", quantity=str(number), next="/cart")
        assert added.status_code == 303, added.text
        assert f'value="{number}"' in guest.look("/cart")


def test_no_token_of_a_visitor_is_kept(keeping: Visitor, slug: str) -> None:
    tokens = hidden_fields(keeping.look(f"/p/{slug}"), "/cart/add")
    pages = keeping.browser.application.extensions[PAGES]._answers.values()
    kept = "".join(zlib.decompress(packed).decode() for _, _, (packed, _) in pages)
    assert f"/p/{slug}" in kept
    assert slug in kept
    assert tokens["csrf_token"] not in kept
    assert tokens["form_token"] not in kept


def test_a_guest_who_looks_again_costs_one_statement(keeping: Visitor, slug: str) -> None:
    keeping.look(f"/p/{slug}")
    with asked() as statements:
        keeping.look(f"/p/{slug}")
    assert len(statements) == 1


def test_the_database_reads_of_the_statement_how_few_rows_it_is_asked_for(keeping: Visitor, slug: str) -> None:
    """Of a number that comes later it expects a tenth of all rows, and in a large shop it plans anew at each look."""
    with asked() as statements:
        keeping.look(f"/p/{slug}")
    limits = re.findall(r"LIMIT ([^\s)]+)", " ".join(statements), re.IGNORECASE)
    assert sorted(limits) == sorted(map(str, (1, NEWEST, NEWEST, TOGETHER, TOGETHER)))


def test_a_form_token_is_new_at_each_look(keeping: Visitor, slug: str) -> None:
    looks = [hidden_fields(keeping.look(f"/p/{slug}"), "/cart/add")["form_token"] for _ in range(3)]
    assert len({*looks}) == len(looks)


def test_a_cart_and_its_message_are_shown_to_their_own_visitor_alone(keeping: Visitor, slug: str) -> None:
    path, other = f"/p/{slug}", Visitor(keeping.browser.application)
    assert keeping.send(keeping.look(path), "/cart/add", quantity="2").status_code == 303
    thanked = keeping.look(path)
    assert "It is in your cart." in thanked
    again, others = keeping.look(path), other.look(path)
    assert "It is in your cart." not in again + others
    assert "data-cart-count" in again
    assert "data-cart-count" not in others


def test_who_is_signed_in_is_shown_to_nobody_else(keeping: Visitor, slug: str, trade: Trade) -> None:
    person, path = Visitor(keeping.browser.application), f"/p/{slug}"
    buyer = trade.person("sokha@people.example")
    assert buyer.user_id is not None
    sign_in(person.browser, buyer.user_id)
    for _ in range(2):
        assert "/sign-out" in person.look(path)
        assert "/sign-out" not in keeping.look(path)


def test_a_country_or_currency_of_one_visitor_is_not_the_next_ones(keeping: Visitor, slug: str) -> None:
    path, other = f"/p/{slug}", Visitor(keeping.browser.application)
    other.browser.set_cookie("to", "TH")
    other.browser.set_cookie("currency", "THB")
    first, elsewhere = keeping.look(path), other.look(path)
    assert '<option value="TH" selected>' in elsewhere
    assert "฿" in elsewhere
    assert keeping.look(path).count('<option value="KH" selected>') == first.count('<option value="KH" selected>') == 1
    assert "฿" not in keeping.look(path)


def test_what_the_address_asks_for_is_answered_and_not_kept(keeping: Visitor, slug: str) -> None:
    path = f"/p/{slug}"
    keeping.look(path)
    assert 'name="quantity" type="text" inputmode="numeric" autocomplete="off" value="4"' in keeping.look(
        f"{path}?quantity=4"
    )
    assert 'autocomplete="off" value="1"' in keeping.look(path)


def test_goods_that_are_taken_off_are_gone_at_once(keeping: Visitor, slug: str) -> None:
    keeping.look(f"/p/{slug}")
    change("UPDATE listings SET status = 'draft'")
    keeping.look(f"/p/{slug}", status=404)


def test_what_was_kept_for_one_language_is_not_shown_in_another(
    keeping: Visitor, slug: str, front: Front, trade: Trade
) -> None:
    english = keeping.look(f"/p/{slug}")
    keeping.browser.set_cookie("language", "km")
    khmer = keeping.look(f"/p/{slug}")
    assert "Made and sold by" in english
    assert "Made and sold by" not in khmer
