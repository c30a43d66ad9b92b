"""A page of goods keeps what has not changed, and shows every change at once."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app.catalog.models import Listing, Variant
from app.db.session import reading, transaction
from app.wiring import create_app
from tests.support.compiled_templates import CompiledTemplates
from tests.support.front import Front, Visitor
from tests.support.trade import Trade

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
    "stall": ('UPDATE categories SET names = \'{"en": "Another stall"}\'', "Another stall"),
}


@pytest.fixture
def keeping(front: Front) -> Visitor:
    """Somebody at a market that keeps lists for a minute."""
    app = create_app(replace(front.settings, list_seconds=60))
    app.jinja_env.bytecode_cache = CompiledTemplates()
    return Visitor(app)


@pytest.fixture
def slug(trade: Trade) -> str:
    return listing_of(trade.goods(trade.shop_of(), stock=5)).slug


def listing_of(variant_id: UUID) -> Listing:
    with reading() as session:
        return session.get_one(Listing, session.get_one(Variant, variant_id).listing_id)


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
