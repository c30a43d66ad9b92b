"""Two members change the same goods at the same time, on pages without JavaScript."""

import io
import itertools

import pytest
from sqlalchemy import select

from app.catalog.actions.set_variant import set_price, set_stock
from app.catalog.models import Listing
from app.db.session import reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.actions.register_user import register_user
from app.identity.passwords import hash_password
from tests.support.goods import NOW, a_listing, picture_bytes
from tests.support.market_pages import OWNER, PASSWORD, actor_named

MEMBER = "second@market.example"
_numbers = itertools.count(1)


@pytest.fixture
def goods(market_pages):
    """New goods of two choices, open on the pages of two members: (id, the owner's page, the member's)."""
    with transaction() as session:
        owner = actor_named(session, OWNER)
        if actor_named(session, MEMBER).user_id is None:
            user = register_user(
                session, email=MEMBER, password_hash=hash_password(PASSWORD), name="Dara", confirmed_at=NOW
            )
            shop = session.get_one(Listing, market_pages.listing_id).organization_id
            grant_role(session, granted_by=owner.user_id, organization_id=shop, user_id=user.id, role="sales")
        shop = session.get_one(Listing, market_pages.listing_id).organization
        listing = a_listing(session, shop, owner, titles={"en": f"Shared goods {next(_numbers)}"})
    pages = [market_pages.visitor(email) for email in (OWNER, MEMBER)]
    for page in pages:
        page.open(f"/desk/goods/{listing.id}")
    return listing.id, *pages


def kept(listing_id):
    with reading() as session:
        listing = session.scalars(select(Listing).where(Listing.id == listing_id)).one()
        live = [variant for variant in listing.variants if not variant.is_retired]
        return listing, live


def save(page, **fields):
    return page.send("title", press=("then", "save"), **fields)


def table(page, caption):
    """The texts of its rows."""
    rows = [
        row
        for one in page.page.select("main table")
        if one.caption.get_text() == caption
        for row in one.select("tbody tr")
    ]
    return [[cell.get_text(" ", strip=True).replace("\u200b", "") for cell in row.select("td")] for row in rows]


def test_what_only_one_of_them_changed_is_merged_by_itself_and_saved_with_one_click(goods):
    listing_id, first, second = goods
    save(first, title="Black pepper of Kampot", **{"variants-0-price": "16.25"})
    answer = save(second, description="Dried in the sun.\nKeeps two years.", **{"variants-0-stock": "31"})
    assert answer.status_code == 409
    assert "Nothing you typed is lost" in second.text
    theirs = {row[0]: row[1:] for row in table(second, "Only they changed this")}
    assert theirs["Title in English"][1] == "Black pepper of Kampot"
    assert theirs["Price"] == ["$14.50", "$16.25"]
    mine = {row[0]: row[1:] for row in table(second, "Only you changed this")}
    assert mine["Stock"] == ["40", "31"]
    assert not table(second, "You both changed this")
    assert kept(listing_id)[1][0].stock == 40  # nothing is saved before the click
    assert save(second).request.path == "/desk/goods"
    listing, (variant,) = kept(listing_id)
    assert listing.titles["en"] == "Black pepper of Kampot"
    assert listing.descriptions["en"] == "Dried in the sun.\nKeeps two years."
    assert (variant.price_minor, variant.stock) == (1625, 31)


@pytest.mark.parametrize(("side", "price", "title"), [("theirs", 1625, "Theirs"), ("mine", 1700, "Mine")])
def test_what_both_changed_is_chosen_field_by_field(goods, side, price, title):
    listing_id, first, second = goods
    save(first, title="Theirs", unit="bag", **{"variants-0-price": "16.25"})
    save(second, title="Mine", **{"variants-0-price": "17", "variants-0-sku": "MY-CODE"})
    rows = {row[0]: row[1:] for row in table(second, "You both changed this")}
    assert rows["Price"] == ["$14.50", "$16.25", "$17.00"]
    assert rows["Title in English"][1:] == ["Theirs", "Mine"]
    variant_id = kept(listing_id)[1][0].id
    save(second, **{"take-title": side, f"take-{variant_id}.price": side})
    listing, (variant,) = kept(listing_id)
    assert (listing.titles["en"], variant.price_minor) == (title, price)
    assert (listing.unit, variant.sku) == ("bag", "MY-CODE")


def test_who_chooses_nothing_keeps_what_he_typed(goods):
    listing_id, first, second = goods
    save(first, title="Theirs")
    save(second, title="Mine")
    assert second.page.select_one("input[name=take-title][checked]")["value"] == "mine"
    save(second)
    assert kept(listing_id)[0].titles["en"] == "Mine"


def test_stock_that_was_sold_meanwhile_is_asked_about_and_comes_back_only_by_choice(goods):
    listing_id, _first, second = goods
    with transaction() as session:
        variant_id = session.scalars(select(Listing).where(Listing.id == listing_id)).one().variants[0].id
        set_stock(session, actor_named(session, OWNER), variant_id, stock=33)
    assert save(second, title="Counted again", **{"variants-0-stock": "50"}).status_code == 409
    assert table(second, "You both changed this") == [["Stock", "40", "33", "50"]]
    save(second, **{f"take-{variant_id}.stock": "theirs"})
    listing, (variant,) = kept(listing_id)
    assert (listing.titles["en"], variant.stock) == ("Counted again", 33)


def test_sales_alone_stop_nobody_who_left_the_stock_as_it_was(goods):
    listing_id, _first, second = goods
    with transaction() as session:
        variant_id = session.scalars(select(Listing).where(Listing.id == listing_id)).one().variants[0].id
        set_stock(session, actor_named(session, OWNER), variant_id, stock=33)
    assert save(second, title="Only the name").request.path == "/desk/goods"
    assert kept(listing_id)[1][0].stock == 33


def test_a_third_change_meanwhile_is_merged_again(goods):
    listing_id, first, second = goods
    save(first, title="Theirs", unit="bag")
    save(second, title="Mine", **{"variants-0-price": "17"})
    variant_id = kept(listing_id)[1][0].id
    with transaction() as session:  # from the goods table, while the second looks at both changes
        set_price(session, actor_named(session, OWNER), variant_id, price_minor=1999)
    first.open(f"/desk/goods/{listing_id}")
    save(first, title="Theirs at last")
    save(second, **{"take-title": "theirs"})
    assert second.answer.status_code == 409
    assert table(second, "You both changed this") == [["Price", "$14.50", "$19.99", "$17.00"]]
    assert ["Title in English", "Theirs", "Theirs at last"] in table(second, "Only they changed this")
    save(second)
    listing, (variant,) = kept(listing_id)
    assert (listing.titles["en"], listing.unit, variant.price_minor) == ("Theirs at last", "bag", 1700)


def test_choices_that_the_other_added_or_took_away_are_kept_in_mind(goods):
    listing_id, first, second = goods
    first.send("title", press=("more_rows", "1"))
    save(
        first, **{"variants-1-named": "1 kg", "variants-1-sku": "KG", "variants-1-price": "90", "variants-1-stock": "5"}
    )
    second.send("title", press=("more_rows", "1"))
    row = {"variants-1-named": "5 kg", "variants-1-sku": "FIVE", "variants-1-price": "400", "variants-1-stock": "2"}
    save(second, **row)
    assert [row[0] for row in table(second, "Only they changed this")] == ["Choice “1 kg”"]
    save(second)
    assert [variant.sku for variant in kept(listing_id)[1]][1:] == ["KG", "FIVE"]
    for page in (first, second):
        page.open(f"/desk/goods/{listing_id}")
    empty = {
        f"variants-2-{name}": "" for name in ("named", "local_named", "sku", "price", "stock", "net_grams", "seen")
    }
    save(first, **empty, **{"variants-2-variant_id": "", "variants-2-picture_number": ""})
    assert [variant.sku for variant in kept(listing_id)[1]][1:] == ["KG"]
    save(second, **{"variants-2-price": "410"})
    ((label, was, theirs, mine),) = table(second, "You both changed this")
    assert (label, was, theirs, mine) == (
        "Choice “5 kg”", "5 kg · $400.00 · 2 in stock", "Taken away", "5 kg · $410.00 · 2 in stock",
    )  # fmt: skip
    save(second)
    assert [(variant.sku, variant.price_minor) for variant in kept(listing_id)[1]][1:] == [
        ("KG", 9000),
        ("FIVE", 41000),
    ]


def test_a_picture_added_by_one_and_another_by_the_other_are_shown_to_be_chosen(goods):
    listing_id, first, second = goods
    save(first, pictures=(io.BytesIO(picture_bytes(301, 300)), "a.png"))
    save(second, pictures=(io.BytesIO(picture_bytes(300, 301)), "b.png"))
    assert second.answer.status_code == 409
    assert len(second.page.select("main table img")) == 1 + 2 + 2
    save(second, keep=[field["value"] for field in second.page.select("[name=keep]")])
    with reading() as session:
        listing = session.get_one(Listing, listing_id)
        assert len(listing.pictures) == 2


def test_going_on_by_hand_opens_the_whole_form_with_what_was_chosen(goods):
    listing_id, first, second = goods
    save(first, title="Theirs", unit="bag")
    save(second, title="Mine", description="My text")
    second.send("title", press=("by_hand", "1"), **{"take-title": "theirs"})
    assert second.answer.status_code == 200
    assert second.page.select_one("input[name=title]")["value"] == "Theirs"
    assert second.page.select_one("input[name=unit]")["value"] == "bag"
    assert second.page.select_one("textarea[name=description]").get_text().strip() == "My text"
    save(second, title="Both of ours")
    assert kept(listing_id)[0].titles["en"] == "Both of ours"


@pytest.mark.parametrize("was", ["", "rubbish", None])
def test_without_a_sound_memory_of_what_it_was_every_difference_is_asked_about(goods, market_pages, was):
    """The memory is signed, and that of other goods does not count."""
    listing_id, first, second = goods
    if was is None:
        other = market_pages.visitor(OWNER)
        other.open(f"/desk/goods/{market_pages.listing_id}")
        was = other.page.select_one("input[name=was]")["value"]
    save(first, title="Theirs")
    save(second, description="Mine", was=was)
    assert {row[0] for row in table(second, "You both changed this")} == {"Title in English", "Description in English"}
    save(second, **{"take-title": "theirs"})
    listing, _live = kept(listing_id)
    assert (listing.titles["en"], listing.descriptions["en"]) == ("Theirs", "Mine")


def test_what_is_typed_cannot_break_the_page_of_two_changes(goods):
    _listing_id, first, second = goods
    save(first, title="<b>Theirs</b> & co")
    save(second, title="<script>alert(1)</script> mine", **{"take-nothing": "theirs", "take-x.price": "theirs"})
    assert "<script>alert(1)" not in second.answer.get_data(as_text=True)
    assert "<b>Theirs" not in second.answer.get_data(as_text=True)
    assert [row[2] for row in table(second, "You both changed this")] == ["<b>Theirs</b> & co"]
