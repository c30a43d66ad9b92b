"""Dates, addresses and mixed scripts in the viewer's language and time zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from app.web.addresses import COUNTRIES, FORMATS
from app.web.breaks import ZERO_WIDTH_SPACE, mark_breaks, without_breaks
from app.web.filters import (
    address,
    ago,
    date_text,
    date_time_text,
    day_text,
    lang_span,
    number,
    short_hash,
    time_zone,
    with_code,
)
from app.web.viewer import Viewer, set_viewer_loader
from app.wiring import create_app
from tests.support.http import web_settings

LATE = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


def test_a_time_is_shown_in_the_markets_zone_to_a_guest(plain_app: Flask) -> None:
    with plain_app.test_request_context():
        assert date_time_text(LATE) == "24 Nov 2026, 01:30"
        assert day_text(LATE) == "Tuesday, 24 Nov"


def test_a_time_is_shown_in_the_viewers_own_zone() -> None:
    app = create_app(web_settings())
    set_viewer_loader(app, lambda: Viewer(time_zone="UTC"))
    with app.test_request_context():
        assert date_text(LATE) == "23 Nov 2026"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Phnom_Penh", "Cambodia Time (GMT+7)"),
        ("Asia/Makassar", "Indonesia (Makassar) Time (GMT+8)"),
        ("Asia/Yangon", "Myanmar Time (GMT+6:30)"),
        ("America/Caracas", "Venezuela Time (GMT−4)"),
        ("UTC", "UTC"),
    ],
)
def test_a_time_zone_is_named_in_words(plain_app: Flask, zone: str, words: str) -> None:
    with plain_app.test_request_context():
        assert time_zone(zone) == words
    with plain_app.test_request_context(), force_locale("km"):
        assert time_zone(zone).isascii() is (zone == "UTC")


def test_khmer_dates_are_khmer(plain_app: Flask) -> None:
    with plain_app.test_request_context(), force_locale("km"):
        assert date_text(date(2026, 11, 23)) == "23 វិច្ឆិកា 2026"
        assert day_text(date(2026, 11, 25)) == "ថ្ងៃពុធ ទី25 វិច្ឆិកា"


@pytest.mark.parametrize(
    ("past", "text"),
    [(timedelta(seconds=3), "just now"), (timedelta(minutes=4), "4 minutes ago"), (timedelta(days=9), "15 Nov 2026")],
)
def test_how_long_ago_is_said_until_a_date_says_more(plain_app: Flask, past: timedelta, text: str) -> None:
    with plain_app.test_request_context():
        assert ago(LATE - past, LATE) == text


def test_a_time_without_a_zone_is_refused(plain_app: Flask) -> None:
    with plain_app.test_request_context(), pytest.raises(ValueError, match="without a zone"):
        date_text(LATE.replace(tzinfo=None))


def test_an_address_is_printed_as_its_country_does(plain_app: Flask) -> None:
    home = {"name": "Chan Dara", "street": "12 Street 240", "district": "Daun Penh", "city": "Phnom Penh",
            "postal_code": "120207", "country": "KH"}  # fmt: skip
    with plain_app.test_request_context():
        assert address(home) == "Chan Dara<br>12 Street 240<br>Daun Penh<br>Phnom Penh 120207<br>Cambodia"
        assert address({**home, "name": "<b>"}).startswith("&lt;b&gt;")


def test_every_country_prints_every_part_it_asks_for(plain_app: Flask) -> None:
    with plain_app.test_request_context():
        for country in COUNTRIES:
            parts = {part.name: f"[{part.name}]" for part in FORMATS[country].parts}
            printed = address({**parts, "country": country})
            assert all(value in printed for value in parts.values()), country


def test_unspaced_scripts_get_their_breaks_and_keep_their_letters() -> None:
    text = "ម្រេចកំពតល្អបំផុត (good) 12"
    marked = mark_breaks(text)
    assert marked.count(ZERO_WIDTH_SPACE) == 3
    assert without_breaks(marked) == text
    assert mark_breaks(marked) == marked
    assert mark_breaks("plain English") == "plain English"


def test_foreign_words_carry_their_language(plain_app: Flask) -> None:
    with plain_app.test_request_context():
        assert without_breaks(lang_span("<ខ្មែរ>", "km")) == '<span lang="km">&lt;ខ្មែរ&gt;</span>'
        assert lang_span("plain", "en") == "plain"


def test_small_things(plain_app: Flask) -> None:
    with plain_app.test_request_context():
        assert number(-1204) == "−1,204"
    assert short_hash(bytes(range(32))) == "0x0001…1e1f"
    assert short_hash("0xabc") == "0xabc"


def test_what_stands_between_backticks_is_a_command(plain_app: Flask) -> None:
    with plain_app.test_request_context():
        assert (
            with_code("`phsar books verify` does <it> now.") == "<code>phsar books verify</code> does &lt;it&gt; now."
        )
