"""When a schedule's next file is due, and of which days it is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.downloads.rules import DAY, IN_THE_MORNING, MONTH, days_of, next_due

ZONES = ("Asia/Phnom_Penh", "Asia/Kathmandu", "Asia/Yangon", "Europe/Berlin", "America/Los_Angeles", "UTC")


@given(
    every=st.sampled_from([DAY, MONTH]),
    zone=st.sampled_from(ZONES),
    after=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - given a zone
)
def test_files_follow_each_other_without_a_gap_or_a_day_twice(every: str, zone: str, after: datetime) -> None:
    first = next_due(every, zone, after)
    second = next_due(every, zone, first)
    assert after < first < second
    assert first.astimezone(ZoneInfo(zone)).time() == IN_THE_MORNING
    begin, end = days_of(every, zone, first)
    assert days_of(every, zone, second)[0] == end + timedelta(days=1)
    assert end < first.astimezone(ZoneInfo(zone)).date()
    assert begin.day == 1 or every == DAY


@pytest.mark.parametrize(
    ("every", "days"), [(DAY, (date(2026, 2, 28), date(2026, 2, 28))), (MONTH, (date(2026, 2, 1), date(2026, 2, 28)))]
)
def test_what_comes_on_the_first_of_march(every: str, days: tuple[date, date]) -> None:
    due = next_due(every, "Asia/Phnom_Penh", datetime(2026, 2, 28, 12, tzinfo=UTC))
    assert due == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert days_of(every, "Asia/Phnom_Penh", due) == days
