"""A page of goods keeps what has not changed, and shows every change at once."""

from dataclasses import replace

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
    variant_id = trade.goods(trade.shop_of(), stock=5)
    with reading() as session:
        return session.get_one(Listing, session.get_one(Variant, variant_id).listing_id).slug


def change(statement: str) -> None:
    with transaction() as session:
        session.execute(text(statement))


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
