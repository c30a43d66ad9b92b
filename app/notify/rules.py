"""Which mails a person can do without, and how values of news are kept."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.errors import N_, Until
from app.money.amounts import Money

MESSAGES, PROGRESS, SALES, REPORTS = "messages", "progress", "sales", "reports"
TOPIC_WORDS: Mapping[str, str] = {
    MESSAGES: N_("New messages"),
    PROGRESS: N_("Your parcels: sent, delivered, all done"),
    SALES: N_("Sales of your shop: new orders, money paid to you"),
    REPORTS: N_("Reports that come each day or month"),
}
"""The mails that can be switched off. Whoever adds a topic names it here."""
KEPT = timedelta(days=180)
MOST_COUNTED = 100


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON: money by its smallest unit, a day and a moment by their names. The inverse of `given`."""
    return {name: _kept(value) for name, value in values.items()}


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What `kept` was given."""
    return {name: _given(value) for name, value in values.items()}


def _kept(value: Any) -> Any:
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, Until):
        return {"until": value.at.astimezone(UTC).isoformat()}
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    return value


def _given(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "minor" in value:
        return Money(value["minor"], value["currency"])
    if "until" in value:
        return Until(datetime.fromisoformat(value["until"]))
    return datetime.fromisoformat(value["at"]) if "at" in value else date.fromisoformat(value["on"])
