"""Months are closed by who may, once, in order; opened again by two; and nobody who reads the books misses it."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.bookkeeping.actions.book_capital import book_capital
from app.closing.actions.ask_reopening import ask_reopening
from app.closing.actions.decide_reopening import agree_to_reopening, refuse_reopening, withdraw_reopening
from app.closing.errors import (
    AskerHasLeft,
    CloserNeeded,
    MonthClosedAlready,
    MonthIsOpen,
    MonthNotOver,
    MonthsBeforeOpen,
    MonthStillOpen,
    NotTheAsker,
    ReopeningAsked,
    ReopeningDecided,
    ReopeningNotFound,
    ReopeningReasonNeeded,
    SecondPersonNeeded,
)
from app.closing.models import Reopening
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actions.grant_role import grant_role
from app.identity.actor import ANONYMOUS, Actor
from app.identity.queries import market_organization
from app.ledger.errors import NoSuchMonth
from app.ledger.models import Journal
from app.ledger.months import CLOSED, OPEN, SOFT_CLOSED
from app.ledger.period_models import PeriodEvent
from app.ledger.snapshots import flaws, snapshot_text
from app.ledger.trial_balance import trial_balance
from app.notify.models import OutgoingMail
from tests.closing.kept_books import Books

WHY = "A payout was booked twice."


def ask(books: Books, period: str, who: Actor | None = None, reason: str = WHY, token: UUID | None = None) -> UUID:
    return in_transaction(
        lambda session: (
            ask_reopening(session, who or books.accountant, period, reason=reason, form_token=token or uuid4()).id
        )
    )


def agree(books: Books, asked: UUID, who: Actor | None = None) -> None:
    in_transaction(lambda session: agree_to_reopening(session, who or books.operator, asked, now=datetime.now(UTC)).id)


def withdraw(books: Books, asked: UUID, who: Actor | None = None) -> str:
    return in_transaction(
        lambda session: (
            withdraw_reopening(session, who or books.accountant, asked, answer="", now=datetime.now(UTC)).state
        )
    )


def refuse(books: Books, asked: UUID, who: Actor | None = None, answer: str = "") -> str:
    return in_transaction(
        lambda session: (
            refuse_reopening(session, who or books.operator, asked, answer=answer, now=datetime.now(UTC)).state
        )
    )


def closed(books: Books, *periods: str) -> None:
    books.compare()
    for period in periods:
        books.soft_close(period)
        books.close(period)


def mails(about: str) -> set[str]:
    """Who got one whose subject says this."""
    with reading() as session:
        found = select(OutgoingMail.recipient).where(OutgoingMail.subject.contains(about))
        return set(session.scalars(found))


def acts(action: str) -> int:
    with reading() as session:
        return session.query(AuditEntry).filter_by(action=action).count()


def test_a_month_goes_from_open_to_closed_for_good_and_keeps_its_trial_balance(books: Books) -> None:
    books.compare()
    books.soft_close(books.before, books.operator)
    assert books.state(books.before) == SOFT_CLOSED
    kept = books.close(books.before)
    found = books.month(books.before)
    assert (found.state, found.version, found.hash) == (CLOSED, 1, kept.hash)
    assert found.closed_by == books.accountant.user_id
    with reading() as session:
        assert {one.number: one.closing for one in trial_balance(session, books.before)} == {
            "1010": 5_000,
            "3000": -5_000,
        }
        assert hashlib.sha256(snapshot_text(session, kept).encode()).digest() == kept.hash
        act = session.query(AuditEntry).filter_by(action="month.close").one()
        assert not list(flaws(session))
    assert (act.details["hash"], act.details["version"]) == (kept.hash.hex(), 1)


def test_who_reads_the_books_is_told_except_who_did_it(books: Books) -> None:
    closed(books, books.before)
    everybody = {"operator@phsar.example", "sokha@books.example", "vanna@books.example"}
    assert mails(f"{books.before} is closed for entries") == everybody - {"sokha@books.example"}
    assert mails(f"{books.before} is closed for good") == everybody - {"sokha@books.example"}
    asked = ask(books, books.before)
    assert mails(f"asks to open {books.before} again") == everybody - {"sokha@books.example"}
    agree(books, asked)
    assert mails(f"{books.before} is open again") == everybody - {"operator@phsar.example"}


@pytest.mark.parametrize("who", ["auditor", "seller", "accountant of a shop", "nobody"])
def test_nobody_else_closes_asks_or_agrees(books: Books, who: str) -> None:
    shop = books.trade.shop_of()
    clerk = books.trade.person()
    with transaction() as session:
        grant_role(session, granted_by=None, organization_id=shop.id, user_id=clerk.user_id, role="accountant")
    from app.identity.queries import actor_of

    with reading() as session:
        actor = {
            "auditor": books.auditor,
            "seller": shop.owner,
            "accountant of a shop": actor_of(session, clerk.user_id),
            "nobody": ANONYMOUS,
        }[who]
    with pytest.raises(CloserNeeded):
        books.soft_close(books.before, actor, reason="Because.")
    closed(books, books.before)
    asked = ask(books, books.before)
    for attempt in (
        lambda: books.close(books.before, actor),
        lambda: ask(books, books.before, actor),
        lambda: agree(books, asked, actor),
        lambda: refuse(books, asked, actor),
    ):
        with pytest.raises(CloserNeeded):
            attempt()
    assert books.state(books.before) == CLOSED


def test_a_month_is_closed_when_it_is_over_in_order_and_once(books: Books) -> None:
    books.compare()
    with pytest.raises(MonthNotOver):
        books.soft_close(books.running)
    with pytest.raises(NoSuchMonth):
        books.soft_close("2999-01")
    with pytest.raises(MonthStillOpen):
        books.close(books.before)
    books.soft_close(books.before)
    with pytest.raises(MonthClosedAlready):
        books.soft_close(books.before)
    books.soft_close(books.last)
    books.close(books.before)
    with pytest.raises(MonthClosedAlready):
        books.close(books.before)
    books.close(books.last)
    with pytest.raises(MonthNotOver):
        books.close(books.running)
    assert acts("month.close") == 2


def test_a_month_waits_for_the_one_before_it(books: Books) -> None:
    books.compare()
    books.soft_close(books.before)
    books.close(books.before)
    asked = ask(books, books.before)
    books.soft_close(books.last)
    agree(books, asked)
    with pytest.raises(MonthsBeforeOpen, match=books.before):
        books.soft_close(books.last)
    books.soft_close(books.before)
    books.soft_close(books.last)
    with pytest.raises(MonthsBeforeOpen, match=books.before):
        books.close(books.last)


def test_two_who_close_at_once_close_it_once(books: Books) -> None:
    books.compare()
    books.soft_close(books.before)

    def attempt(who: Actor) -> str:
        try:
            books.close(books.before, who)
        except DomainError as refusal:
            return refusal.code
        return "closed"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(attempt, (books.operator, books.accountant))) == ["closed", "month-closed-already"]
    assert books.month(books.before).version == 1
    assert acts("month.close") == 1


def test_one_asks_another_agrees_and_only_then_it_is_open(books: Books) -> None:
    closed(books, books.before)
    asked = ask(books, books.before)
    assert books.state(books.before) == CLOSED
    with pytest.raises(SecondPersonNeeded):
        agree(books, asked, books.accountant)
    assert books.state(books.before) == CLOSED
    agree(books, asked)
    assert books.state(books.before) == OPEN
    with reading() as session:
        event = session.query(PeriodEvent).filter_by(kind="reopened").one()
        kept = session.get_one(Reopening, asked)
    assert (event.actor_id, event.second_actor_id) == (books.accountant.user_id, books.operator.user_id)
    assert (event.reason, kept.state, kept.event_id) == (WHY, "agreed", event.id)
    books.compare()
    books.soft_close(books.before)
    books.close(books.before)
    assert books.month(books.before).version == 2


def test_a_refusal_leaves_it_closed_and_says_so_once(books: Books) -> None:
    closed(books, books.before)
    asked = ask(books, books.before)
    assert refuse(books, asked, answer="It was booked once.") == "refused"
    assert books.state(books.before) == CLOSED
    for attempt in (lambda: refuse(books, asked), lambda: agree(books, asked)):
        with pytest.raises(ReopeningDecided):
            attempt()
    assert mails(f"{books.before} stays closed") == {"sokha@books.example", "vanna@books.example"}


def test_who_asked_withdraws_and_can_ask_anew(books: Books) -> None:
    closed(books, books.before)
    asked = ask(books, books.before)
    with pytest.raises(ReopeningAsked):
        ask(books, books.before, books.operator)
    with pytest.raises(SecondPersonNeeded):
        refuse(books, asked, books.accountant)
    with pytest.raises(NotTheAsker):
        withdraw(books, asked, books.operator)
    assert withdraw(books, asked) == "withdrawn"
    assert ask(books, books.before) != asked


def test_the_same_form_again_is_the_same_request(books: Books) -> None:
    closed(books, books.before)
    token = uuid4()
    assert ask(books, books.before, token=token) == ask(books, books.before, token=token)
    assert acts("reopening.ask") == 1


def test_opening_asks_for_a_reason_and_for_a_closed_month(books: Books) -> None:
    with pytest.raises(MonthIsOpen):
        ask(books, books.before)
    closed(books, books.before)
    with pytest.raises(ReopeningReasonNeeded):
        ask(books, books.before, reason="  ")
    with pytest.raises(ReopeningNotFound):
        agree(books, uuid4())


def test_opening_a_month_opens_those_after_it_and_requests_for_these_lapse(books: Books) -> None:
    closed(books, books.before, books.last)
    later, earlier = ask(books, books.last), ask(books, books.before)
    agree(books, earlier)
    assert (books.state(books.before), books.state(books.last)) == (OPEN, OPEN)
    with reading() as session:
        assert session.get_one(Reopening, later).state == "lapsed"
    with pytest.raises(ReopeningDecided):
        agree(books, later)


def test_who_has_left_opens_nothing(books: Books) -> None:
    closed(books, books.before)
    asked = ask(books, books.before)
    assert books.accountant.user_id is not None
    with transaction() as session:
        market = market_organization(session)
        grant_role(
            session, granted_by=None, organization_id=market.id, user_id=books.accountant.user_id, role="auditor"
        )
    with pytest.raises(AskerHasLeft):
        agree(books, asked)
    assert refuse(books, asked) == "refused"


def test_two_answers_at_once_are_one(books: Books) -> None:
    closed(books, books.before)
    asked = ask(books, books.before)

    def attempt(agrees: bool) -> str:
        try:
            agree(books, asked) if agrees else withdraw(books, asked)
        except DomainError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(attempt, (True, False))) == ["done", "reopening-decided"]


def test_capital_of_a_closed_month_is_booked_in_the_next_one_and_named(books: Books) -> None:
    closed(books, books.before)
    with transaction() as session:
        journal_id = book_capital(
            session, books.operator, cents=300, reference="ABA late", at=books.moment(books.before, 20)
        )
        journal = session.get_one(Journal, journal_id)
        assert (journal.period, journal.late_for) == (books.last, books.before)
    assert books.month(books.before).late_count == 1
