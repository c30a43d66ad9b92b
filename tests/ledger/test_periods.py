"""Closed months take no entries, whoever posts; what comes late says so; the row that says what is closed follows the acts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.identity.models import User
from app.ledger.actions.keep_time_zone import keep_time_zone
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import usd_account
from app.ledger.entries import JournalEntry, credit, debit
from app.ledger.models import Journal
from app.ledger.period_models import Books, PeriodEvent
from app.ledger.recipes import capital_paid_in

SEPTEMBER = datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)
"""The last second of it in Phnom Penh."""
OCTOBER = SEPTEMBER + timedelta(seconds=1)


@pytest.fixture
def books(session: Session) -> Session:
    session.add(PeriodEvent(kind="time_zone", time_zone="Asia/Phnom_Penh"))
    session.commit()
    return session


@pytest.fixture
def people(session: Session) -> list[UUID]:
    users = [User(email=f"{name}@books.example", password="!", active=True, fs_uniquifier=name) for name in "ab"]
    session.add_all(users)
    session.commit()
    return [user.id for user in users]


def close(session: Session, period: str, who: UUID, *kinds: str) -> None:
    for kind in kinds:
        session.add(PeriodEvent(kind=kind, period=period, actor_id=who))
        session.flush()


def paid_in(session: Session, at: datetime, key: str = "capital") -> Journal:
    return session.get_one(Journal, post_journal(session, capital_paid_in(key=key, cents=500, at=at)))


def adjustment(at: datetime) -> JournalEntry:
    lines = debit(usd_account("5100"), 7), credit(usd_account("1010"), 7)
    return JournalEntry("correction", "correction", at, lines, is_adjustment=True)


def shut(session: Session) -> tuple[datetime | None, datetime | None]:
    row = session.execute(select(Books.soft_closed_through, Books.closed_through)).one()
    return row.soft_closed_through, row.closed_through


def test_a_journal_counts_in_its_month_by_the_clocks_of_the_books(books: Session) -> None:
    before, after = paid_in(books, SEPTEMBER, "before"), paid_in(books, OCTOBER, "after")
    assert (before.period, before.booked_at, before.late_for) == ("2026-09", SEPTEMBER, None)
    assert (after.period, after.booked_at, after.late_for) == ("2026-10", OCTOBER, None)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Asia/Yangon", datetime(2026, 9, 30, 17, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 9, 30, 18, 15, tzinfo=UTC)),
        ("Europe/Lisbon", datetime(2026, 9, 30, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_month_begins_by_half_and_quarter_hours_and_summer_time(
    session: Session, people: list[UUID], zone: str, first: datetime
) -> None:
    session.add(PeriodEvent(kind="time_zone", time_zone=zone))
    session.flush()
    assert paid_in(session, first - timedelta(microseconds=1), "last").period == "2026-09"
    assert paid_in(session, first, "first").period == "2026-10"
    close(session, "2026-09", people[0], "soft_closed")
    assert shut(session) == (first, None)


def test_a_month_of_winter_time_ends_an_hour_later(session: Session, people: list[UUID]) -> None:
    session.add(PeriodEvent(kind="time_zone", time_zone="Europe/Lisbon"))
    session.flush()
    close(session, "2026-10", people[0], "soft_closed", "closed")
    assert shut(session) == (datetime(2026, 11, 1, tzinfo=UTC),) * 2


def test_what_comes_late_is_booked_in_the_next_month_and_names_its_own(books: Session, people: list[UUID]) -> None:
    close(books, "2026-09", people[0], "soft_closed")
    late = paid_in(books, SEPTEMBER)
    assert (late.effective_at, late.booked_at) == (SEPTEMBER, OCTOBER)
    assert (late.period, late.late_for) == ("2026-10", "2026-09")


def test_an_adjustment_goes_into_its_month_until_that_is_closed_for_good(books: Session, people: list[UUID]) -> None:
    close(books, "2026-09", people[0], "soft_closed")
    journal = books.get_one(Journal, post_journal(books, adjustment(SEPTEMBER)))
    assert (journal.period, journal.late_for) == ("2026-09", None)
    close(books, "2026-09", people[0], "closed")
    assert post_journal(books, adjustment(SEPTEMBER)) == journal.id  # the same again changes nothing
    with pytest.raises(DBAPIError, match="2026-09 is closed"), books.begin_nested():
        paid_in_closed = JournalEntry(
            "another", "correction", SEPTEMBER, adjustment(SEPTEMBER).lines, is_adjustment=True
        )
        post_journal(books, paid_in_closed)


@pytest.mark.parametrize(
    ("kinds", "period", "words"),
    [
        (("closed",), "2026-09", "was not closed for entries first"),
        (("soft_closed", "soft_closed"), "2026-09", "closed already or not over"),
        (("soft_closed", "closed", "closed"), "2026-09", "is closed already"),
        (("soft_closed", "closed", "soft_closed"), "2026-09", "closed already or not over"),
        (("soft_closed",), "2999-01", "closed already or not over"),
        (("soft_closed",), "2026-13", r"period_is_a_month|date/time"),
        (("reopened",), "2026-09", "is open"),
    ],
)
def test_a_month_is_closed_once_in_order_and_when_it_is_over(
    books: Session, people: list[UUID], kinds: tuple[str, ...], period: str, words: str
) -> None:
    *before, last = kinds
    close(books, period, people[0], *before)
    with pytest.raises(DBAPIError, match=words), books.begin_nested():
        close(books, period, people[0], last)


def test_two_people_open_a_month_again_and_say_why(books: Session, people: list[UUID]) -> None:
    close(books, "2026-09", people[0], "soft_closed", "closed")
    for second, reason in (
        (None, "A payout was booked twice"),
        (people[0], "A payout was booked twice"),
        (people[1], ""),
    ):
        with pytest.raises(DBAPIError, match="two_people_reopen"), books.begin_nested():
            books.execute(
                text("INSERT INTO period_events (kind, period, actor_id, second_actor_id, reason)"
                     " VALUES ('reopened', '2026-09', :one, :two, :why)"),
                {"one": people[0], "two": second, "why": reason},
            )  # fmt: skip
    books.add(
        PeriodEvent(kind="reopened", period="2026-09", actor_id=people[0], second_actor_id=people[1], reason="Twice")
    )
    books.flush()
    assert shut(books) == (datetime(2026, 8, 31, 17, 0, tzinfo=UTC),) * 2
    assert paid_in(books, SEPTEMBER).period == "2026-09"


def test_the_cut_off_stays_while_a_month_is_closed(books: Session, people: list[UUID]) -> None:
    assert keep_time_zone(books, "Asia/Yangon")
    close(books, "2026-09", people[0], "soft_closed")
    with pytest.raises(DBAPIError, match="time zone of the books is kept"), books.begin_nested():
        books.execute(text("INSERT INTO period_events (kind, time_zone) VALUES ('time_zone', 'UTC')"))
    assert not keep_time_zone(books, "UTC")
    assert keep_time_zone(books, "Asia/Yangon")
    assert books.scalars(select(Books.time_zone)).one() == "Asia/Yangon"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE books SET closed_through = NULL",
        "DELETE FROM books",
        "TRUNCATE books",
        "INSERT INTO books (id, time_zone) VALUES (1, 'UTC')",
        "UPDATE period_events SET reason = 'Another'",
        "DELETE FROM period_events",
        "TRUNCATE period_events CASCADE",
        "UPDATE assets SET exponent = 3",
        "DELETE FROM assets",
    ],
)
def test_nobody_moves_what_is_closed_by_hand(books: Session, people: list[UUID], statement: str) -> None:
    close(books, "2026-09", people[0], "soft_closed", "closed")
    with pytest.raises(DBAPIError, match=r"by hand is refused|append-only"), books.begin_nested():
        books.execute(text(statement))


def test_an_account_is_in_an_asset_that_there_is(books: Session) -> None:
    with pytest.raises(DBAPIError, match="fk_ledger_accounts_asset"), books.begin_nested():
        books.execute(text("INSERT INTO ledger_accounts (number, asset, natural_side) VALUES ('1010', 'XAU', 1)"))


def test_a_journal_does_not_choose_its_month(books: Session, people: list[UUID]) -> None:
    close(books, "2026-09", people[0], "soft_closed", "closed")
    forged = books.execute(
        text("INSERT INTO journals (key, event, effective_at, payload_hash, booked_at, period, late_for)"
             " VALUES ('forged', 'forged', :at, '', :at, '2026-09', NULL) RETURNING period, booked_at, late_for"),
        {"at": SEPTEMBER},
    ).one()  # fmt: skip
    assert tuple(forged) == ("2026-10", OCTOBER, "2026-09")


@pytest.fixture
def real_books(cloned_database: str) -> Iterator[tuple[str, UUID]]:
    """Books in which transactions commit, and somebody who may close them."""
    engine = create_engine(cloned_database)
    with Session(engine) as session:
        user = User(email="a@books.example", password="!", fs_uniquifier="a")
        session.add_all([user, PeriodEvent(kind="time_zone", time_zone="Asia/Phnom_Penh")])
        session.commit()
        yield cloned_database, user.id
    engine.dispose()


def test_closing_waits_for_who_is_posting_and_who_comes_after_is_late(real_books: tuple[str, UUID]) -> None:
    """Without it a journal of the month would be committed after the month's trial balance was taken."""
    url, who = real_books
    engine, closing, closed = create_engine(url), Event(), Event()

    def close_it() -> None:
        with Session(engine) as session:
            closing.set()
            close(session, "2026-09", who, "soft_closed")
            session.commit()
            closed.set()

    with Session(engine) as posting, ThreadPoolExecutor(1) as other:
        assert paid_in(posting, SEPTEMBER).period == "2026-09"
        work = other.submit(close_it)
        assert closing.wait(10)
        assert not closed.wait(0.5)
        posting.commit()
        work.result(10)
        assert paid_in(posting, SEPTEMBER, "late").late_for == "2026-09"
    engine.dispose()
