"""Prices in the reader's own currency: about so much, with the rate, while dollars stay what is paid."""

import pytest

from app.catalog.models import Listing
from app.db.session import reading


def test_a_price_is_shown_in_the_chosen_currency_and_says_what_is_paid(market_pages):
    visitor = market_pages.visitor()
    visitor.client.set_cookie("currency", "KHR")
    visitor.open("/p/kampot-black-pepper")
    price = visitor.page.select_one(".goods-price").get_text()
    assert "≈\u00a058,100៛" in price  # 14.50 at 4,010, to the nearest 100 riel
    assert "You pay $14.50" in visitor.text
    assert "(test)" in visitor.text
    visitor.open("/search")
    assert "≈ 58,100៛" in visitor.text


def test_without_a_choice_prices_are_in_dollars(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/p/kampot-black-pepper")
    assert "≈" not in visitor.text
    assert "$14.50" in visitor.page.select_one(".goods-price").get_text()


def test_a_list_kept_for_one_currency_is_not_shown_in_another(market_pages):
    dollars, riel = market_pages.visitor(), market_pages.visitor()
    riel.client.set_cookie("currency", "KHR")
    for _ in range(2):
        assert "≈" not in dollars.open("/search").text
        assert "≈" in riel.open("/search").text


@pytest.mark.parametrize("unknown", ["EUR", "usd", "", "<b>", "KHR "])
def test_a_currency_that_is_not_traded_here_changes_nothing(market_pages, unknown):
    visitor = market_pages.visitor()
    visitor.client.set_cookie("currency", unknown)
    assert visitor.open("/search").status_code == 200
    assert "≈" not in visitor.text
    answer = visitor.client.post("/currency", data={"currency": unknown, "next": "/search"})
    assert answer.status_code == 422


def test_the_switch_leads_back_and_keeps_the_choice(market_pages):
    visitor = market_pages.visitor()
    answer = visitor.client.post("/currency", data={"currency": "THB", "next": "/search?q=palm"})
    assert (answer.status_code, answer.location) == (303, "/search?q=palm")
    assert "฿" in visitor.open("/search?q=palm").text
    assert visitor.page.select_one("#shown-currency option[selected]")["value"] == "THB"


def test_another_site_cannot_switch_the_currency(market_pages):
    answer = market_pages.visitor().client.post(
        "/currency", data={"currency": "THB"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_a_currency_without_a_rate_is_shown_in_dollars(market_pages):
    visitor = market_pages.visitor()
    visitor.client.set_cookie("currency", "PHP")
    assert "$14.50" in visitor.open("/p/kampot-black-pepper").text


def test_goods_of_a_class_of_their_own_are_taxed_as_their_country_says(market_pages):
    owner = market_pages.visitor("owner@market.example")
    owner.open(f"/desk/goods/{market_pages.listing_id}")
    assert [option["value"] for option in owner.page.select("#tax_class option")] == ["ordinary", "farm", "basic_food"]
    owner.send("title", tax_class="farm", then="save")
    with reading() as session:
        assert session.get_one(Listing, market_pages.listing_id).tax_class == "farm"


def test_the_page_of_taxes_names_every_country_its_rate_and_its_source(market_pages):
    visitor = market_pages.visitor()
    visitor.open("/help/tax")
    assert {panel["id"] for panel in visitor.page.select("section.panel")} == {
        "BN",
        "KH",
        "ID",
        "LA",
        "MY",
        "MM",
        "PH",
        "SG",
        "TH",
        "TL",
        "VN",
    }
    assert "Prakas 009" in visitor.page.select_one("#KH").get_text()
    assert "250,000,000៛" in visitor.page.select_one("#KH").get_text()
