"""Which days kept settings are about, seen from the day on which they are opened. Pure."""

from datetime import date, timedelta

from app.errors import N_

THIS_MONTH, LAST_MONTH, SEVEN_DAYS, THIS_YEAR, LAST_YEAR, CHOSEN = (
    "this_month", "last_month", "seven_days", "this_year", "last_year", "chosen",
)  # fmt: skip
DAYS = {
    THIS_MONTH: N_("The running month"),
    LAST_MONTH: N_("The month before"),
    SEVEN_DAYS: N_("The last seven days"),
    THIS_YEAR: N_("The running year"),
    LAST_YEAR: N_("The year before"),
    CHOSEN: N_("Always these days"),
}
MOST = 50
LONGEST_NAME = 80


def days_of(days: str, chosen: tuple[date, date], today: date) -> tuple[date, date]:
    """First and last, both included; up to today what is still running."""
    month = today.replace(day=1)
    year = month.replace(month=1)
    spans = {
        THIS_MONTH: (month, today),
        LAST_MONTH: ((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)),
        SEVEN_DAYS: (today - timedelta(days=6), today),
        THIS_YEAR: (year, today),
        LAST_YEAR: (year.replace(year=year.year - 1), year - timedelta(days=1)),
    }
    return spans.get(days, chosen)
