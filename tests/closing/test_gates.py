"""What has to be in order before a month is closed: each thing that is not is named, counted, and hinders what it should."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.audit.models import AuditEntry
from app.closing.errors import GateReasonNeeded, GatesOpen
from app.closing.queries import results
from app.closing.rules import GATES, Result, stopping
from app.db.session import reading, transaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import usd_account
from app.ledger.entries import JournalEntry, Line, credit, debit
from app.ledger.months import CLOSED, OPEN, SOFT_CLOSED
from tests.closing.kept_books import Books

OWNER = UUID("5f0c2a4e-0000-4000-8000-000000000001")  # workers collect the same names


def gates(books: Books, period: str | None = None) -> dict[str, Result]:
    with reading() as session:
        return {one.gate.key: one for one in results(session, books.month(period or books.last))}


def red(books: Books, period: str | None = None) -> dict[str, int]:
    return {key: one.count for key, one in gates(books, period).items() if not one.is_clear}


def book(books: Books, period: str, *lines: Line, key: str = "") -> None:
    with transaction() as session:
        post_journal(session, JournalEntry(key or f"test:{uuid4()}", "test", books.moment(period), lines))


def do(statement: str, **values: object) -> None:
    with transaction() as session:
        session.execute(text(statement), values)


def a_stripe_fee(books: Books, period: str) -> None:
    do(
        "INSERT INTO stripe_balance_transactions (id, type, reporting_category, amount, fee, net, currency, created,"
        " available_on, payload) VALUES ('txn_x', 'stripe_fee', 'fee', -500, 0, -500, 'USD', :at, :at, '{}')",
        at=books.moment(period),
    )


def a_receipt(books: Books, period: str) -> None:
    do(
        "INSERT INTO bank_receipts (bank_reference, reference_key, payer_name, wallet_address, amount_minor, received_at)"
        " VALUES ('ABA 9', 'ABA9', 'Dara', decode(repeat('11', 20), 'hex'), 700, :at)",
        at=books.moment(period),
    )


def a_log_that_is_not_final(books: Books, period: str) -> None:
    do(
        "INSERT INTO chain_logs (block_hash, log_index, chain_id, block_number, block_time, tx_hash, address, topics, data)"
        " VALUES (sha256('b'), 0, 31337, 1, :at, sha256('t'), decode(repeat('11', 20), 'hex'), '{}', '')",
        at=books.moment(period),
    )


def a_payout_that_did_not_arrive(books: Books, period: str) -> None:
    do(
        "INSERT INTO stripe_payouts (id, amount, currency, status, automatic, arrival_date, created, payload)"
        " VALUES ('po_x', 900, 'USD', 'paid', true, :at, :at, '{}')",
        at=books.moment(period),
    )


def something_in_suspense(books: Books, period: str) -> None:
    book(books, period, debit(usd_account("1010"), 300), credit(usd_account("2900"), 300))


def a_debt_below_zero(books: Books, period: str) -> None:
    """Only at the end of that month: later there is enough."""
    owed = usd_account("1300", OWNER)
    book(books, books.running, debit(owed, 7), credit(usd_account("3000"), 7))
    book(books, period, debit(usd_account("3000"), 7), credit(owed, 7))


def a_bank_below_zero(books: Books, period: str) -> None:
    book(books, period, debit(usd_account("5100"), 90_000), credit(usd_account("1010"), 90_000))


def test_a_market_that_ties_is_in_order_once_it_was_compared(books: Books) -> None:
    assert set(gates(books)) == set(GATES)
    assert red(books) == {"compared": 1}
    books.compare()
    assert red(books) == {}


def test_a_comparison_from_before_the_month_ended_does_not_count(books: Books) -> None:
    books.compare()
    assert red(books) == {}
    assert red(books, books.running) == {"compared": 1}


@pytest.mark.parametrize(
    ("happens", "key", "name"),
    [
        (a_stripe_fee, "unposted", "txn_x"),
        (a_receipt, "unposted", "ABA 9"),
        (a_log_that_is_not_final, "unfinalized", "0x"),
        (a_payout_that_did_not_arrive, "payouts", "po_x"),
        (something_in_suspense, "suspense", "test:"),
        (a_debt_below_zero, "negative", f"1300 {OWNER}"),
        (a_bank_below_zero, "unusual", "1010"),
    ],
)
def test_each_thing_that_is_not_in_order_is_named(
    books: Books, happens: Callable[[Books, str], None], key: str, name: str
) -> None:
    """In the month it is of, and in no month before it."""
    happens(books, books.last)
    found = gates(books)[key]
    assert found.count == 1
    assert found.items[0].name.startswith(name)
    assert gates(books, books.before)[key].is_clear


def test_parts_of_a_cent_in_suspense_hinder_nothing(books: Books) -> None:
    from app.ledger.chart import gas_account, token_account

    for account, hundredth, count in ((token_account, 10**4, 1), (gas_account, 10**16, 2)):
        book(books, books.last, debit(account("3900"), hundredth - 1), credit(account("2900"), hundredth - 1))
        assert gates(books)["suspense"].count == count - 1
        book(books, books.last, debit(account("3900"), hundredth), credit(account("2900"), hundredth))
        assert gates(books)["suspense"].count == count


def test_what_differs_is_counted_where_it_is_compared(books: Books) -> None:
    a_stripe_fee(books, books.last)
    books.compare()
    found = red(books)
    assert found["unmatched"] >= 1
    assert found["drift"] >= 1
    assert "txn_x" in {item.name for item in gates(books)["unmatched"].items}


def test_closing_for_entries_takes_a_reason_and_keeps_what_was_open(books: Books) -> None:
    with pytest.raises(GateReasonNeeded):
        books.soft_close(books.before)
    with pytest.raises(GateReasonNeeded):
        books.soft_close(books.before, reason=" \u00a0 ")
    assert books.state(books.before) == OPEN
    books.soft_close(books.before, reason="The comparison runs tonight.")
    assert books.state(books.before) == SOFT_CLOSED
    with reading() as session:
        act = session.query(AuditEntry).filter_by(action="month.soft_close").one()
    assert act.details == {
        "period": books.before,
        "open_gates": {"compared": 1},
        "reason": "The comparison runs tonight.",
    }


def test_no_reason_closes_a_month_for_good_before_it_is_in_order(books: Books) -> None:
    books.soft_close(books.before, reason="Later.")
    with pytest.raises(GatesOpen):
        books.close(books.before, reason="I want to.")
    assert books.state(books.before) == SOFT_CLOSED
    books.compare()
    books.close(books.before)
    assert books.state(books.before) == CLOSED


def test_what_hinders_nothing_by_its_nature_takes_a_word(books: Books) -> None:
    """Who closes may not be the one who can say whose it is; the books say it all the same."""
    books.compare()
    something_in_suspense(books, books.before)
    found = gates(books, books.before)
    assert not found["suspense"].is_clear
    assert not stopping([found["suspense"]])
    books.soft_close(books.before, reason="A stranger's transfer.")
    with pytest.raises(GateReasonNeeded):
        books.close(books.before)
    books.close(books.before, reason="A stranger's transfer.")
    assert books.state(books.before) == CLOSED
