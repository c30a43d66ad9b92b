"""A market whose books have a month that is over, with people who keep them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.bookkeeping.actions.book_capital import book_capital
from app.closing.actions.close_month import close_month
from app.closing.actions.soft_close_month import soft_close_month
from app.closing.rules import month_after, month_before
from app.db.session import in_transaction, reading, transaction
from app.identity.actions.grant_role import grant_role
from app.identity.actor import Actor
from app.identity.queries import actor_of, market_organization
from app.ledger.actions.keep_time_zone import keep_time_zone
from app.ledger.months import Month, month
from app.ledger.period_models import PeriodSnapshot
from app.reconciliation.actions.record_tie_out import record_tie_out
from app.reconciliation.outside import check_now
from tests.support.front import Front
from tests.support.trade import Trade

ZONE = "Asia/Phnom_Penh"


@dataclass
class Books:
    """`last` is the month that is over, as `2026-10`; `before` the one before it, `running` the one after it."""

    front: Front
    accountant: Actor
    auditor: Actor
    running: str

    @property
    def trade(self) -> Trade:
        return self.front.trade

    @property
    def operator(self) -> Actor:
        return self.trade.operator

    @property
    def last(self) -> str:
        return month_before(self.running)

    @property
    def before(self) -> str:
        return month_before(self.last)

    def moment(self, period: str, day: int = 15) -> datetime:
        year, number = map(int, period.split("-"))
        return datetime(year, number, day, 12, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)

    def capital(self, period: str, cents: int = 5_000, *, day: int = 15) -> None:
        at = self.moment(period, day)
        with transaction() as session:
            book_capital(session, self.operator, cents=cents, reference=f"ABA {period} {day} {cents}", at=at)

    def compare(self) -> None:
        """As the button does it, and the job every ten minutes."""
        self.trade.settle()
        found = check_now()
        with transaction() as session:
            record_tie_out(session, found)

    def state(self, period: str) -> str:
        return self.month(period).state

    def month(self, period: str) -> Month:
        with reading() as session:
            return month(session, period)

    def soft_close(self, period: str, who: Actor | None = None, *, reason: str = "") -> None:
        in_transaction(lambda session: soft_close_month(session, who or self.accountant, period, reason=reason).id)

    def close(self, period: str, who: Actor | None = None, *, reason: str = "") -> PeriodSnapshot:
        return in_transaction(lambda session: close_month(session, who or self.accountant, period, reason=reason))


def somebody(trade: Trade, role: str, email: str) -> Actor:
    """Of the market, with this role."""
    person = trade.person(email)
    assert person.user_id is not None
    with transaction() as session:
        market = market_organization(session)
        grant_role(session, granted_by=None, organization_id=market.id, user_id=person.user_id, role=role)
    with reading() as session:
        return actor_of(session, person.user_id)


@pytest.fixture
def books(front: Front, trade: Trade) -> Books:
    with transaction() as session:
        keep_time_zone(session, ZONE)
    accountant = somebody(trade, "accountant", "sokha@books.example")
    auditor = somebody(trade, "auditor", "vanna@books.example")
    made = Books(front, accountant, auditor, f"{datetime.now(ZoneInfo(ZONE)):%Y-%m}")
    made.capital(made.before)
    made.capital(made.last, 700)
    return made


def ends_at(period: str) -> datetime:
    year, number = map(int, month_after(period).split("-"))
    return datetime(year, number, 1, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


MICROSECOND = timedelta(microseconds=1)
