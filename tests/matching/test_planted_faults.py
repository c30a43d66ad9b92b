"""In a market in which nothing is wrong every item is matched, and each planted fault is found with its reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.matching.actions.match_items import match_items
from app.reconciliation.actions.record_tie_out import record_tie_out
from tests.reconciliation.test_tie_out import _insert_transaction, compare, key_of, posted_again, take_away, tx_of
from tests.reconciliation.world import World
from tests.support.trade import Trade

Found = set[tuple[str, str, str]]


def one(session: Session, statement: str, **values: Any) -> Any:
    return session.execute(text(statement), values).scalars().first()


def do(session: Session, statement: str, **values: Any) -> None:
    session.execute(text(statement), values)


def exceptions(session: Session, state: str = "open") -> Found:
    rows = session.execute(
        text("SELECT family, reason, reference FROM match_exceptions WHERE state = :state"), {"state": state}
    )
    return {(row.family, row.reason, row.reference) for row in rows}


def match(session: Session, market: Trade, *, whole: bool = True, **later: float) -> int:
    return match_items(session, now=market.now() + timedelta(**later), whole=whole)


def charge(session: Session) -> tuple[str, str]:
    """A settled one: the balance transaction and the payment intent."""
    row = session.execute(
        text(
            "SELECT t.id, p.payment_intent_id FROM stripe_balance_transactions AS t JOIN card_payments AS p"
            " ON p.charge_id = t.source_id WHERE t.type = 'charge' ORDER BY t.id LIMIT 1"
        )
    ).one()
    return row.id, row.payment_intent_id


def test_in_an_undisturbed_market_every_item_is_matched_and_nothing_is_open(
    books: Session, world: World, market: Trade
) -> None:
    assert match(books, market) > 20
    assert exceptions(books) == set()
    assert one(books, "SELECT count(*) FROM match_outcomes WHERE state NOT IN ('matched', 'waiting')") == 0
    families = books.execute(text("SELECT DISTINCT family FROM match_outcomes WHERE state = 'matched'")).scalars()
    assert set(families) == {"stripe", "card", "payout", "chain"}


def test_what_is_unchanged_is_written_down_once(books: Session, world: World, market: Trade) -> None:
    match(books, market)
    assert match(books, market) == 0
    assert match(books, market, whole=False) == 0


def unknown_type(session: Session) -> Found:
    _insert_transaction(session, "txn_tax", "tax_fee", -500, "USD")
    return {("stripe", "UNKNOWN_TYPE", "txn_tax")}


def other_currency(session: Session) -> Found:
    _insert_transaction(session, "txn_eur", "tax_fee", -500, "EUR")
    return {("stripe", "CURRENCY", "txn_eur")}


def not_booked(session: Session) -> Found:
    name, _ = charge(session)
    take_away(session, f"stripe_id = '{name}'")
    return {("stripe", "MISSING_LEDGER", name)}


def transaction_is_gone(session: Session) -> Found:
    name, intent = charge(session)
    do(session, "DELETE FROM stripe_balance_transactions WHERE id = :id", id=name)
    return {("stripe", "MISSING_STRIPE", name), ("card", "MISSING_STRIPE", intent)}


def fee_changed(session: Session) -> Found:
    name, _ = charge(session)
    do(session, "UPDATE stripe_balance_transactions SET fee = fee + 1, net = net - 1 WHERE id = :id", id=name)
    return {("stripe", "FEE", name)}


def one_cent_more(session: Session) -> Found:
    name, intent = charge(session)
    do(session, "UPDATE stripe_balance_transactions SET amount = amount + 1, net = net + 1 WHERE id = :id", id=name)
    return {("stripe", "AMOUNT", name), ("card", "AMOUNT", intent)}


def booked_twice(session: Session) -> Found:
    name, _ = charge(session)
    posted_again(session, one(session, "SELECT key FROM journals WHERE stripe_id = :id", id=name))
    return {("stripe", "DUPLICATE", name)}


def wrong_month(session: Session) -> Found:
    name, _ = charge(session)
    do(session, "UPDATE journals SET effective_at = effective_at - interval '40 days' WHERE stripe_id = :id", id=name)
    return {("stripe", "LATE_PERIOD", name)}


def swapped_charges(session: Session) -> Found:
    """Two charges of different amounts, each under the reference of the other."""
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (p.amount_minor) p.id, p.charge_id, p.payment_intent_id FROM card_payments AS p"
            " WHERE p.state = 'succeeded' ORDER BY p.amount_minor, p.id LIMIT 2"
        )
    ).all()
    do(session, "UPDATE card_payments SET charge_id = NULL WHERE id = :id", id=rows[0].id)
    do(session, "UPDATE card_payments SET charge_id = :c WHERE id = :id", id=rows[1].id, c=rows[0].charge_id)
    do(session, "UPDATE card_payments SET charge_id = :c WHERE id = :id", id=rows[0].id, c=rows[1].charge_id)
    return {("card", "AMOUNT", row.payment_intent_id) for row in rows}


def payment_without_record(session: Session) -> Found:
    _, intent = charge(session)
    do(session, "UPDATE card_payments SET state = 'expired' WHERE payment_intent_id = :id", id=intent)
    source = one(session, "SELECT charge_id FROM card_payments WHERE payment_intent_id = :id", id=intent)
    return {("card", "MISSING_RECORD", intent), ("card", "MISSING_RECORD", source)}


def payment_not_booked(session: Session) -> Found:
    _, intent = charge(session)
    take_away(session, f"stripe_id = '{intent}' AND event = 'card_payment_succeeded'")
    return {("card", "MISSING_LEDGER", intent)}


def charged_twice(session: Session) -> Found:
    name, intent = charge(session)
    do(
        session,
        "INSERT INTO stripe_balance_transactions SELECT id || '_again', type, reporting_category, source_id, amount, fee,"
        " net, currency, created, available_on, payload, ingested_at, NULL FROM stripe_balance_transactions WHERE id = :id",
        id=name,
    )
    return {("card", "DUPLICATE", intent), ("stripe", "MISSING_LEDGER", f"{name}_again")}


def refund_by_one_cent(session: Session) -> Found:
    name = one(session, "UPDATE card_refunds SET amount_minor = amount_minor + 1 RETURNING stripe_refund_id")
    return {("card", "AMOUNT", name)}


def unfooted_payout(session: Session) -> Found:
    do(session, "UPDATE stripe_payouts SET amount = amount + 1 WHERE id = 'po_1'")
    return {("payout", "PAYOUT_UNFOOTED", "po_1")}


def payout_not_booked(session: Session) -> Found:
    take_away(session, "stripe_id = 'po_1' AND event = 'stripe_payout_arrived'")
    return {("payout", "MISSING_LEDGER", "po_1")}


def payout_booked_twice(session: Session) -> Found:
    posted_again(session, "stripe:po_1:arrived")
    return {("payout", "DUPLICATE", "po_1")}


def payout_gone(session: Session) -> Found:
    do(session, "DELETE FROM stripe_payouts WHERE id = 'po_1'")
    return {("payout", "MISSING_STRIPE", "po_1")}


def payout_overdue(session: Session) -> Found:
    """It should have been at the bank long ago."""
    do(
        session,
        "UPDATE stripe_payouts SET status = 'in_transit', created = created - interval '9 days' WHERE id = 'po_1'",
    )
    take_away(session, "stripe_id = 'po_1' AND event = 'stripe_payout_arrived'")
    return {("payout", "BANK_MISSING", "po_1")}


def release_not_booked(session: Session) -> Found:
    name = tx_of(session, "leg_released")
    take_away(session, f"tx_hash = '\\x{name[2:]}' AND event <> 'gas_spent'")
    return {("chain", "MISSING_LEDGER", name)}


def log_is_gone(session: Session) -> Found:
    name = tx_of(session, "leg_released")
    do(session, f"DELETE FROM chain_logs WHERE tx_hash = '\\x{name[2:]}'")
    return {("chain", "MISSING_CHAIN", name)}


def one_unit_more(session: Session) -> Found:
    """By the smallest unit of the token, in two lines, so that the entry still balances."""
    name, key = tx_of(session, "leg_released"), key_of(session, "leg_released")
    do(
        session,
        "UPDATE postings AS p SET amount = p.amount + 1 FROM journals AS j, ledger_accounts AS a WHERE j.id = p.journal_id"
        " AND a.id = p.account_id AND j.key = :key AND a.number = '1210'",
        key=key,
    )
    return {("chain", "AMOUNT", name)}


def chain_booked_twice(session: Session) -> Found:
    posted_again(session, key_of(session, "leg_released"))
    return {("chain", "DUPLICATE", tx_of(session, "leg_released"))}


def reorged(session: Session) -> Found:
    name = tx_of(session, "leg_released")
    do(session, f"UPDATE journals SET block_hash = decode(repeat('ab', 32), 'hex') WHERE tx_hash = '\\x{name[2:]}'")
    return {("chain", "REORGED", name)}


def not_final_for_days(session: Session) -> Found:
    """A log that came days ago and whose block is still not final."""
    name = tx_of(session, "leg_released")
    take_away(session, f"tx_hash = '\\x{name[2:]}' AND event <> 'gas_spent'")
    do(
        session,
        f"UPDATE chain_logs SET final_at = NULL, block_time = block_time - interval '3 days' WHERE tx_hash = '\\x{name[2:]}'",
    )
    return {("chain", "UNFINALIZED", name)}


def chain_wrong_month(session: Session) -> Found:
    name = tx_of(session, "leg_released")
    do(
        session,
        f"UPDATE journals SET effective_at = effective_at - interval '40 days' WHERE tx_hash = '\\x{name[2:]}'",
    )
    return {("chain", "LATE_PERIOD", name)}


FAULTS: list[Callable[[Session], Found]] = [
    unknown_type, other_currency, not_booked, transaction_is_gone, fee_changed, one_cent_more, booked_twice, wrong_month,
    swapped_charges, payment_without_record, payment_not_booked, charged_twice, refund_by_one_cent, unfooted_payout,
    payout_not_booked, payout_booked_twice, payout_gone, payout_overdue, release_not_booked, log_is_gone, one_unit_more,
    chain_booked_twice, reorged, not_final_for_days, chain_wrong_month,
]  # fmt: skip


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found_with_its_reason_and_nothing_else(
    books: Session, world: World, market: Trade, plant: Callable[[Session], Found]
) -> None:
    planted = plant(books)
    match(books, market, days=3)
    assert exceptions(books) == planted


@pytest.mark.parametrize("plant", [not_booked, release_not_booked, unknown_type], ids=lambda plant: plant.__name__)
def test_what_is_mended_is_closed_by_the_next_run(
    books: Session, world: World, market: Trade, plant: Callable[[Session], Found]
) -> None:
    match(books, market)
    point = books.begin_nested()
    assert plant(books)
    match(books, market)
    opened = exceptions(books)
    point.rollback()
    assert opened
    assert match(books, market) == 0
    assert exceptions(books) == set()


def test_a_payment_stripe_has_not_settled_yet_waits_two_days_before_it_is_an_exception(
    books: Session, world: World, market: Trade
) -> None:
    name, intent = charge(books)
    do(books, "DELETE FROM stripe_balance_transactions WHERE id = :id", id=name)
    take_away(books, f"stripe_id = '{name}'")
    match(books, market)
    assert exceptions(books) == set()
    assert ("card", "MISSING_STRIPE", intent) in exceptions(books, "waiting")
    match(books, market, whole=False, days=3)
    assert exceptions(books) == {("card", "MISSING_STRIPE", intent)}


def test_a_fault_that_comes_after_a_run_is_found_by_the_next_short_one(
    books: Session, world: World, market: Trade
) -> None:
    match(books, market)
    _insert_transaction(books, "txn_late", "tax_fee", -500, "USD")
    assert match(books, market, whole=False) == 1
    assert exceptions(books) == {("stripe", "UNKNOWN_TYPE", "txn_late")}


@pytest.mark.parametrize("cents", [5, -5])
def test_a_balance_that_holds_more_or_less_than_the_books_is_told_either_way(
    books: Session, world: World, market: Trade, cents: int
) -> None:
    drifted = replace(world.stripe, available_cents=world.stripe.available_cents + cents)
    record_tie_out(books, compare(books, replace(world, stripe=drifted), market))
    match(books, market)
    assert exceptions(books) == {("drift", "DRIFT", "stripe_balance")}
    difference = one(books, "SELECT difference FROM match_exceptions WHERE family = 'drift'")
    assert difference == cents
    assert match(books, market) == 0
    record_tie_out(books, compare(books, world, market, minutes=10))
    match(books, market)
    assert exceptions(books) == set()
