"""What browsers are told about trust, and what caches are told about time."""

import gzip

import pytest
from flask.testing import FlaskClient

from app.web.assets import asset_url, static_tree
from app.web.headers import content_security_policy
from app.wiring import create_app
from tests.support.http import web_settings

LIVE = {
    "environment": "production", "public_url": "https://phsar.example", "stripe_api_key": "sk_live_x",
    "secret_key": "a" * 40, "log_format": "json",
}  # fmt: skip


def rules(policy: str) -> dict[str, list[str]]:
    return {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}


def test_nothing_inline_runs_and_nobody_frames_us(client: FlaskClient) -> None:
    policy = rules(client.get("/styleguide").headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert not any("unsafe" in value for values in policy.values() for value in values)


def test_a_form_may_lead_to_the_card_page_and_nowhere_else() -> None:
    assert rules(content_security_policy(web_settings()))["form-action"] == ["'self'", "https://checkout.stripe.com"]
    own = web_settings(stripe_api_base="http://127.0.0.1:4242/v1")
    assert rules(content_security_policy(own))["form-action"] == ["'self'", "http://127.0.0.1:4242"]


def test_pictures_may_come_from_the_bucket_they_are_kept_in() -> None:
    assert (
        "https://cdn.example"
        in rules(content_security_policy(web_settings(media_url="https://cdn.example/b")))["img-src"]
    )


def test_production_insists_on_https_and_hides_the_style_guide() -> None:
    answer = create_app(web_settings(**LIVE)).test_client().get("/styleguide", base_url="https://phsar.example")
    assert answer.status_code == 404
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "upgrade-insecure-requests" in answer.headers["Content-Security-Policy"]


def test_the_session_cookie_is_for_this_host_over_https_only() -> None:
    app = create_app(web_settings(**LIVE))
    app.add_url_rule("/keep", "keep", app.jinja_env.globals["csrf_token"])
    cookie = app.test_client().get("/keep", base_url="https://phsar.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_a_static_file_is_kept_for_a_year_under_its_version(client: FlaskClient) -> None:
    answer = client.get(asset_url("css/site.css"))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(asset_url("css/site.css"), headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/static/css/site.css", "/static/000000000000/css/site.css"])
def test_a_page_of_an_older_version_still_finds_its_style(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/x/../../forms.py", "/static/", "/static/nope.css"])
def test_nothing_outside_of_the_static_folder_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_dead_link_to_a_static_file_is_our_mistake_and_not_the_visitors() -> None:
    with pytest.raises(KeyError):
        asset_url("css/nope.css")


def test_text_travels_compressed_and_fonts_as_they_are(client: FlaskClient) -> None:
    asks = {"Accept-Encoding": "gzip"}
    page = client.get("/styleguide", headers=asks)
    assert page.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(page.data).startswith(b"<!doctype html>")
    assert client.get(asset_url("js/site.js"), headers=asks).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get(asset_url("fonts/khmer.woff2"), headers=asks).headers
    assert "Content-Encoding" not in client.get("/styleguide", headers={"Accept-Encoding": "identity"}).headers


def test_the_length_of_a_compressed_page_says_nothing_about_its_token(client: FlaskClient) -> None:
    lengths = {len(client.get("/styleguide/market", headers={"Accept-Encoding": "gzip"}).data) for _ in range(12)}
    assert len(lengths) > 1


def test_every_static_file_names_its_kind() -> None:
    assert not [n for n, a in static_tree().assets.items() if a.content_type == "application/octet-stream"]
