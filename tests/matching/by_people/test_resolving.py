"""Exceptions are resolved by two people, by journals that were shown before."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditEntry
from app.bookkeeping.actions.book_capital import book_capital
from app.config.days import market_day
from app.db.session import in_transaction, reading, transaction
from app.ledger.models import Journal
from app.matching.actions.decide_proposal import refuse_proposal, withdraw_proposal
from app.matching.actions.propose_resolution import propose_resolution
from app.matching.errors import (
    AnotherPersonNeeded,
    ChangedMeanwhile,
    ExceptionClosed,
    NoSuchCounterpart,
    NotTheProposer,
    NotTheseMeans,
    ProposalDecided,
    ProposalNoteNeeded,
    ProposalNotFound,
    ProposalWaits,
    ResolverNeeded,
)
from app.matching.rules import Kind
from app.onramp.actions.ingest_balance import ingest_balance, ingest_payouts
from app.onramp.stripe_values import BalanceRow, PayoutRow
from tests.banking.files import entry
from tests.closing.kept_books import Books
from tests.matching.resolving import agree, balance, do, exceptions, id_of, match, proposal, propose, say


@pytest.fixture
def booked(books: Books) -> Books:
    """Capital of 50 dollars, in the books under the bank's reference ABA-7."""
    with transaction() as session:
        book_capital(session, books.operator, cents=5_000, reference="ABA-7", at=books.moment(books.last))
    return books


def line(books: Books, amount: str, side: str = "CRDT", **more: str) -> str:
    return entry(amount, side, day=f"{books.moment(books.last):%Y-%m-%d}", **more)


def test_a_line_with_reference_and_amount_of_a_journal_is_matched_however_it_is_written(booked: Books) -> None:
    say(booked, line(booked, "50.00", reference="aba 7"))
    assert exceptions() == {}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([("50.01", "CRDT", {"reference": "ABA-7"})], {"aba7": "AMOUNT"}),
        ([("50.00", "DBIT", {"reference": "ABA-7"})], {"aba7": "AMOUNT"}),
        ([("50.00", "CRDT", {"reference": "ABA-7", "currency": "SGD"})], {"aba7": "CURRENCY"}),
        ([("50.00", "CRDT", {"reference": "ABA-7"})] * 2, {"aba7": "DUPLICATE"}),
        ([("50.00", "CRDT", {"reference": "ABA-8"})], {"aba8": "MISSING_LEDGER"}),
    ],
    ids=["by one cent", "wrong side", "currency", "twice", "not booked"],
)
def test_a_line_of_the_bank_that_differs_has_its_reason(
    booked: Books, lines: list[tuple[str, str, dict[str, str]]], found: Mapping[str, str]
) -> None:
    say(booked, *(line(booked, amount, side, **more) for amount, side, more in lines))
    assert exceptions() == found


def test_an_entry_is_missed_at_the_bank_only_once_a_statement_covers_its_days(booked: Books) -> None:
    match()
    assert exceptions() == {}
    assert exceptions("waiting")["aba7"] == "BANK_MISSING"
    first, last = (f"{booked.moment(booked.last, day):%Y-%m-%d}" for day in (1, 28))
    say(booked, entry("1.00", day=first, reference="A-1"), entry("2.00", day=last, reference="A-2"))
    assert exceptions()["aba7"] == "BANK_MISSING"


def test_a_line_nothing_explains_is_booked_into_suspense_once_another_person_agrees(booked: Books) -> None:
    bank = balance("1010")
    say(booked, line(booked, "12.34", "DBIT", reference="FEE-1"))
    asked = propose(booked.accountant, "fee1", Kind.BOOK)
    assert balance("1010") == bank
    assert proposal(asked).lines == [["1010", "USD", "", "-1234"], ["2900", "USD", "", "1234"]]
    agree(booked.operator, asked)
    assert (balance("1010"), balance("2900")) == (bank - 1_234, 1_234)
    assert exceptions() == {}
    match()
    match(whole=True)
    assert exceptions() == {}
    with reading() as session:
        journal = session.get_one(Journal, proposal(asked).journal_id)
        assert (journal.event, market_day(journal.effective_at).day) == ("bank_line_in_suspense", 15)
        assert session.query(AuditEntry).filter_by(action="exception.agree").one().actor_id == booked.operator.user_id


@pytest.mark.parametrize(("amount", "account", "cents"), [("50.01", "4900", 1), ("49.10", "4910", -90)])
def test_a_difference_is_rounding_up_to_a_cent_and_exchange_beyond(
    booked: Books, amount: str, account: str, cents: int
) -> None:
    say(booked, line(booked, amount, reference="ABA-7"))
    agree(booked.operator, propose(booked.accountant, "aba7", Kind.CORRECT))
    assert balance(account) == -cents
    match()
    assert exceptions() == {}


def test_two_references_that_are_one_are_put_together_and_nothing_is_booked(booked: Books) -> None:
    bank = balance("1010")
    say(booked, line(booked, "50.00", reference="ABA-8"))
    asked = propose(booked.accountant, "aba8", Kind.LINK, other="aba7")
    agree(booked.operator, asked)
    match()
    assert exceptions() == {}
    assert "aba7" not in exceptions("waiting")
    assert (balance("1010"), proposal(asked).journal_id) == (bank, None)


@pytest.mark.parametrize("words", ["STRIPE TRANSFER PO_77", "STRIPE TRANSFER"])
def test_a_payout_is_found_by_its_own_name_or_by_the_trace_that_stripe_tells(booked: Books, words: str) -> None:
    at = booked.moment(booked.last)
    trace = {"trace_id": {"status": "supported", "value": "ACH-4711 9"}}
    moved = BalanceRow("txn_po", "payout", "payout", "po_77", -900, 0, -900, "USD", at, at, {})
    with transaction() as session:
        ingest_balance(session, [moved])
        ingest_payouts(session, [PayoutRow("po_77", 900, "USD", "paid", True, at, at, trace)])
    say(booked, line(booked, "9.00", reference="ach 47119", words=words))
    assert exceptions() == {}
    assert "po77" not in exceptions("waiting")


def test_only_what_is_as_much_and_still_open_is_the_same(booked: Books) -> None:
    say(booked, line(booked, "50.01", reference="ABA-8"))
    with pytest.raises(NoSuchCounterpart):
        propose(booked.accountant, "aba8", Kind.LINK, other="aba7")


def test_who_proposes_may_not_approve_whatever_the_role(booked: Books) -> None:
    say(booked, line(booked, "1.00", reference="NEW"))
    asked = propose(booked.operator, "new", Kind.BOOK)
    with pytest.raises(AnotherPersonNeeded):
        agree(booked.operator, asked)
    with pytest.raises(AnotherPersonNeeded):
        in_transaction(
            lambda session: refuse_proposal(session, booked.operator, asked, answer="", now=datetime.now(UTC)).id
        )
    with pytest.raises(DBAPIError, match="another_one_answers"):
        do("UPDATE match_proposals SET state = 'refused', decided_by = asked_by, decided_at = now()")
    assert exceptions() == {"new": "MISSING_LEDGER"}


def test_an_auditor_and_a_stranger_resolve_nothing(booked: Books) -> None:
    say(booked, line(booked, "1.00", reference="NEW"))
    asked = propose(booked.accountant, "new", Kind.BOOK)
    for who in (booked.auditor, booked.trade.person("nobody@example.com")):
        with pytest.raises(ResolverNeeded):
            agree(who, asked)
        with pytest.raises(ResolverNeeded):
            propose(who, "new", Kind.BOOK)


def test_one_proposal_waits_at_a_time_and_is_answered_once(booked: Books) -> None:
    say(booked, line(booked, "1.00", reference="NEW"))
    asked = propose(booked.accountant, "new", Kind.BOOK)
    with pytest.raises(ProposalWaits):
        propose(booked.operator, "new", Kind.BOOK)
    agree(booked.operator, asked)
    with pytest.raises(ProposalDecided):
        agree(booked.operator, asked)
    with pytest.raises(ExceptionClosed):
        propose(booked.operator, "new", Kind.BOOK)


def test_the_same_form_again_is_the_same_proposal(booked: Books) -> None:
    say(booked, line(booked, "1.00", reference="NEW"))
    exception_id, token = id_of("new"), uuid4()
    made = {
        in_transaction(
            lambda session: (
                propose_resolution(
                    session, booked.accountant, exception_id, Kind.BOOK, other="", note="Why", form_token=token
                ).id
            )
        )
        for _ in range(2)
    }
    assert len(made) == 1


def test_a_refused_or_withdrawn_proposal_books_nothing_and_leaves_it_open(booked: Books) -> None:
    bank = balance("1010")
    say(booked, line(booked, "1.00", reference="NEW"))
    first = propose(booked.accountant, "new", Kind.BOOK)
    now = datetime.now(UTC)
    with pytest.raises(NotTheProposer):
        in_transaction(lambda session: withdraw_proposal(session, booked.operator, first, answer="", now=now).id)
    in_transaction(lambda session: refuse_proposal(session, booked.operator, first, answer="Ask the bank.", now=now).id)
    second = propose(booked.accountant, "new", Kind.BOOK)
    in_transaction(lambda session: withdraw_proposal(session, booked.accountant, second, answer="", now=now).id)
    assert (proposal(first).state, proposal(second).state) == ("refused", "withdrawn")
    assert balance("1010") == bank
    assert exceptions() == {"new": "MISSING_LEDGER"}


def test_what_has_changed_since_it_was_proposed_is_not_booked(booked: Books) -> None:
    say(booked, line(booked, "1.00", reference="NEW"))
    asked = propose(booked.accountant, "new", Kind.BOOK)
    say(booked, line(booked, "2.00", reference="NEW"))
    with pytest.raises(ChangedMeanwhile):
        agree(booked.operator, asked)


def test_what_was_decided_opens_again_when_the_facts_are_others(booked: Books) -> None:
    say(booked, line(booked, "1.00", reference="NEW"))
    agree(booked.operator, propose(booked.accountant, "new", Kind.BOOK))
    match()
    say(booked, line(booked, "2.00", reference="NEW"))
    assert exceptions() == {"new": "AMOUNT"}


def test_a_proposal_says_why_and_uses_means_that_fit(booked: Books) -> None:
    say(booked, line(booked, "1.00", reference="NEW"))
    with pytest.raises(ProposalNoteNeeded):
        propose(booked.accountant, "new", Kind.BOOK, note=" ")
    with pytest.raises(NotTheseMeans):
        propose(booked.accountant, "new", Kind.TAKE_BACK)


def test_a_movement_of_stripe_no_recipe_knows_goes_into_suspense_and_ties_out(booked: Books) -> None:
    at = datetime.now(UTC)
    row = BalanceRow("txn_tax", "tax_fee", "tax", None, -500, 20, -520, "USD", at, at, {})
    in_transaction(lambda session: ingest_balance(session, [row]))
    match()
    assert exceptions() == {"txn_tax": "UNKNOWN_TYPE"}
    agree(booked.operator, propose(booked.accountant, "txn_tax", Kind.BOOK))
    assert (balance("1100"), balance("5100"), balance("2900")) == (-520, 20, 500)
    match()
    assert exceptions() == {}


def test_outcomes_notes_and_links_are_never_changed(booked: Books) -> None:
    say(booked, line(booked, "1.00", reference="NEW"))
    for table in ("match_outcomes", "match_runs"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(DBAPIError):
                do(statement)


def test_there_is_no_proposal_of_another_id(booked: Books) -> None:
    with pytest.raises(ProposalNotFound):
        agree(booked.operator, uuid4())
