"""Goods are described in every language of the market; a form that shows two of them loses none of the others."""

import io
import itertools

import pytest
from sqlalchemy import select

from app.catalog.models import Listing
from app.catalog.rules.listings import VariantTerms
from app.catalog.rules.texts import LANGUAGES, written_in
from app.db.session import reading, transaction
from app.identity.rules.countries import COUNTRIES
from tests.support.goods import a_listing, picture_bytes
from tests.support.market_pages import OWNER, actor_named

TITLES = {"en": "Red silk scarf", "km": "ក្រមាសូត្រ", "th": "ผ้าไหมสีแดง", "zh": "红色丝巾"}
TEXTS = {"en": "Woven by hand.", "vi": "Dệt tay.", "th": "ทอมือ"}
NAMES = {"en": "Red", "km": "ក្រហម", "th": "สีแดง", "zh": "红色"}
_numbers = itertools.count(1)


@pytest.fixture
def scarf(market_pages):
    """Goods described in six languages, open on two pages of the seller: (id, page, page)."""
    with transaction() as session:
        shop = session.get_one(Listing, market_pages.listing_id).organization
        titles = TITLES | {"en": f"Red silk scarf {next(_numbers)}"}
        listing = a_listing(
            session, shop, actor_named(session, OWNER), titles=titles, descriptions=TEXTS,
            variants=[VariantTerms("", 1450, 40, NAMES)],
        )  # fmt: skip
    pages = [market_pages.visitor(OWNER) for _ in range(2)]
    for page in pages:
        page.open(f"/desk/goods/{listing.id}")
    return listing.id, *pages


def kept(listing_id):
    with reading() as session:
        listing = session.scalars(select(Listing).where(Listing.id == listing_id)).one()
        return listing, listing.variants[0]


def save(page, **fields):
    return page.send("title", press=("then", "save"), **fields)


def problem_of(page, name):
    """What is said beside a field, as it is read."""
    where = page.page.select_one(f"[id='{name}-error']")
    return where.get_text(" ", strip=True).replace("\u200b", "") if where else ""


def test_changing_the_price_leaves_every_language_as_it_was(scarf):
    listing_id, page, _other = scarf
    before, _ = kept(listing_id)
    assert save(page, **{"variants-0-price": "16.25"}).request.path == "/desk/goods"
    listing, variant = kept(listing_id)
    assert variant.price_minor == 1625
    assert (listing.titles, listing.descriptions, variant.names) == (before.titles, TEXTS, NAMES)


def test_each_language_of_the_market_can_be_given_changed_and_taken_away(scarf):
    listing_id, page, _other = scarf
    shown = {field["lang"] for field in page.page.select("input[name^=title], input[name=local_title]")}
    assert shown == set(LANGUAGES)
    assert page.page.select_one("input[name=title_th]")["value"] == TITLES["th"]
    names = "Thai: สีม่วง\nvi: tím\nភាសាចិន"
    save(page, title_th="ผ้าพันคอไหม", title_id="Syal sutra", description_vi="", **{"variants-0-other_names": names})
    assert "ភាសាចិន" in problem_of(page, "variants-0-other_names")
    assert "Write the language, a colon and the name" in problem_of(page, "variants-0-other_names")
    assert page.page.select_one("textarea[name=variants-0-other_names]").get_text().strip() == names  # to be mended
    save(page, **{"variants-0-other_names": "Thai: สีม่วง\nvi: tím\nChinese：紫色"})
    listing, variant = kept(listing_id)
    assert {code: listing.titles[code] for code in ("km", "th", "zh", "id")} == {
        "km": TITLES["km"], "th": "ผ้าพันคอไหม", "zh": TITLES["zh"], "id": "Syal sutra",
    }  # fmt: skip
    assert listing.descriptions == {"en": TEXTS["en"], "th": TEXTS["th"]}
    assert variant.names == {"en": "Red", "km": "ក្រហម", "th": "สีม่วง", "vi": "tím", "zh": "紫色"}


@pytest.mark.parametrize("names", ["Klingon: doq", "th: a\nไทย: b", "th: " + "a" * 61, "th", ": red", "th:"])
def test_names_that_cannot_be_read_are_said_beside_the_field_and_change_nothing(scarf, names):
    listing_id, page, _other = scarf
    assert save(page, **{"variants-0-other_names": names}).status_code == 422
    assert problem_of(page, "variants-0-other_names")
    assert kept(listing_id)[1].names == NAMES


def test_one_title_in_any_language_is_enough_and_each_has_to_be_one(scarf):
    listing_id, page, _other = scarf
    empty = dict.fromkeys(("title", "local_title", "title_zh"), "")
    assert save(page, **empty, title_th="!!").status_code == 422
    assert problem_of(page, "title_th")
    assert not problem_of(page, "title")
    assert save(page, **empty, title_th="").status_code == 422
    assert "Fill this in." in problem_of(page, "title")
    save(page, **empty, title_th="ผ้าพันคอไหม")
    assert kept(listing_id)[0].titles == {"th": "ผ้าพันคอไหม"}


def test_two_who_change_different_languages_are_merged_and_one_language_is_asked_about(scarf):
    listing_id, first, second = scarf
    save(first, title_th="ของเขา", title_vi="Khăn", **{"variants-0-other_names": "Thai: ของเขา\nChinese: 红色"})
    save(second, title_th="ของฉัน", description_zh="手工编织", **{"variants-0-price": "20"})
    assert second.answer.status_code == 409
    both = {
        row.select_one("td").get_text(strip=True).replace("\u200b", "")
        for table in second.page.select("main table")
        if table.caption.get_text() == "You both changed this"
        for row in table.select("tbody tr")
    }
    assert both == {"Title in Thai"}
    save(second, **{"take-title_th": "theirs"})
    listing, variant = kept(listing_id)
    assert (listing.titles["th"], listing.titles["vi"], listing.titles["zh"]) == ("ของเขา", "Khăn", TITLES["zh"])
    assert (listing.descriptions["zh"], listing.descriptions["vi"]) == ("手工编织", TEXTS["vi"])
    assert (variant.names["th"], variant.names["km"], variant.price_minor) == ("ของเขา", "ក្រហម", 2000)


def test_a_quick_sale_is_kept_in_the_language_it_was_written_in_and_may_be_said_in_another(market_pages):
    page = market_pages.visitor(OWNER)
    page.open("/sell/quick")
    category = page.page.select("select[name=category] option")[1]["value"]
    said = {"photo": (io.BytesIO(picture_bytes(640, 640)), "b.png"), "price": "12", "category": category}
    page.send("title", title="កង់ក្រហម", text="ប្រើបានល្អ", other_language="km", other_title="កង់", **said)
    assert page.answer.status_code == 422
    assert "language other than the one above" in problem_of(page, "other_language")
    page.send("title", other_language="", other_title="Red bicycle")
    assert "Choose one of the list." in problem_of(page, "other_language")
    page.send("title", other_language="en", other_title="Red bicycle", other_text="Rides well.")
    with reading() as session:
        listing = session.query(Listing).filter(Listing.titles["km"].astext == "កង់ក្រហម").one()
        assert listing.titles == {"km": "កង់ក្រហម", "en": "Red bicycle"}
        assert listing.descriptions == {"km": "ប្រើបានល្អ", "en": "Rides well."}


def test_the_letters_of_a_title_tell_its_language_and_latin_ones_leave_it_to_the_reader():
    assert [written_in(text, "en") for text in TITLES.values()] == list(TITLES)
    assert written_in("Honda Dream 125 សេ", "en") == "km"
    assert [written_in("Honda Dream", usual) for usual in ("en", "km", "vi")] == ["en", "en", "vi"]
    assert {code for country in COUNTRIES.values() for code in country.languages} <= set(LANGUAGES)
