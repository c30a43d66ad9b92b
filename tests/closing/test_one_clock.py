"""Months of the books and days of the market's reports are cut by one clock."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from app.cli.upgrade import cut_off_by
from app.closing.actions.soft_close_month import soft_close_month
from app.config.current import settings
from app.db.session import reading, transaction
from app.ledger.months import month
from app.ledger.period_models import Books
from app.reports.queries import scope_for
from app.reports.rules import Period
from tests.support.trade import Trade


def clocks(trade: Trade) -> tuple[str, str]:
    with reading() as session:
        return session.scalars(select(Books.time_zone)).one(), scope_for(session, trade.operator, None).time_zone


def test_a_month_of_the_reports_is_the_month_of_the_books_whatever_is_set_later(trade: Trade) -> None:
    began_with = clocks(trade)[1]
    assert began_with != "Asia/Yangon"
    cut_off_by(replace(settings(), market_time_zone="Asia/Yangon"))
    assert clocks(trade) == ("Asia/Yangon", "Asia/Yangon")
    with reading() as session:
        taken = month(session, "2026-02")
    told = Period(date(2026, 2, 1), date(2026, 2, 28), clocks(trade)[1])
    assert (told.starts_at, told.ends_at) == (taken.starts_at, taken.ends_at)
    with transaction() as session:
        soft_close_month(session, trade.operator, "2026-01", reason="Nothing is missing.")
    cut_off_by(replace(settings(), market_time_zone=began_with))
    assert clocks(trade) == ("Asia/Yangon", "Asia/Yangon")  # kept by the month that is closed
