"""A month that is closed for good keeps its trial balance: made by the database, of all that was booked, told apart from any other."""

import hashlib
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.identity.models import User
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import token_account, usd_account
from app.ledger.entries import JournalEntry, Line, credit, debit
from app.ledger.errors import NoSuchMonth
from app.ledger.months import CLOSED, OPEN, RUNNING, SOFT_CLOSED, month, months, next_to_close
from app.ledger.period_models import PeriodBalance, PeriodEvent, PeriodSnapshot
from app.ledger.snapshots import flaws, snapshot_text, standing
from app.ledger.trial_balance import TrialLine, total, trial_balance

ZONES = ["Asia/Yangon", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York", "Asia/Phnom_Penh"]
MICROSECOND = timedelta(microseconds=1)
SHOP, ANOTHER = uuid4(), uuid4()


@pytest.fixture
def people(session: Session) -> list[UUID]:
    users = [User(email=f"{name}@books.example", password="!", active=True, fs_uniquifier=name) for name in "ab"]
    session.add_all(users)
    session.commit()
    return [user.id for user in users]


@pytest.fixture
def books(session: Session, people: list[UUID]) -> Session:
    session.add(PeriodEvent(kind="time_zone", time_zone="Asia/Phnom_Penh"))
    session.commit()
    return session


def at(day: str, zone: str = "Asia/Phnom_Penh") -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def book(session: Session, moment: datetime, *lines: Line, is_adjustment: bool = False) -> None:
    key = f"test:{uuid4()}"
    post_journal(session, JournalEntry(key, "test", moment, lines, is_adjustment=is_adjustment))


def paid_in(session: Session, moment: datetime, cents: int = 500) -> None:
    book(session, moment, debit(usd_account("1010"), cents), credit(usd_account("3000"), cents))


def close(session: Session, period: str, who: UUID, *kinds: str) -> None:
    for kind in kinds or ("soft_closed", "closed"):
        session.add(PeriodEvent(kind=kind, period=period, actor_id=who))
        session.flush()


def reopen(session: Session, period: str, people: list[UUID]) -> None:
    one, two = people
    session.add(PeriodEvent(kind="reopened", period=period, actor_id=one, second_actor_id=two, reason="Booked twice."))
    session.flush()


def line(session: Session, period: str, number: str, asset: str = "USD") -> TrialLine:
    (found,) = (one for one in trial_balance(session, period) if (one.number, one.asset) == (number, asset))
    return found


def amounts(one: TrialLine) -> tuple[int, int, int, int]:
    return one.opening, one.debits, one.credits, one.closing


def test_a_closed_month_keeps_what_every_account_began_with_moved_and_ended_with(
    books: Session, people: list[UUID]
) -> None:
    paid_in(books, at("2026-08-15"), 900)
    paid_in(books, at("2026-09-02"), 500)
    book(books, at("2026-09-03"), debit(usd_account("3000"), 100), credit(usd_account("1010"), 100))
    close(books, "2026-09", people[0])
    assert amounts(line(books, "2026-09", "1010")) == (900, 500, 100, 1300)
    assert amounts(line(books, "2026-09", "3000")) == (-900, 100, 500, -1300)
    kept = books.scalars(select(PeriodSnapshot)).one()
    assert (kept.period, kept.version, kept.line_count, kept.through) == ("2026-09", 1, 2, at("2026-10-01"))
    assert hashlib.sha256(snapshot_text(books, kept).encode()).digest() == kept.hash
    assert snapshot_text(books, kept).splitlines()[0] == "trial balance|2026-09|1|2026-09-30T17:00:00Z"
    assert "1010|USD||900|500|100|1300" in snapshot_text(books, kept).splitlines()


def test_the_month_after_begins_with_it_and_adds_what_was_booked_since(books: Session, people: list[UUID]) -> None:
    paid_in(books, at("2026-09-02"), 500)
    close(books, "2026-09", people[0])
    paid_in(books, at("2026-10-05"), 70)
    paid_in(books, at("2026-11-01"), 3)
    assert amounts(line(books, "2026-10", "1010")) == (500, 70, 0, 570)
    assert amounts(line(books, "2026-11", "1010")) == (570, 3, 0, 573)
    assert amounts(line(books, "2026-09", "1010")) == (0, 500, 0, 500)
    assert trial_balance(books, "2026-08") == []


def test_a_trial_balance_reads_no_posting_of_months_that_are_kept(books: Session, people: list[UUID]) -> None:
    """It stays as quick as in the first year. The snapshot is believed: what it says is what is shown."""
    paid_in(books, at("2026-09-02"), 500)
    close(books, "2026-09", people[0])
    paid_in(books, at("2026-10-05"), 70)
    books.execute(text("ALTER TABLE postings DISABLE TRIGGER USER"))
    books.execute(
        text(
            "UPDATE postings SET amount = amount * 7 FROM journals AS j WHERE j.id = journal_id AND j.period = '2026-09'"
        )
    )
    assert amounts(line(books, "2026-10", "1010")) == (500, 70, 0, 570)
    assert [(one.what, one.detail) for one in flaws(books)] == [("lines", "1010 USD 3000"), ("lines", "3000 USD -3000")]


def test_what_comes_late_is_in_the_month_after_and_in_no_kept_one(books: Session, people: list[UUID]) -> None:
    paid_in(books, at("2026-09-02"), 500)
    close(books, "2026-09", people[0])
    paid_in(books, at("2026-09-20"), 40)
    assert amounts(line(books, "2026-09", "1010")) == (0, 500, 0, 500)
    assert amounts(line(books, "2026-10", "1010")) == (500, 40, 0, 540)
    assert month(books, "2026-09").late_count == 1
    assert not list(flaws(books))


def test_opened_and_closed_again_it_has_a_second_version_and_the_first_stays(
    books: Session, people: list[UUID]
) -> None:
    for day in ("2026-09-02", "2026-10-02"):
        paid_in(books, at(day), 500)
    close(books, "2026-09", people[0])
    close(books, "2026-10", people[0])
    first = {one.period: one.hash for one in standing(books)}
    reopen(books, "2026-09", people)
    assert standing(books) == []
    paid_in(books, at("2026-09-20"), 40)
    assert amounts(line(books, "2026-10", "1010")) == (540, 500, 0, 1040)
    close(books, "2026-09", people[0])
    close(books, "2026-10", people[0])
    assert [(one.period, one.version) for one in standing(books)] == [("2026-09", 2), ("2026-10", 2)]
    assert amounts(line(books, "2026-10", "1010")) == (540, 500, 0, 1040)
    assert all(one.hash != first[one.period] for one in standing(books))
    assert books.query(PeriodSnapshot).count() == 4
    assert not list(flaws(books))


def test_closed_again_unchanged_it_has_the_same_lines_and_says_its_version(books: Session, people: list[UUID]) -> None:
    paid_in(books, at("2026-09-02"))
    close(books, "2026-09", people[0])
    reopen(books, "2026-09", people)
    close(books, "2026-09", people[0])
    one, two = (
        snapshot_text(books, kept).splitlines() for kept in books.query(PeriodSnapshot).order_by(PeriodSnapshot.version)
    )
    assert one[1:] == two[1:]
    assert one[0] != two[0]


def test_months_are_closed_in_their_order_once_there_is_a_first_one(books: Session, people: list[UUID]) -> None:
    close(books, "2026-06", people[0])
    assert next_to_close(books, "closed_through") == "2026-07"
    for kind in ("soft_closed", "closed"):
        with (
            pytest.raises(DBAPIError, match=r"waits for the months before it|was not closed for entries first"),
            books.begin_nested(),
        ):
            close(books, "2026-08", people[0], kind)
    close(books, "2026-07", people[0], "soft_closed")
    close(books, "2026-08", people[0], "soft_closed")
    with pytest.raises(DBAPIError, match="waits for the months before it"), books.begin_nested():
        close(books, "2026-08", people[0], "closed")
    states = {one.period: one.state for one in months(books, "2026-06", "2026-09")}
    assert states == {"2026-06": CLOSED, "2026-07": SOFT_CLOSED, "2026-08": SOFT_CLOSED, "2026-09": OPEN}


def test_balances_that_somebody_altered_stop_the_closing(books: Session, people: list[UUID]) -> None:
    paid_in(books, at("2026-09-02"))
    close(books, "2026-09", people[0], "soft_closed")
    books.execute(text("ALTER TABLE account_balances DISABLE TRIGGER USER"))
    books.execute(text("UPDATE account_balances SET balance = balance + 1 WHERE balance > 0"))
    with pytest.raises(DBAPIError, match="does not lead to the balances: account 1010 USD by 1"), books.begin_nested():
        close(books, "2026-09", people[0], "closed")
    assert month(books, "2026-09").state == SOFT_CLOSED


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO period_snapshots SELECT uuidv7(), period, 9, id, through, at, 0, sha256('') FROM period_events",
        "UPDATE period_snapshots SET version = 2",
        "DELETE FROM period_snapshots",
        "TRUNCATE period_snapshots CASCADE",
        "INSERT INTO period_balances SELECT snapshot_id, account_id, 0, 0, 0, 0 FROM period_balances",
        "UPDATE period_balances SET opening = 0, closing = debits - credits",
        "DELETE FROM period_balances",
        "TRUNCATE period_balances",
    ],
)
def test_nobody_writes_a_snapshot_by_hand(books: Session, people: list[UUID], statement: str) -> None:
    paid_in(books, at("2026-09-02"))
    close(books, "2026-09", people[0])
    with pytest.raises(DBAPIError, match=r"by hand is refused|append-only"), books.begin_nested():
        books.execute(text(statement))


def test_a_snapshot_that_was_tampered_with_says_so(books: Session, people: list[UUID]) -> None:
    paid_in(books, at("2026-09-02"))
    close(books, "2026-09", people[0])
    assert not list(flaws(books, "2026-09"))
    books.execute(text("ALTER TABLE period_balances DISABLE TRIGGER USER"))
    books.execute(text("UPDATE period_balances SET opening = opening + 1, closing = closing + 1 WHERE closing > 0"))
    assert {one.what for one in flaws(books, "2026-09")} == {"hash", "lines"}
    assert {one.what for one in flaws(books)} == {"hash", "lines", "balances"}


def test_a_month_is_not_closed_in_a_look_that_misses_what_was_just_booked(cloned_database: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(cloned_database, isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        user = User(email="a@books.example", password="!", fs_uniquifier="a")
        session.add(user)
        session.flush()
        close(session, "2026-09", user.id, "soft_closed")
        with pytest.raises(DBAPIError, match="READ COMMITTED"):
            close(session, "2026-09", user.id, "closed")
    engine.dispose()


@pytest.mark.parametrize("zone", ZONES)
def test_months_are_cut_to_the_microsecond_by_the_clocks_of_the_books(
    session: Session, people: list[UUID], zone: str
) -> None:
    """Half and quarter hours, and months that begin and end by different hours."""
    session.add(PeriodEvent(kind="time_zone", time_zone=zone))
    session.flush()
    firsts = [datetime(2025 + n // 12, n % 12 + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC) for n in range(22)]
    for number, first in enumerate(firsts, 1):
        paid_in(session, first - MICROSECOND, 1_000)
        paid_in(session, first, number)
    found = months(session, "2025-01", "2026-09")
    assert [one.starts_at for one in found] == firsts[:21]
    assert [one.ends_at for one in found] == firsts[1:]
    for number, one in enumerate(found, 1):
        moved = number + 1_000
        assert line(session, one.period, "1010").debits == moved
        close(session, one.period, people[0])
        assert line(session, one.period, "1010").debits == moved
        assert amounts(line(session, one.period, "1010"))[3] == sum(range(number + 1)) + 1_000 * (number + 1)
    assert not list(flaws(session))


def test_clocks_that_change_within_a_month_move_its_ends_apart(session: Session) -> None:
    def hours(zone: str, period: str) -> float:
        session.add(PeriodEvent(kind="time_zone", time_zone=zone))
        session.flush()
        (one,) = months(session, period, period)
        return (one.ends_at - one.starts_at) / timedelta(hours=1)

    assert hours("Australia/Lord_Howe", "2026-10") == 31 * 24 - 0.5
    assert hours("Australia/Lord_Howe", "2026-04") == 30 * 24 + 0.5
    assert hours("America/New_York", "2025-11") == 30 * 24 + 1
    assert hours("America/New_York", "2025-03") == 31 * 24 - 1
    assert hours("Asia/Kathmandu", "2026-10") == hours("Asia/Yangon", "2026-10") == 31 * 24


def test_a_month_is_written_as_people_write_it_and_has_begun(books: Session) -> None:
    for period in ("2026-13", "2026-1", "26-01", "2999-01", "x", "2026-01-01", "9999-12", "２０２６-01", "2026-00"):
        with pytest.raises(NoSuchMonth):
            month(books, period)
    now = datetime.now(ZoneInfo("Asia/Phnom_Penh"))
    assert month(books, f"{now:%Y-%m}").state == RUNNING


def test_random_books_closed_opened_and_closed_again_are_what_their_postings_say(
    books: Session, people: list[UUID]
) -> None:
    """Against a trial balance added up in Python from every posting."""
    dice = random.Random(42)
    accounts = [
        usd_account("1010"), usd_account("3000"), usd_account("4100"), usd_account("5100"),
        token_account("2300"), token_account("4100"), token_account("3900"),
    ]  # fmt: skip
    is_closed = 0
    periods = [f"2026-{number:02d}" for number in range(1, 11)]
    for _ in range(120):
        asset = dice.choice(["USD", "CTM"])
        one, two = dice.sample([account for account in accounts if account.asset == asset], 2)
        units, moment = dice.randrange(1, 10**30), at("2026-01-01") + timedelta(seconds=dice.randrange(300 * 86_400))
        book(books, moment, debit(one, units), credit(two, units))
        if dice.random() < 0.15 and is_closed < len(periods):
            close(books, periods[is_closed], people[0])
            is_closed += 1
        elif dice.random() < 0.03 and is_closed:
            is_closed = dice.randrange(is_closed)
            reopen(books, periods[is_closed], people)
    assert is_closed
    for period in periods:
        assert {(one.number, one.asset): amounts(one) for one in trial_balance(books, period)} == added_up(
            books, period
        )
        for asset in ("USD", "CTM"):
            sums = total(trial_balance(books, period), asset)
            assert sums[0] == sums[1]
            assert sums[2] == sums[3]
            assert sums[4] == sums[5]
    assert not list(flaws(books))


def added_up(session: Session, period: str) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    rows = session.execute(
        text("SELECT a.number, a.asset, p.amount, j.period FROM postings AS p JOIN journals AS j ON j.id = p.journal_id"
             " JOIN ledger_accounts AS a ON a.id = p.account_id WHERE j.period <= :period"), {"period": period}
    )  # fmt: skip
    for row in rows:
        place = 0 if row.period < period else 1 if row.amount > 0 else 2
        found[row.number, row.asset][place] += abs(int(row.amount)) if place else int(row.amount)
    every = {key: (o, d, c, o + d - c) for key, (o, d, c) in found.items()}
    return {key: each for key, each in every.items() if any(each)}


def test_parts_of_an_account_are_kept_one_by_one_and_empty_ones_are_left_out(
    books: Session, people: list[UUID]
) -> None:
    book(books, at("2026-08-02"), debit(usd_account("1300", SHOP), 5), credit(usd_account("3000"), 5))
    book(books, at("2026-08-03"), debit(usd_account("3000"), 5), credit(usd_account("1300", SHOP), 5))
    book(books, at("2026-09-02"), debit(usd_account("1300", ANOTHER), 7), credit(usd_account("3000"), 7))
    close(books, "2026-09", people[0])
    assert books.query(PeriodBalance).count() == 2
    assert line(books, "2026-09", "1300").owner_count == 1
