"""One switch, the same place, and nobody is led elsewhere by it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.viewer import Viewer, set_viewer_loader
from app.wiring import create_app
from tests.support.http import web_settings


def language_of(page: str) -> str:
    return page.split('<html lang="', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("km", "km"), ("km-KH,en;q=0.5", "km"), ("fr,th", "en"), ("", "en"), ("en-US,km;q=0.9", "en")],
)
def test_a_first_visit_speaks_the_browsers_language_if_the_market_does(
    client: FlaskClient, accepted: str, language: str
) -> None:
    assert language_of(client.get("/styleguide", headers={"Accept-Language": accepted}).text) == language


def test_the_switch_keeps_the_place_with_its_filters(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "km", "next": "/styleguide?country=KH&sort=-price"})
    assert (answer.status_code, answer.location) == (303, "/styleguide?country=KH&sort=-price")
    assert language_of(client.get(answer.location).text) == "km"


def test_the_chosen_language_wins_over_the_browsers(client: FlaskClient) -> None:
    client.post("/language", data={"language": "km"})
    assert language_of(client.get("/styleguide", headers={"Accept-Language": "en"}).text) == "km"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil.example",
        "",
    ],
)
def test_the_switch_never_leads_to_another_site(client: FlaskClient, elsewhere: str) -> None:
    answer = client.post("/language", data={"language": "km", "next": elsewhere})
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://[", "http://\uff0f.example", "", "x"])
def test_another_sites_form_cannot_switch_the_language(client: FlaskClient, origin: str) -> None:
    answer = client.post("/language", data={"language": "km"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_an_unknown_language_is_refused(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "xx"})
    assert answer.status_code == 422
    assert "not in that language yet" in answer.text


def test_the_accounts_language_counts_until_one_is_chosen() -> None:
    app: Flask = create_app(web_settings())
    set_viewer_loader(app, lambda: Viewer(locale="km"))
    visitor = app.test_client()
    assert language_of(visitor.get("/styleguide", headers={"Accept-Language": "en"}).text) == "km"
    visitor.post("/language", data={"language": "en"})
    assert language_of(visitor.get("/styleguide").text) == "en"


def test_looking_around_sets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/styleguide/market").headers
