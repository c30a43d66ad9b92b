"""The answers people look for, with this market's own figures, and no link that leads nowhere."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.navigation import ACCOUNT, FOOTER, HEADER
from app.wiring import create_app
from tests.support.http import web_settings


def test_the_figures_are_those_the_market_was_set_up_with() -> None:
    settings = web_settings(protection_days=9, answer_window_hours=36, commission_bps=425)
    visitor = create_app(settings).test_client()
    assert "9 days after the latest promised delivery" in visitor.get("/help/protection").text
    assert "36 hours" in visitor.get("/help/protection").text
    assert "4.25% of the whole order" in visitor.get("/help/fees").text


def test_the_terms_name_who_runs_the_market_and_what_was_set_up() -> None:
    settings = web_settings(
        protection_days=9, stock_hold_minutes=21, dispute_timeout_days=33, commission_bps=425, books_kept_years=12,
        operator_name="Sothy & Sons", operator_address="St 178, Phnom Penh", contact_email="help@market.example",
    )  # fmt: skip
    visitor = create_app(settings).test_client()
    terms = visitor.get("/help/terms").text
    for words in (
        "Sothy &amp; Sons, St 178, Phnom Penh, Cambodia",
        "help@market.example",
        "21 minutes",
        "9 days",
        "33 days",
    ):
        assert words in terms, words
    assert "Version 1, since 28 Nov 2026" in terms
    assert "4.25%" in visitor.get("/help/selling-terms").text
    assert "9 days" in visitor.get("/help/returns").text
    assert "12 years" in visitor.get("/help/privacy").text


def test_an_operators_own_texts_count_in_the_language_there_is(tmp_path: Path) -> None:
    (tmp_path / "terms.en.txt").write_text("Our rules\nBe <kind>.\n\nSecond\nPay in time.\n")
    (tmp_path / "terms.km.txt").write_text("ច្បាប់\nសូមសុភាព។\n")
    visitor = create_app(web_settings(legal_folder=str(tmp_path))).test_client()
    page = visitor.get("/help/terms").text
    assert "<h2>Our rules</h2>" in page
    assert "Be &lt;kind&gt;." in page
    assert "Version" not in page
    assert "ច្បាប់" in visitor.get("/help/terms", headers={"Accept-Language": "km"}).text
    assert "Can these terms change?" not in page
    assert "I changed my mind" in visitor.get("/help/returns").text, "ours where there is none"


@pytest.mark.parametrize("path", ["/help/protection", "/help/fees", "/help/privacy", "/help/terms", "/help/returns"])
def test_a_card_buyer_meets_no_word_of_the_machinery(client: FlaskClient, path: str) -> None:
    main = client.get(path).text.split("<main", 1)[1].split("</main>", 1)[0].lower()
    assert not [word for word in ("blockchain", "wallet", "gas", "mint") if word in main.split()]


@pytest.mark.parametrize(
    "path",
    sorted({item.path for item in (*HEADER, *ACCOUNT, *FOOTER)} | {"/", "/cart", "/search", "/sign-in", "/register"}),
)
def test_a_link_of_every_page_leads_somewhere(plain_app: Flask, path: str) -> None:
    assert plain_app.url_map.bind("market").match(path, method="GET")
