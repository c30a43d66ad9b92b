"""Filters, sorts, paging and counts; the number of queries does not grow with the rows."""

from datetime import timedelta

import pytest

from app.catalog.errors import CategoryNotFound, ListingNotFound
from app.catalog.queries.categories import category_by_slug
from app.catalog.queries.counts import shelf_counts
from app.catalog.queries.desk import goods_counts, goods_table, listing_to_edit
from app.catalog.queries.goods import choices, listing_shown, variants_of
from app.catalog.queries.home import fresh_cards, market_counts
from app.catalog.queries.shelf import SORTS, Shelf, shelf_page
from app.db.paging import BadCursor
from app.fx.queries import rate_for
from app.identity.actor import ANONYMOUS
from app.identity.errors import ShopNotFound
from tests.support.goods import NOW, a_category, a_listing, a_shop, some_rates
from tests.support.queries import queries_of


@pytest.fixture
def market(session):
    """Twelve goods of two shops in two countries, the price rising with age."""
    some_rates(session)
    khmer, khmer_owner = a_shop(session)
    thai, thai_owner = a_shop(session, country="TH", name="Doi Coffee")
    for number in range(12):
        shop, owner = (khmer, khmer_owner) if number % 3 else (thai, thai_owner)
        price = 1000 + number * 100
        a_listing(
            session, shop, owner, titles={"en": f"Goods {number:02}"}, now=NOW - timedelta(hours=number),
            price=price if shop is khmer else price * 32, stock=0 if number == 5 else 9,
            condition="good" if number == 7 else "new",
        )  # fmt: skip
    return khmer, khmer_owner


def titles(session, **shelf):
    return [card.titles["en"][-2:] for card in shelf_page(session, Shelf(**shelf)).rows]


def test_newest_first_is_the_default(session, market):
    assert titles(session) == [f"{n:02}" for n in range(12)]


def test_price_sorts_compare_across_currencies(session, market):
    cards = shelf_page(session, Shelf(sort="price_up")).rows
    cents = [card.price_usd.minor for card in cards]
    assert cents == sorted(cents)
    assert [card.id for card in shelf_page(session, Shelf(sort="price_down")).rows] == [card.id for card in cards][::-1]


def test_filters_narrow_together(session, market):
    assert titles(session, country="TH") == ["00", "03", "06", "09"]
    assert titles(session, condition="good") == ["07"]
    assert "05" not in titles(session, in_stock=True)
    assert titles(session, country="KH", price_from=1200, price_to=1500) == ["02", "04", "05"]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_each_other_without_gap_or_repeat(session, market, sort):
    seen, cursor = [], None
    for _ in range(4):
        page = shelf_page(session, Shelf(words="goods", sort=sort), cursor=cursor, size=5)
        seen += [card.id for card in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 12
    assert cursor is None


@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24", "W10", "eyJhIjoxfQ", "WzEsMiwzXQ", "é"])
def test_a_damaged_cursor_is_refused(session, market, cursor):
    with pytest.raises(BadCursor):
        shelf_page(session, Shelf(), cursor=cursor)


def test_counts_say_what_each_choice_would_show(session, market):
    counts = shelf_counts(session, Shelf(country="TH"))
    assert counts.total == 4
    assert counts.countries == {"KH": 8, "TH": 4}
    assert counts.conditions == {"new": 4}
    assert shelf_counts(session, Shelf(category_id=a_category(session).id)).in_stock == 11
    assert shelf_counts(session, Shelf(in_stock=True)).total == 11


def test_of_more_goods_than_are_counted_it_says_that_there_are_more_and_offers_every_choice(
    session, market, monkeypatch
):
    monkeypatch.setattr("app.catalog.queries.counts.MOST_COUNTED", 8)
    many = shelf_counts(session, Shelf())
    assert (many.total, many.is_more, many.in_stock) == (8, True, None)
    assert many.countries == {"KH": None, "TH": None}
    few = shelf_counts(session, Shelf(country="TH"))
    assert (few.total, few.is_more) == (4, False)
    assert few.countries == {"KH": None, "TH": None}


def test_of_more_hits_than_are_ranked_those_in_titles_are(session, market, monkeypatch):
    monkeypatch.setattr("app.catalog.queries.shelf.MOST_RANKED", 3)
    shop, owner = a_shop(session)
    for number in range(5):
        a_listing(session, shop, owner, titles={"en": f"Pot {number}"}, descriptions={"en": "Good with saffron rice"})
    titled = a_listing(session, shop, owner, titles={"en": "Saffron"}, descriptions={"en": "From the hills"})
    found = shelf_page(session, Shelf(words="saffron", sort="relevance")).rows
    assert len(found) == 3
    assert found[0].id == titled.id
    dear = a_listing(session, shop, owner, titles={"en": "Jar"}, descriptions={"en": "Good with saffron"}, price=90_000)
    asked = Shelf(words="saffron", sort="relevance", price_from=50_000)
    assert [card.id for card in shelf_page(session, asked).rows] == [dear.id]


def test_the_front_page_shows_one_of_each_shop(session, market):
    assert [card.titles["en"] for card in fresh_cards(session)] == ["Goods 00", "Goods 01"]
    assert vars(market_counts(session)) == {"listings": 12, "shops": 2}


def test_the_front_page_counts_firms_one_can_buy_from_now(session, market):
    sold_out, owner = a_shop(session, name="Sold out")
    a_listing(session, sold_out, owner, stock=0)
    private, seller = a_shop(session, name="Dara", kind="private_person")
    a_listing(session, private, seller, condition="good")
    a_shop(session, name="Nothing yet")
    waiting, hopeful = a_shop(session, name="Not looked at")
    a_listing(session, waiting, hopeful)
    waiting.status = "pending"
    session.flush()
    assert market_counts(session).shops == 2
    market[0].status = "paused"
    session.flush()
    assert market_counts(session).shops == 1


def test_an_unknown_category_is_not_found(session):
    with pytest.raises(CategoryNotFound):
        category_by_slug(session, "moon-rocks")


def test_choices_show_price_in_both_currencies_and_what_can_be_had(session, market):
    shop, owner = a_shop(session, country="TH")
    listing = a_listing(session, shop, owner, price=32_400, stock=10, min_quantity=3, quantity_step=2)
    shown = listing_shown(session, ANONYMOUS, listing.slug)
    (choice,) = choices(shown, variants_of(session, shown.id), rate_for(session, "THB").rate)
    assert (choice.price.minor, choice.price_usd.minor, choice.largest) == (32_400, 1_000, 9)


def test_an_unknown_or_foreign_listing_is_not_found(session, market):
    with pytest.raises(ListingNotFound):
        listing_shown(session, ANONYMOUS, "no-such-goods")
    _, stranger = a_shop(session)
    listing_id = shelf_page(session, Shelf()).rows[0].id
    with pytest.raises(ListingNotFound):
        listing_to_edit(session, stranger, listing_id)
    with pytest.raises(ShopNotFound):
        goods_table(session, stranger, market[0].id)


def test_the_number_of_queries_does_not_grow_with_the_rows(session):
    shop, owner = a_shop(session)
    category = a_category(session)
    pages = {
        "shelf": lambda: shelf_page(session, Shelf(category_id=category.id), size=50),
        "counts": lambda: shelf_counts(session, Shelf()),
        "home": lambda: (fresh_cards(session), market_counts(session)),
        "desk": lambda: (goods_table(session, owner, shop.id, size=50), goods_counts(session, shop.id)),
        "goods": lambda: listing_shown(session, owner, "kampot-black-pepper"),
    }
    a_listing(session, shop, owner)
    session.expunge_all()
    at_one = {name: queries_of(session, ask) for name, ask in pages.items()}
    for _ in range(49):
        a_listing(session, shop, owner)
    session.expunge_all()
    at_fifty = {name: queries_of(session, ask) for name, ask in pages.items()}
    assert at_one == at_fifty
    assert max(at_fifty.values()) <= 4
