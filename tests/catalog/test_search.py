"""Finding goods by words, in every script of the region."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.catalog.actions.write_search import write_search_of_shop
from app.catalog.queries.shelf import Shelf, shelf_page
from app.catalog.search import Document, fold, tsquery, tsvector, words
from app.identity.actions.create_shop import ShopTerms
from app.identity.actions.edit_shop import edit_shop
from tests.support.goods import a_category, a_listing, a_shop


def found(session, question, **shelf):
    return [card.titles.get("en", "") for card in shelf_page(session, Shelf(words=question, **shelf)).rows]


@pytest.mark.parametrize(
    ("language", "title", "question"),
    [
        ("km", "ម្រេចកំពតល្អបំផុត", "កំពត"),
        ("th", "กาแฟดอยช้างคั่วกลาง", "ดอยช้าง"),
        ("lo", "ກາເຟປາກຊ່ອງ", "ປາກຊ່ອງ"),
        ("my", "ရွှေဘိုပေါ်ဆန်းမွှေး", "ဆန်း"),
        ("zh", "南洋咖啡粉", "咖啡"),
        ("vi", "Nước mắm Phú Quốc đặc biệt", "nuoc mam phu quoc dac biet"),
        ("vi", "Nước mắm Phú Quốc", "NƯỚC MẮM"),
        ("id", "Kopi arabika Gayo", "arabi"),
    ],
)
def test_goods_are_found_by_their_title_in_any_language(session, language, title, question):
    shop, owner = a_shop(session)
    a_listing(session, shop, owner, titles={"en": "Wanted", language: title})
    a_listing(session, shop, owner, titles={"en": "Something else"})
    assert found(session, question) == ["Wanted"]


def test_goods_are_found_by_seller_place_country_category_and_description(session):
    shop, owner = a_shop(session, name="Bopha Weavers", place="Takeo", local_names={"km": "តម្បាញបុប្ផា"})
    silk = a_category(session, "silk-cloth", en="Silk & cloth", km="សូត្រ និងក្រណាត់")
    a_listing(session, shop, owner, titles={"en": "Scarf"}, category=silk, descriptions={"en": "Natural indigo."})
    for question in ("bopha", "តម្បាញ", "takeo", "cambodia", "cloth", "សូត្រ", "indigo"):
        assert found(session, question) == ["Scarf"], question


def test_only_the_last_word_may_be_unfinished(session):
    shop, owner = a_shop(session)
    a_listing(session, shop, owner, titles={"en": "Palm sugar"})
    assert found(session, "palm sug") == ["Palm sugar"]
    assert found(session, "pal sugar") == []
    assert found(session, "palm sug ") == []


def test_a_title_counts_for_more_than_a_description(session):
    shop, owner = a_shop(session)
    a_listing(session, shop, owner, titles={"en": "Honey"}, descriptions={"en": "From the forest."})
    a_listing(session, shop, owner, titles={"en": "Bread"}, descriptions={"en": "Good with honey."})
    assert found(session, "honey", sort="relevance") == ["Honey", "Bread"]


def test_a_renamed_shop_is_found_by_its_new_name(session):
    shop, owner = a_shop(session, name="Old Name")
    a_listing(session, shop, owner, titles={"en": "Scarf"})
    edit_shop(session, owner, shop.id, ShopTerms("Rainbow House", "company", "KH", "Takeo"))
    write_search_of_shop(session, shop.id)
    assert found(session, "rainbow") == ["Scarf"]
    assert found(session, "old name") == []


@pytest.mark.parametrize("question", ["", "   ", "!!!", "' & | ! <-> :*", "\x00", "\u200b", "\ud800"])
def test_a_question_without_a_word_asks_nothing(question):
    assert tsquery(question) is None


@pytest.mark.parametrize("question", ["'; DROP TABLE listings --", "a\\", "it's", "x" * 5000, "<q>", "%", "a & | b"])
def test_a_hostile_question_is_only_a_question(session, question):
    shop, owner = a_shop(session)
    a_listing(session, shop, owner)
    assert found(session, question) == []


def test_a_search_of_nothing_finds_nothing_rather_than_everything(session):
    shop, owner = a_shop(session)
    a_listing(session, shop, owner)
    assert found(session, "!!!") == []


@settings(deadline=None)
@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(content):
    assert fold(fold(content)) == fold(content)


@settings(deadline=None)
@given(content=st.text(max_size=80))
def test_every_text_makes_a_literal_postgresql_reads_and_finds_by_its_own_words(shared_connection, content):
    literal, question = tsvector(Document((content,))), tsquery(content[:200])
    with shared_connection.begin_nested() if shared_connection.in_transaction() else shared_connection.begin():
        if question is None:
            assert shared_connection.scalar(text("SELECT CAST(:v AS tsvector)"), {"v": literal}) == ""
        else:
            match = text("SELECT CAST(:v AS tsvector) @@ CAST(:q AS tsquery)")
            assert shared_connection.scalar(match, {"v": literal, "q": question})


def test_vowel_signs_are_letters_and_accents_are_not():
    assert words("កាហ្វេ ñandú") == ("កាហ្វេ", "nandu")
    assert fold("น้ำ") == "น้ำ"
    assert fold("៥០០ g") == "500 g"
