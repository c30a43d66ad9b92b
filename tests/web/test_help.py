"""The answers people look for, with this market's own figures, and no link that leads nowhere."""

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


@pytest.mark.parametrize("path", ["/help/protection", "/help/fees", "/help/privacy"])
def test_a_card_buyer_meets_no_word_of_the_machinery(client: FlaskClient, path: str) -> None:
    main = client.get(path).text.split("<main", 1)[1].split("</main>", 1)[0].lower()
    assert not [word for word in ("blockchain", "wallet", "gas", "mint") if word in main.split()]


@pytest.mark.parametrize(
    "path",
    sorted({item.path for item in (*HEADER, *ACCOUNT, *FOOTER)} | {"/", "/cart", "/search", "/sign-in", "/register"}),
)
def test_a_link_of_every_page_leads_somewhere(plain_app: Flask, path: str) -> None:
    assert plain_app.url_map.bind("market").match(path, method="GET")
