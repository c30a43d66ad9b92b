"""A day begins and ends by the market's clock, not by that of the machine or of UTC."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.config import current
from app.config.days import day_begins, market_day, market_day_begins
from app.db.session import reading, transaction
from app.ledger.models import Journal
from app.onramp.models import BankReceipt
from app.withholding.actions.switch_country import switch_on
from app.withholding.rules import HOME
from tests.console.test_desk import RECEIPT
from tests.support.front import Front
from tests.support.stripe_server import ROOT
from tests.support.trade import Trade

HAVE_THEIR_OWN = {
    "app/banking/csv_files.py": "a day as the bank wrote it",
    "app/config/days.py": "here days are made",
    "app/documents/typesetting.py": "the fixed moment in a file",
    "app/downloads/rules.py": "six in the morning",
    "app/purchasing/rules/workbook.py": "a day in a cell",
    "app/reports/files.py": "a moment without its zone, for a cell",
    "app/web/filters.py": "the reader's clock",
}
A_DAY = re.compile(r"\.date\(\)|\bdate\.today\b|datetime\.combine\(|\.replace\(tzinfo")


def test_nothing_else_turns_moments_into_days() -> None:
    found = {
        str(file.relative_to(ROOT)) for file in Path(ROOT, "app").rglob("*.py") if A_DAY.search(file.read_text("utf-8"))
    }
    assert found == set(HAVE_THEIR_OWN)


def test_in_the_markets_morning_the_day_has_changed_already(trade: Trade) -> None:
    """Midnight in Phnom Penh is 17:00 in Greenwich."""
    midnight = datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert market_day(midnight - timedelta(microseconds=1)) == date(2026, 11, 30)
    assert market_day(midnight) == date(2026, 12, 1)
    assert market_day_begins(date(2026, 12, 1)) == midnight


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Asia/Kathmandu", date(2026, 12, 1), "2026-11-30T18:15:00+00:00"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00:00+00:00"),  # its clock jumps from midnight to one
        ("America/Los_Angeles", date(2026, 11, 2), "2026-11-02T08:00:00+00:00"),
    ],
)
def test_a_day_begins_where_the_zone_says(zone: str, day: date, begins: str) -> None:
    assert day_begins(zone, day).isoformat() == begins
    assert day_begins(zone, day).astimezone(ZoneInfo(zone)).date() == day


@pytest.fixture
def another_day(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> date:
    """Today, in a market whose clock is so far from Greenwich that the day is another one."""
    now = trade.now()
    zone = "Etc/GMT-14" if now.hour >= 10 else "Etc/GMT+12"
    monkeypatch.setattr(current, "_current", replace(current.settings(), market_time_zone=zone))
    assert market_day(now) != now.date()
    return market_day(now)


def test_receipts_of_today_are_taken_and_of_tomorrow_are_not(front: Front, trade: Trade, another_day: date) -> None:
    """Who books at breakfast in Phnom Penh is seven hours ahead of Greenwich."""
    boss = front.member(trade.operator)
    assert f'value="{another_day}"' in boss.look("/console/receipts")
    tomorrow = {**RECEIPT, "received_on": str(another_day + timedelta(days=1))}
    assert "This day has not come yet." in boss.fill("/console/receipts", **tomorrow).get_data(as_text=True)
    assert boss.fill("/console/receipts", **{**RECEIPT, "received_on": str(another_day)}).status_code == 303
    with reading() as session:
        assert session.scalars(select(BankReceipt.received_at)).one() == market_day_begins(another_day)
        journal = session.scalars(select(Journal.effective_at).where(Journal.event == "bank_receipt_recorded")).one()
    assert journal == market_day_begins(another_day)


def test_what_holds_from_today_holds_in_the_checkout(trade: Trade, another_day: date) -> None:
    with transaction() as session:
        switch_on(
            session, trade.operator, "KH", scope=HOME, starts_on=another_day, ends_on=another_day, reason="Letter.",
            today=another_day,
        )  # fmt: skip
    shop = trade.shop_of(country="KH", is_tax_registered=True)
    cart = trade.cart({trade.goods(shop): 1})
    group = trade.place(cart, trade.request(cart))
    assert {line["owed_to"] for line in group.orders[0].tax_lines} == {"KH"}
