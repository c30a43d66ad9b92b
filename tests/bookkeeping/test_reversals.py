"""A journal that turned out wrong is turned back by two people, and by nobody alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.audit.models import AuditEntry
from app.bookkeeping.actions.ask_reversal import ask_reversal
from app.bookkeeping.actions.book_capital import book_capital
from app.bookkeeping.actions.decide_reversal import agree_to_reversal, refuse_reversal, withdraw_reversal
from app.bookkeeping.errors import (
    AnotherBookkeeperNeeded,
    BookkeeperNeeded,
    JournalBookedByHand,
    JournalIsReversal,
    JournalNotFound,
    JournalTurnedBack,
    NotYourRequest,
    RequesterHasLeft,
    ReversalAsked,
    ReversalDecided,
    ReversalReasonNeeded,
    WouldBeBelowZero,
)
from app.bookkeeping.models import Reversal
from app.db.session import in_transaction, reading, transaction
from app.identity.actor import Actor
from app.ledger import recipes
from app.ledger.actions.post_journal import post_journal
from app.ledger.models import Journal
from app.notify.models import OutgoingMail
from app.reconciliation.outside import check_now
from tests.closing.kept_books import Books, books  # noqa: F401 - a fixture

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WHY = "The bank line was read twice."


def wrong(cents: int = 1_000, *, at: datetime = NOW) -> UUID:
    """A receipt that no paper of ours stands behind, as only a mistake of the program could book it."""
    entry = recipes.bank_receipt_recorded(reference=f"TWICE {uuid4()}", cents=cents, at=at)
    return in_transaction(lambda session: post_journal(session, entry))


def ask(who: Actor, journal_id: UUID, *, reason: str = WHY, token: UUID | None = None) -> UUID:
    form = token or uuid4()
    return in_transaction(lambda s: ask_reversal(s, who, journal_id, reason=reason, form_token=form).id)


def agree(who: Actor, asked: UUID) -> None:
    in_transaction(lambda s: agree_to_reversal(s, who, asked, now=NOW).id)


def refuse(who: Actor, asked: UUID) -> None:
    in_transaction(lambda s: refuse_reversal(s, who, asked, answer="It is right.", now=NOW).id)


def withdraw(who: Actor, asked: UUID) -> None:
    in_transaction(lambda s: withdraw_reversal(s, who, asked, answer="", now=NOW).id)


def state_of(asked: UUID) -> str:
    with reading() as session:
        return session.get_one(Reversal, asked).state


def journal(journal_id: UUID) -> Journal:
    with reading() as session:
        return session.get_one(Journal, journal_id)


def test_two_people_turn_a_journal_back_and_the_books_tie_out_again(books: Books) -> None:  # noqa: F811
    before = books.trade.books("1010", "USD")
    journal_id = wrong()
    books.trade.settle()
    assert any(one.row == "bank" for one in check_now().findings)
    asked = ask(books.accountant, journal_id)
    assert books.trade.books("1010", "USD") == before + 1_000
    agree(books.operator, asked)
    assert books.trade.books("1010", "USD") == before
    assert not any(one.row == "bank" for one in check_now().findings)
    with reading() as session:
        opposite = session.query(Journal).filter_by(reverses_id=journal_id).one()
        asked_row = session.get_one(Reversal, asked)
        acts = [entry.action for entry in session.query(AuditEntry).filter_by(subject_id=asked)]
    assert (opposite.event, opposite.details["reason"]) == ("bank_receipt_recorded_taken_back", WHY)
    assert opposite.effective_at == NOW
    assert asked_row.reversal_id == opposite.id
    assert sorted(acts) == ["reversal.agree", "reversal.ask"]


def test_who_asked_cannot_agree_and_nobody_else_can_withdraw(books: Books) -> None:  # noqa: F811
    asked = ask(books.accountant, wrong())
    for act in (agree, refuse):
        with pytest.raises(AnotherBookkeeperNeeded):
            act(books.accountant, asked)
    with pytest.raises(NotYourRequest):
        withdraw(books.operator, asked)
    withdraw(books.accountant, asked)
    with pytest.raises(ReversalDecided):
        agree(books.operator, asked)
    assert state_of(asked) == "withdrawn"


def test_a_refused_one_can_be_asked_for_anew_and_one_that_waits_cannot(books: Books) -> None:  # noqa: F811
    journal_id = wrong()
    first = ask(books.accountant, journal_id)
    with pytest.raises(ReversalAsked):
        ask(books.operator, journal_id)
    refuse(books.operator, first)
    agree(books.accountant, ask(books.operator, journal_id))
    with pytest.raises(JournalTurnedBack):
        ask(books.operator, journal_id)


def test_the_same_form_is_one_request(books: Books) -> None:  # noqa: F811
    journal_id, token = wrong(), uuid4()
    assert ask(books.accountant, journal_id, token=token) == ask(books.accountant, journal_id, token=token)


def test_what_is_booked_by_hand_what_turns_back_and_what_is_not_there_is_refused(books: Books) -> None:  # noqa: F811
    with transaction() as session:
        by_hand = book_capital(session, books.operator, cents=100, reference="ABA 77", at=NOW)
    journal_id = wrong()
    agree(books.operator, ask(books.accountant, journal_id))
    with reading() as session:
        opposite = session.query(Journal.id).filter_by(reverses_id=journal_id).scalar()
    for one, refused in (
        (by_hand, JournalBookedByHand),
        (opposite, JournalIsReversal),
        (uuid4(), JournalNotFound),
    ):
        with pytest.raises(refused):
            ask(books.accountant, one)
    with pytest.raises(ReversalReasonNeeded):
        ask(books.accountant, wrong(), reason="  ")


def test_others_neither_ask_nor_agree(books: Books) -> None:  # noqa: F811
    journal_id = wrong()
    asked = ask(books.accountant, journal_id)
    for person in (books.auditor, books.trade.shop_of().owner, books.trade.person()):
        with pytest.raises(BookkeeperNeeded):
            ask(person, journal_id)
        for act in (agree, refuse, withdraw):
            with pytest.raises(BookkeeperNeeded):
                act(person, asked)


def test_nothing_is_turned_back_for_somebody_who_left(books: Books) -> None:  # noqa: F811
    asked = ask(books.accountant, wrong())
    with transaction() as session:
        session.execute(text("DELETE FROM members WHERE user_id = :who"), {"who": books.accountant.user_id})
    with pytest.raises(RequesterHasLeft):
        agree(books.operator, asked)


def test_an_account_that_must_never_be_below_zero_is_not_brought_there(books: Books) -> None:  # noqa: F811
    """The treasury's tokens were put into escrow since."""
    books.trade.paid_group({books.trade.goods(books.trade.shop_of()): 1})
    books.trade.settle()
    with reading() as session:
        minted = session.query(Journal.id).filter_by(event="tokens_minted").limit(1).scalar()
    asked = ask(books.accountant, minted)
    with pytest.raises(WouldBeBelowZero):
        agree(books.operator, asked)
    assert state_of(asked) == "asked"


def test_of_a_closed_month_it_is_booked_late_and_says_so(books: Books) -> None:  # noqa: F811
    journal_id = wrong(at=books.moment(books.last))
    books.soft_close(books.last, reason="-")
    agree(books.operator, ask(books.accountant, journal_id))
    with reading() as session:
        opposite = session.query(Journal).filter_by(reverses_id=journal_id).one()
    assert (opposite.period, opposite.late_for) == (books.running, books.last)


def test_two_who_agree_at_once_post_one_opposite(books: Books) -> None:  # noqa: F811
    asked, start = ask(books.accountant, wrong()), Barrier(2)

    def press(_number: int) -> bool:
        start.wait()
        try:
            agree(books.operator, asked)
        except ReversalDecided:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [False, True]


def test_the_database_turns_nothing_back_that_nobody_agreed_to(books: Books) -> None:  # noqa: F811
    journal_id = wrong()
    entry = recipes.bank_receipt_recorded(reference="x", cents=1_000, at=NOW)
    with pytest.raises(DBAPIError, match="nobody agreed"), transaction() as session:
        post_journal(session, recipes.turned_back(entry, journal_id=journal_id, reason="alone"))
    asked = ask(books.accountant, journal_id)
    with pytest.raises(IntegrityError, match="another_one_answers"), transaction() as session:
        row = session.get_one(Reversal, asked)
        row.state, row.decided_at, row.decided_by = "refused", NOW, row.asked_by


def test_the_opposite_is_shown_before_it_is_posted_and_both_people_use_pages_alone(books: Books) -> None:  # noqa: F811
    journal_id = wrong(123_456)
    path = f"/books/reversals/{journal_id}"
    sokha, boss, vanna = (books.front.member(who) for who in (books.accountant, books.operator, books.auditor))
    assert path in sokha.look(f"/books/journals/{journal_id}")
    page = sokha.look(path)
    assert "What would be posted" in page
    assert "1234.56 USD" in page
    assert sokha.send(page, path, reason="").status_code == 422
    for _ in range(2):
        assert sokha.send(page, path, reason=WHY).status_code == 303
    assert "Agree, and post it" not in sokha.look(path)
    assert "Agree, and post it" not in vanna.look(path)
    with reading() as session:
        (asked,) = session.query(Reversal.id).one()
        mails = session.query(OutgoingMail).filter(OutgoingMail.key.startswith("reversal:asked:")).all()
    assert books.operator.user_id is not None
    assert all(WHY in mail.body for mail in mails)
    assert any("vanna@books.example" in mail.recipient for mail in mails)
    page = boss.look(path)
    assert WHY in page
    assert boss.send(page, f"/books/reversal-requests/{asked}/agree").status_code == 303
    assert "Turned back." in boss.look(path)
    assert WHY in vanna.look("/books/reversals")
    assert state_of(asked) == "agreed"
    assert journal(journal_id).event == "bank_receipt_recorded"


def test_it_is_refused_on_the_page_with_words(books: Books) -> None:  # noqa: F811
    journal_id = wrong()
    asked = ask(books.accountant, journal_id)
    boss, path = books.front.member(books.operator), f"/books/reversals/{journal_id}"
    page = boss.look(path)
    refused = boss.send(page, f"/books/reversal-requests/{asked}/refuse", answer="It is right.")
    assert refused.status_code == 303
    assert "It is right." in boss.look(path)
    assert state_of(asked) == "refused"
