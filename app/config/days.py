"""Days of the calendar. Moments are kept in UTC; which day one belongs to, only a time zone can say."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app.config.current import settings


def day_in(time_zone: str, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(time_zone)).date()


def today_in(time_zone: str) -> date:
    return day_in(time_zone, datetime.now(UTC))


def day_begins(time_zone: str, day: date) -> datetime:
    """Midnight as the zone's rules have it that day, in UTC; where the clock jumps over it, the first moment after."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)


def market_day(moment: datetime) -> date:
    """By the clock of the market, which decides what holds where nobody's own clock does: rates, terms, due days."""
    return day_in(settings().market_time_zone, moment)


def market_today() -> date:
    return today_in(settings().market_time_zone)


def market_day_begins(day: date) -> datetime:
    return day_begins(settings().market_time_zone, day)
