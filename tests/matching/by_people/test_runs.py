"""When items are matched, who is told of what stays open, and two who do the same at once."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.bookkeeping.actions.book_capital import book_capital
from app.bookkeeping.actions.take_back import take_back
from app.cli.books_commands import books as books_command
from app.closing.queries import results
from app.config.current import settings
from app.console.causes import causes_in_tables
from app.console.rules import AlarmKind
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.matching import jobs
from app.matching.actions.write_note import assign, write_note
from app.matching.errors import EvidenceTooLarge, NothingToWrite, UnknownAssignee
from app.matching.models import MatchNote
from app.matching.rules import LARGEST_EVIDENCE, Kind
from app.onramp.actions.ingest_balance import ingest_payouts
from app.onramp.stripe_values import PayoutRow
from tests.banking.files import ABA, entry
from tests.closing.kept_books import Books
from tests.matching.resolving import agree, balance, do, exceptions, id_of, match, proposal, propose, say


def unexplained(books: Books, reference: str = "NEW") -> str:
    """A line of the bank in the month that is over."""
    say(books, entry("1.00", day=f"{books.moment(books.last):%Y-%m-%d}", reference=reference))
    return reference.lower()


def test_a_statement_that_is_taken_in_is_matched_at_once(books: Books) -> None:
    sokha = books.front.member(books.accountant)
    page = sokha.look("/books/bank")
    sent = (BytesIO(ABA.encode()), "november.csv")
    sokha.send(page, "/books/bank", format="aba", account="000 123 456", currency="USD", file=sent)
    books.front.work()
    assert exceptions()["po1"] == "MISSING_LEDGER"


def test_the_jobs_write_nothing_twice(books: Books) -> None:
    unexplained(books)
    with reading() as session:
        before = session.scalar(text("SELECT count(*) FROM match_outcomes"))
    jobs.match()
    jobs.match_all()
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM match_outcomes")) == before


def test_what_was_committed_late_is_not_overlooked(books: Books) -> None:
    """An entry whose transaction began before a run and ended after it."""
    booked, looked = Barrier(2), Barrier(2)

    def book_slowly() -> None:
        with transaction() as session:
            book_capital(session, books.operator, cents=300, reference="SLOW", at=books.moment(books.last))
            booked.wait()
            looked.wait()

    thread = Thread(target=book_slowly)
    thread.start()
    booked.wait()
    match()
    looked.wait()
    thread.join()
    assert "slow" not in exceptions("waiting")
    match()
    assert exceptions("waiting")["slow"] == "BANK_MISSING"


def test_a_restored_database_is_matched_whole(books: Books) -> None:
    """Transactions are counted anew in it: the watermark is in a future that does not come."""
    match()
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO match_runs (began_at, is_whole, xid, seen_until)"
                " VALUES (now() + interval '1 s', false, 9000000000000000000, now())"
            )
        )
    match()
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM match_runs WHERE is_whole")) == 2


def test_two_who_agree_at_once_book_once(books: Books) -> None:
    bank, reference = balance("1010"), unexplained(books)
    asked = propose(books.accountant, reference, Kind.BOOK)
    ready, refused = Barrier(2), []

    def press() -> None:
        ready.wait()
        try:
            agree(books.operator, asked)
        except DomainError as refusal:
            refused.append(refusal.code)

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["proposal-decided"]
    assert (balance("1010"), proposal(asked).state) == (bank + 100, "agreed")


def test_what_nobody_resolves_in_three_days_raises_an_alarm(books: Books) -> None:
    unexplained(books)

    def told(at: datetime) -> object:
        with reading() as session:
            return causes_in_tables(session, settings(), at)[AlarmKind.EXCEPTIONS_OVERDUE]

    now = datetime.now(UTC)
    assert told(now + timedelta(days=2)) is None
    assert told(now + timedelta(days=4)) == {"count": 1, "days": 3}
    sokha = books.front.member(books.accountant)
    do("UPDATE match_exceptions SET opened_at = opened_at - interval '4 days'")
    assert "overdue" in sokha.look("/books/exceptions")


def test_a_month_with_an_open_exception_is_not_in_order(books: Books) -> None:
    reference = unexplained(books)

    def gate(period: str) -> int:
        with reading() as session:
            return next(one.count for one in results(session, books.month(period)) if one.gate.key == "exceptions")

    assert (gate(books.last), gate(books.before)) == (1, 0)
    agree(books.operator, propose(books.accountant, reference, Kind.BOOK))
    assert gate(books.last) == 0


def test_the_terminal_lists_what_is_open(books: Books) -> None:
    done = CliRunner().invoke(books_command, ["match", "--whole"])
    assert (done.exit_code, done.output.split(", ")[-1]) == (0, "0 open\n")
    unexplained(books)
    told = CliRunner().invoke(books_command, ["match"])
    assert told.exit_code == 1
    assert "MISSING_LEDGER" in told.output
    assert "1.00 USD" in told.output


def test_notes_say_something_and_files_are_not_too_large(books: Books) -> None:
    exception_id, token = id_of(unexplained(books)), uuid4()

    def write(words: str, file: tuple[str, bytes] | None) -> None:
        in_transaction(
            lambda session: write_note(session, books.accountant, exception_id, form_token=token, text=words, file=file)
        )

    with pytest.raises(NothingToWrite):
        write(" ", None)
    with pytest.raises(EvidenceTooLarge):
        write("", ("large.pdf", bytes(LARGEST_EVIDENCE + 1)))
    write("Asked.", None)
    write("Asked.", None)
    with pytest.raises(UnknownAssignee):
        in_transaction(
            lambda session: assign(
                session, books.accountant, exception_id, form_token=uuid4(), to=books.auditor.user_id
            )
        )
    with reading() as session:
        assert session.query(MatchNote).count() == 1


def test_a_line_is_matched_when_its_payout_is_told_after_it(books: Books) -> None:
    """By the trace, which Stripe tells once a payout has arrived; nobody touches the line again."""
    at = books.moment(books.last)
    say(books, entry("50.00", day=f"{at:%Y-%m-%d}", reference="TRACE-9", words="STRIPE"))
    assert exceptions()["trace9"] == "MISSING_LEDGER"
    trace = {"trace_id": {"status": "supported", "value": "trace9"}}
    with transaction() as session:
        ingest_payouts(session, [PayoutRow("po_late", 5_000, "USD", "paid", True, at, at, trace)])
    match()
    assert "trace9" not in exceptions()
    assert not {"polate", "po_late"} & {name for name in exceptions() if exceptions()[name] != "MISSING_STRIPE"}
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM match_runs WHERE is_whole")) == 1


def test_an_entry_that_is_taken_back_opens_what_it_had_matched(books: Books) -> None:
    at = books.moment(books.last)
    with transaction() as session:
        journal_id = book_capital(session, books.operator, cents=100, reference="NEW", at=at)
    assert unexplained(books) not in exceptions()
    with transaction() as session:
        take_back(session, books.operator, journal_id, reason="Typed wrong.")
    match()
    assert exceptions()["new"] == "MISSING_LEDGER"
