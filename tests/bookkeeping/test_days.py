"""A day that is booked by hand is one of the market's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.datastructures import MultiDict

from app.bookkeeping.forms import CarriedForm
from app.config.current import settings


def test_a_day_begins_when_the_market_s_clocks_say_so(plain_app: Flask) -> None:
    zone = ZoneInfo(settings().market_time_zone)
    assert datetime.now(zone).utcoffset() == timedelta(hours=7)
    with plain_app.test_request_context():
        form = CarriedForm(MultiDict({"day": "2026-11-12"}))
        assert form.at() == datetime(2026, 11, 11, 17, tzinfo=UTC)


def test_today_is_the_market_s(plain_app: Flask) -> None:
    """From seven in the evening on it is tomorrow in Greenwich's terms: offered, and taken."""
    with plain_app.test_request_context():
        today = datetime.now(ZoneInfo(settings().market_time_zone)).date()
        assert CarriedForm(formdata=None).day.data == today
        form = CarriedForm(MultiDict({"day": today.isoformat()}))
        assert form.validate() is False
        assert "day" not in form.errors
        form = CarriedForm(MultiDict({"day": (today + timedelta(days=1)).isoformat()}))
        assert form.validate() is False
        assert "day" in form.errors
