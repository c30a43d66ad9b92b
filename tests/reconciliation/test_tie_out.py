"""A market in which nothing is wrong ties out, and every planted fault is found with its culprit and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.reconciliation.plain import as_json, as_table, from_json
from app.reconciliation.queries import tie_out
from app.reconciliation.rules import TieOut
from tests.reconciliation.world import World
from tests.support.trade import Trade

Fault = Callable[[Session], set[tuple[str, str, str]]]


def one(session: Session, statement: str, **values: Any) -> Any:
    return session.execute(text(statement), values).scalars().first()


def compare(session: Session, world: World, market: Trade, **later: timedelta) -> TieOut:
    return tie_out(session, world.chain, world.stripe, now=market.now() + timedelta(**later))


def culprits(found: TieOut) -> set[tuple[str, str, str]]:
    return {(finding.reason.value, finding.kind, finding.culprit) for finding in found.findings}


def hidden(journals: str, **values: Any) -> str:
    """Statements that take a journal away as if it had never been written."""
    return (
        f"WITH gone AS (SELECT id FROM journals WHERE {journals}), lines AS"
        " (DELETE FROM postings WHERE journal_id IN (SELECT id FROM gone) RETURNING account_id, amount), less AS"
        " (SELECT account_id, sum(amount) AS amount FROM lines GROUP BY account_id)"
        " UPDATE account_balances AS b SET balance = b.balance - l.amount FROM less AS l WHERE l.account_id = b.account_id"
    )


def take_away(session: Session, where: str, **values: Any) -> None:
    session.execute(text(hidden(where)), values)
    session.execute(text(f"DELETE FROM journals WHERE {where}"), values)


def posted_again(session: Session, key: str) -> None:
    """The same journal once more under another key."""
    session.execute(
        text(
            "INSERT INTO journals (key, event, effective_at, payload_hash, order_id, organization_id, stripe_id, chain_id,"
            " block_number, block_hash, tx_hash, log_index, details, booked_at, period, xid) SELECT key || '\\:again', event, effective_at,"
            " payload_hash, order_id, organization_id, stripe_id, chain_id, block_number, block_hash, tx_hash, log_index,"
            " details, booked_at, period, 1 FROM journals WHERE key = :key"
        ),
        {"key": key},
    )
    session.execute(
        text(
            "WITH lines AS (INSERT INTO postings (journal_id, line, account_id, amount) SELECT (SELECT id FROM journals"
            " WHERE key = :key || '\\:again'), line, account_id, amount FROM postings WHERE journal_id ="
            " (SELECT id FROM journals WHERE key = :key) RETURNING account_id, amount)"
            " UPDATE account_balances AS b SET balance = b.balance + l.amount FROM lines AS l"
            " WHERE l.account_id = b.account_id"
        ),
        {"key": key},
    )


def key_of(session: Session, event: str) -> str:
    return one(session, "SELECT key FROM journals WHERE event = :event ORDER BY sequence", event=event)


def tx_of(session: Session, event: str) -> str:
    return "0x" + one(
        session, "SELECT encode(tx_hash, 'hex') FROM journals WHERE event = :event ORDER BY sequence", event=event
    )


def transaction_is_gone(session: Session) -> set[tuple[str, str, str]]:
    """Stripe denies a charge that is booked; its payment misses it too, once Stripe had time."""
    name, charge = session.execute(
        text("SELECT id, source_id FROM stripe_balance_transactions WHERE type = 'charge' ORDER BY id LIMIT 1")
    ).one()
    intent = one(session, "SELECT payment_intent_id FROM card_payments WHERE charge_id = :c", c=charge)
    session.execute(text("DELETE FROM stripe_balance_transactions WHERE id = :id"), {"id": name})
    return {("MISSING_STRIPE", "journal", f"stripe:{name}"), ("MISSING_STRIPE", "payment", intent)}


def unknown_type(session: Session) -> set[tuple[str, str, str]]:
    """Stripe took a monthly fee nobody has a recipe for."""
    _insert_transaction(session, "txn_tax", "tax_fee", -500, "USD")
    return {("UNKNOWN_TYPE", "transaction", "txn_tax")}


def other_currency(session: Session) -> set[tuple[str, str, str]]:
    _insert_transaction(session, "txn_eur", "payout", -500, "EUR")
    return {("CURRENCY", "transaction", "txn_eur")}


def unbooked_payout_movement(session: Session) -> set[tuple[str, str, str]]:
    """Money left Stripe for a payout and no journal says so; the payout itself is not known either."""
    _insert_transaction(session, "txn_po_9", "payout", -500, "USD")
    return {("MISSING_LEDGER", "transaction", "txn_po_9")}


def _insert_transaction(session: Session, name: str, kind: str, amount: int, currency: str) -> None:
    session.execute(
        text(
            "INSERT INTO stripe_balance_transactions (id, type, reporting_category, source_id, amount, fee, net, currency,"
            " created, available_on, payload) VALUES (:id, :kind, :kind, :id, :amount, 0, :amount, :currency, now(), now(),"
            " '{}')"
        ),
        {"id": name, "kind": kind, "amount": amount, "currency": currency},
    )


def fee_differs(session: Session) -> set[tuple[str, str, str]]:
    name = one(
        session,
        "UPDATE stripe_balance_transactions SET fee = fee + 1, net = net - 1 WHERE id = (SELECT min(id) FROM"
        " stripe_balance_transactions WHERE type = 'charge') RETURNING id",
    )
    return {("FEE", "transaction", name)}


def charged_another_amount(session: Session) -> set[tuple[str, str, str]]:
    """Stripe charged one cent more than was asked for."""
    name, charge = session.execute(
        text(
            "UPDATE stripe_balance_transactions SET amount = amount + 1, net = net + 1 WHERE id = (SELECT min(id) FROM"
            " stripe_balance_transactions WHERE type = 'charge') RETURNING id, source_id"
        )
    ).one()
    intent = one(session, "SELECT payment_intent_id FROM card_payments WHERE charge_id = :c", c=charge)
    return {("AMOUNT", "transaction", name), ("AMOUNT", "payment", intent)}


def charged_twice(session: Session) -> set[tuple[str, str, str]]:
    """A second balance transaction for one charge, not booked."""
    charge = one(session, "SELECT min(source_id) FROM stripe_balance_transactions WHERE type = 'charge'")
    session.execute(
        text(
            "INSERT INTO stripe_balance_transactions SELECT 'txn_twice', type, reporting_category, source_id, amount, fee,"
            " net, currency, created, available_on, payload FROM stripe_balance_transactions WHERE source_id = :c"
        ),
        {"c": charge},
    )
    intent = one(session, "SELECT payment_intent_id FROM card_payments WHERE charge_id = :c", c=charge)
    return {("MISSING_LEDGER", "transaction", "txn_twice"), ("DUPLICATE", "payment", intent)}


def transaction_booked_twice(session: Session) -> set[tuple[str, str, str]]:
    key = key_of(session, "charge_settled")
    posted_again(session, key)
    return {("DUPLICATE", "journal", f"{key}:again")}


def payment_not_booked(session: Session) -> set[tuple[str, str, str]]:
    key = key_of(session, "card_payment_succeeded")
    take_away(session, "key = :key", key=key)
    return {("MISSING_LEDGER", "payment", key.split(":")[1])}


def payment_nobody_made(session: Session) -> set[tuple[str, str, str]]:
    key = key_of(session, "card_payment_succeeded")
    posted_again(session, key)
    return {("MISSING_RECORD", "journal", f"{key}:again")}


def refund_not_booked(session: Session) -> set[tuple[str, str, str]]:
    key = key_of(session, "card_refund_succeeded")
    take_away(session, "key = :key", key=key)
    return {("MISSING_LEDGER", "refund", key.split(":")[1])}


def charge_nobody_asked_for(session: Session) -> set[tuple[str, str, str]]:
    """The payment is not marked paid although Stripe charged it: its journal stands alone, and so does the charge."""
    intent, charge = session.execute(
        text(
            "UPDATE card_payments SET state = 'open' WHERE id = (SELECT id FROM card_payments WHERE state = 'succeeded'"
            " ORDER BY id LIMIT 1) RETURNING payment_intent_id, charge_id"
        )
    ).one()
    name = one(session, "SELECT id FROM stripe_balance_transactions WHERE source_id = :c", c=charge)
    return {("MISSING_RECORD", "transaction", name), ("MISSING_RECORD", "journal", f"stripe:{intent}:succeeded")}


def payout_is_not_what_left(session: Session) -> set[tuple[str, str, str]]:
    session.execute(text("UPDATE stripe_payouts SET amount = amount - 7"))
    return {("PAYOUT_UNFOOTED", "payout", "po_1"), ("UNEXPLAINED", "row", "bank")}


def payout_arrival_not_booked(session: Session) -> set[tuple[str, str, str]]:
    take_away(session, "event = 'stripe_payout_arrived'")
    return {("MISSING_LEDGER", "payout", "po_1"), ("UNEXPLAINED", "row", "bank")}


def bank_receipt_not_booked(session: Session) -> set[tuple[str, str, str]]:
    take_away(session, "event = 'bank_receipt_recorded'")
    return {("MISSING_LEDGER", "receipt", "R-1")}


def redemption_paid_but_not_booked(session: Session) -> set[tuple[str, str, str]]:
    name = one(session, "SELECT id::text FROM redemptions WHERE state = 'paid'")
    take_away(session, "event = 'redemption_paid'")
    return {("MISSING_LEDGER", "redemption", name), ("UNEXPLAINED", "row", "redemptions")}


def redemption_of_another_amount(session: Session) -> set[tuple[str, str, str]]:
    shop = one(
        session,
        "UPDATE redemptions SET amount_cents = amount_cents + 1, amount_units = amount_units + 10000"
        " WHERE state = 'burned' RETURNING organization_id::text",
    )
    return {("AMOUNT", "organization", shop)}


def log_not_booked(session: Session) -> set[tuple[str, str, str]]:
    tx = tx_of(session, "leg_released")
    order = one(session, "SELECT order_id::text FROM journals WHERE event = 'leg_released' ORDER BY sequence")
    take_away(session, "event = 'leg_released' AND order_id = CAST(:o AS uuid)", o=order)
    return {("MISSING_LEDGER", "tx", tx), ("AMOUNT", "order", order)} | _held_by_shop(session)


def _held_by_shop(session: Session) -> set[tuple[str, str, str]]:
    """Sellers whose market-held address has more or less than the books say."""
    shop = one(session, "SELECT organization_id::text FROM redemptions")
    return {("AMOUNT", "organization", shop)}


def log_booked_twice(session: Session) -> set[tuple[str, str, str]]:
    tx = tx_of(session, "tokens_burned")
    posted_again(session, key_of(session, "tokens_burned"))
    return {("DUPLICATE", "tx", tx)}


def log_is_gone(session: Session) -> set[tuple[str, str, str]]:
    """The books have a mint the chain knows nothing of."""
    tx = tx_of(session, "tokens_minted")
    session.execute(text("DELETE FROM chain_logs WHERE tx_hash = decode(:tx, 'hex')"), {"tx": tx[2:]})
    return {("MISSING_CHAIN", "tx", tx)}


def booked_from_a_block_that_was_replaced(session: Session) -> set[tuple[str, str, str]]:
    tx = tx_of(session, "leg_refunded")
    session.execute(
        text("UPDATE journals SET block_hash = decode(repeat('ab', 32), 'hex') WHERE event = 'leg_refunded'")
    )
    return {("REORGED", "tx", tx)}


def one_unit_too_many(session: Session) -> set[tuple[str, str, str]]:
    """The last decimal of one token on two lines of one journal: it still balances, but the chain says otherwise."""
    journal = one(session, "SELECT id FROM journals WHERE event = 'tokens_burned'")
    session.execute(
        text(
            "WITH lines AS (UPDATE postings SET amount = amount + sign(amount) WHERE journal_id = :j"
            " RETURNING account_id, sign(amount) AS more)"
            " UPDATE account_balances AS b SET balance = b.balance + l.more FROM lines AS l"
            " WHERE l.account_id = b.account_id"
        ),
        {"j": journal},
    )
    return {("AMOUNT", "tx", tx_of(session, "tokens_burned"))}


def running_balance_was_touched(session: Session) -> set[tuple[str, str, str]]:
    session.execute(
        text(
            "UPDATE account_balances SET balance = balance + 1 WHERE account_id ="
            " (SELECT id FROM ledger_accounts WHERE number = '3000' AND asset = 'USD')"
        )
    )
    return {("AMOUNT", "account", "3000")}


def leg_forgot_a_refund(session: Session) -> set[tuple[str, str, str]]:
    order = one(
        session,
        "UPDATE escrow_legs SET final_refunded = final_refunded - 1 WHERE final_refunded > 0 RETURNING order_id::text",
    )
    return {("AMOUNT", "order", order)}


def gas_not_booked(session: Session) -> set[tuple[str, str, str]]:
    tx, key = tx_of(session, "gas_spent"), key_of(session, "gas_spent")
    take_away(session, "key = :key", key=key)
    return {("MISSING_LEDGER", "tx", tx)}


def gas_booked_twice(session: Session) -> set[tuple[str, str, str]]:
    """The treasury then has more than the books say, which would be taken for a top-up."""
    tx = tx_of(session, "gas_spent")
    posted_again(session, key_of(session, "gas_spent"))
    return {("DUPLICATE", "tx", tx)}


def gas_of_another_amount(session: Session) -> set[tuple[str, str, str]]:
    tx = tx_of(session, "gas_spent")
    session.execute(
        text("UPDATE chain_transactions SET gas_paid = gas_paid - 1 WHERE hash = :h"), {"h": bytes.fromhex(tx[2:])}
    )
    return {("AMOUNT", "tx", tx)}


FAULTS: list[Fault] = [
    gas_not_booked,
    gas_booked_twice,
    gas_of_another_amount,
    transaction_is_gone,
    unknown_type,
    other_currency,
    unbooked_payout_movement,
    fee_differs,
    charged_another_amount,
    charged_twice,
    transaction_booked_twice,
    payment_not_booked,
    payment_nobody_made,
    refund_not_booked,
    charge_nobody_asked_for,
    payout_is_not_what_left,
    payout_arrival_not_booked,
    bank_receipt_not_booked,
    redemption_paid_but_not_booked,
    redemption_of_another_amount,
    log_not_booked,
    log_booked_twice,
    log_is_gone,
    booked_from_a_block_that_was_replaced,
    one_unit_too_many,
    running_balance_was_touched,
    leg_forgot_a_refund,
]
LATER = 3


def test_a_market_in_which_nothing_is_wrong_ties_out(books: Session, world: World, market: Trade) -> None:
    found = compare(books, world, market)
    assert found.findings == ()
    assert found.ties
    assert {row.key for row in found.rows if not row.ties} == set()
    assert compare(books, world, market, days=LATER).ties
    rows = {row.key: row for row in found.rows}
    assert rows["escrow"].chain == 4_500 * 10_000 - 2_000 * 10_000 + 2_000 * 10_000
    assert rows["redemptions"].ledger == 1_500


@pytest.mark.parametrize("plant", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_with_its_culprit_and_no_false_alarm(
    books: Session, world: World, market: Trade, plant: Fault
) -> None:
    expected = plant(books)
    found = compare(books, world, market, days=LATER)
    alarms = {alarm for alarm in culprits(found) if alarm[1] != "row" or alarm in expected}
    assert alarms == expected
    assert not found.ties


def test_a_balance_at_stripe_that_no_row_explains_is_told(books: Session, world: World, market: Trade) -> None:
    other = replace(world.stripe, available_cents=world.stripe.available_cents + 1)
    found = tie_out(books, world.chain, other, now=market.now())
    assert culprits(found) == {("UNEXPLAINED", "row", "stripe_balance")}
    assert found.findings[0].difference == 1


def test_a_sellers_address_with_more_than_the_books_say_is_named(books: Session, world: World, market: Trade) -> None:
    address = one(books, "SELECT address FROM market_held_addresses WHERE organization_id = :o", o=world.shop.id)
    more = {**world.chain.balances, address: world.chain.balances[address] + 1}
    found = tie_out(
        books,
        replace(world.chain, balances=more, total_supply=world.chain.total_supply + 1),
        world.stripe,
        now=market.now(),
    )
    assert ("AMOUNT", "organization", str(world.shop.id)) in culprits(found)
    assert ("UNEXPLAINED", "row", "supply") in culprits(found)


def test_more_tokens_than_the_reserve_covers_is_an_alarm(books: Session, world: World, market: Trade) -> None:
    books.execute(text(hidden("event = 'capital_paid_in'")))
    books.execute(text("DELETE FROM journals WHERE event = 'capital_paid_in'"))
    assert culprits(compare(books, world, market)) == {("UNCOVERED", "row", "reserve")}


def test_what_is_not_final_or_late_is_pending_and_no_difference(books: Session, world: World, market: Trade) -> None:
    name, charge = books.execute(
        text("SELECT id, source_id FROM stripe_balance_transactions WHERE type = 'charge' ORDER BY id LIMIT 1")
    ).one()
    intent = one(books, "SELECT payment_intent_id FROM card_payments WHERE charge_id = :c", c=charge)
    take_away(books, "key = :key", key=f"stripe:{name}")
    cents = one(books, "DELETE FROM stripe_balance_transactions WHERE id = :id RETURNING net", id=name)
    books.execute(
        text(
            "INSERT INTO chain_logs (block_hash, log_index, chain_id, block_number, block_time, tx_hash, address, topics,"
            " data) SELECT decode(repeat('cd', 32), 'hex'), 0, chain_id, block_number + 1000, block_time,"
            " decode(repeat('ef', 32), 'hex'), address, topics, data FROM chain_logs LIMIT 1"
        )
    )
    stripe = replace(world.stripe, available_cents=world.stripe.available_cents - cents)
    found = tie_out(books, world.chain, stripe, now=market.now())
    assert found.ties
    waiting = {(item.kind, item.culprit) for item in found.pending}
    assert ("payment_without_transaction", intent) in waiting
    assert ("log_not_final", "0x" + "ef" * 32) in waiting


def test_the_table_names_every_culprit_and_json_keeps_every_digit(books: Session, world: World, market: Trade) -> None:
    expected = fee_differs(books)
    found = compare(books, world, market)
    table = as_table(found)
    assert all(culprit in table for _, _, culprit in expected)
    assert "DIFFERS" in table
    assert from_json(as_json(found)) == found
