"""How long files are kept, and when the next one of a schedule is due. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.config.days import day_in
from app.errors import N_

WAITING, MAKING, READY, REFUSED, EXPIRED = "waiting", "making", "ready", "refused", "expired"
UNDER_WAY = (WAITING, MAKING)
DAY, MONTH = "day", "month"
KEPT = timedelta(days=7)
KEPT_OF_SCHEDULE = timedelta(days=35)
"""Longer than a month, so that last month's is there until this month's comes."""
GIVEN_UP_AFTER = timedelta(days=1)
MOST_FILES = 40
MOST_SCHEDULES = 20
IN_THE_MORNING = time(6)
"""By the organization's clock: what happened before midnight is final and booked by then."""

NOT_MADE = "not-made"
NOT_YOURS = "not-yours"
PROBLEMS = {
    NOT_MADE: N_("It could not be made within a day. Ask for it once more; the operator can see why."),
    NOT_YOURS: N_("It was not made: you may not read this report any more."),
    "report-too-long-to-print": N_("It has too many lines for a PDF. Ask for CSV or Excel, or for fewer days."),
    "no-such-month": N_("It was not made: this month of the books has not begun."),
    "report-too-long-for-a-sheet": N_("It has too many lines for Excel. Ask for CSV, or for fewer days."),
}
"""Why a file was not made, by its code."""


def next_due(every: str, time_zone: str, after: datetime) -> datetime:
    """The first morning after `after` on which a file is due: any day's, or that of the first of a month."""
    zone = ZoneInfo(time_zone)
    day = day_in(time_zone, after)
    while (due := _morning(day, zone)) <= after or (every == MONTH and day.day != 1):
        day += timedelta(days=1)
    return due


def days_of(every: str, time_zone: str, due_at: datetime) -> tuple[date, date]:
    """First and last day of the file that is due then: the day before, or the month before."""
    last = day_in(time_zone, due_at) - timedelta(days=1)
    return (last.replace(day=1) if every == MONTH else last), last


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, IN_THE_MORNING, zone).astimezone(UTC)
