"""The reports that have a page: what each is called, who reads it, and where it stands."""

from collections.abc import Mapping
from datetime import date

from flask import url_for

from app.errors import N_
from app.identity.actor import Actor, market_role
from app.identity.rules.roles import READING_BOOKS
from app.reports.tables.all import TABLES

SETTLEMENT, TRIAL_BALANCE, OPEN_ITEMS = "settlement", "trial_balance", "open_items"
ON_SCREEN: Mapping[str, str] = {
    SETTLEMENT: N_("Settlement report"),
    TRIAL_BALANCE: N_("Trial balance"),
    OPEN_ITEMS: N_("Open items"),
    **{key: table.title for key, table in TABLES.items()},
}


def is_of_shops(report: str) -> bool:
    """Whether there is one of a single shop."""
    return report == SETTLEMENT or (report in TABLES and TABLES[report].for_sellers)


def may_read(actor: Actor, report: str) -> bool:
    """Whether it is a report, and one for this person."""
    return report in ON_SCREEN and (is_of_shops(report) or market_role(actor, *READING_BOOKS))


def address(report: str, *, shop: str | None, first: date, last: date, account: str) -> str:
    """`shop` is a slug; without one it is the whole market's."""
    if report == TRIAL_BALANCE:
        return url_for("closing.trial", month=last.isoformat()[: len("2026-10")])
    if report == OPEN_ITEMS:
        return url_for("reports.open_items", on=last)
    if report == SETTLEMENT:
        return url_for("reports.settlement", first=first, last=last, shop=shop)
    return url_for("tables.show", key=report, first=first, last=last, shop=shop, account=account or None)
