"""What a market holds, with names, numbers, hashes and times left out, so that two runs can be compared.

Everything is counted. Purchases are all alike, so a market with `n` of them holds what it held before the first one
and `n` times what the first, undisturbed one added: no more, no less, nothing else. Gas alone depends on how many went
into one transaction and on the price of the hour: each final transaction is in the books, and the tie-out compares the sum
with the treasury's coin.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, LiteralString

import stripe

from app.chain.contracts import ESCROW, TOKEN, decode_log
from app.chain.keys import Keys
from app.chain.reads import token_balances, total_supply
from app.chain.rpc import Rpc
from tests.faults.market import Market

Picture = Counter[str]
"""How often, or how much of, each thing is there."""

_COUNTED: dict[str, LiteralString] = {
    "journal": """
        SELECT event || ': ' || string_agg(
            account.number || coalesce(' of ' || shop.name, '')
            || ' ' || posting.amount || ' ' || asset, ', ' ORDER BY posting.line)
        FROM journals AS journal
        JOIN postings AS posting ON posting.journal_id = journal.id
        JOIN ledger_accounts AS account ON account.id = posting.account_id
        LEFT JOIN organizations AS shop ON shop.id = account.owner_id
        WHERE asset <> 'GAS'
        GROUP BY journal.id
    """,
    "group": "SELECT state || ' ' || payment_method || ' ' || total_cents FROM order_groups",
    "order": """
        SELECT concat_ws(' ', shop.name, total_cents, payment_status, fulfillment_status, settlement_status)
        FROM orders JOIN organizations AS shop ON shop.id = organization_id
    """,
    "fact of an order": """
        SELECT shop.name || ' ' || event.kind || ' ' || coalesce(details ->> 'units', details ->> 'cents', details ->> 'net', '')
        FROM order_events AS event JOIN orders ON orders.id = order_id JOIN organizations AS shop ON shop.id = organization_id
    """,
    "parcel": "SELECT carrier FROM fulfillments",
    "refund": "SELECT amount_cents || ' ' || reason FROM refunds",
    "leg": """
        SELECT concat_ws(' ', shop.name, amount, seen_funded, final_funded, seen_released, final_released,
                         seen_refunded, final_refunded, final_fee, is_disputed)
        FROM escrow_legs JOIN organizations AS shop ON shop.id = organization_id
    """,
    "intent": "SELECT concat_ws(' ', kind, amount, state) FROM chain_intents",
    "card payment": "SELECT concat_ws(' ', amount_minor, currency, state, card_brand, card_last4) FROM card_payments",
    "card refund": "SELECT concat_ws(' ', amount_minor, currency, state, reason) FROM card_refunds",
    "balance transaction": """
        SELECT concat_ws(' ', type, amount, fee, net, currency, booked_at IS NOT NULL) FROM stripe_balance_transactions
    """,
    "gas that is not booked": """
        SELECT transaction.purpose FROM chain_transactions AS transaction
        LEFT JOIN journals ON tx_hash = transaction.hash AND event = 'gas_spent'
        WHERE transaction.state = 'final' AND journals.id IS NULL
    """,
    "mail": "SELECT regexp_replace(subject, '[0-9A-Z]{4}-[0-9A-Z]{3}', '…', 'g') FROM outgoing_mails",
    "stock": "SELECT sku || ' held ' || reserved FROM variants WHERE reserved > 0",
}
_AMOUNTS: dict[str, LiteralString] = {
    "balance of account": """
        SELECT account.number || coalesce(' of ' || shop.name, '') || ' ' || asset, sum(balance)
        FROM account_balances JOIN ledger_accounts AS account ON account.id = account_id
        LEFT JOIN organizations AS shop ON shop.id = owner_id WHERE asset <> 'GAS' GROUP BY 1
    """,
    "sold": "SELECT sku, 1000 - stock FROM variants WHERE stock <> 1000",
}
UNFINISHED: dict[str, LiteralString] = {
    "intents": "SELECT count(*) FROM chain_intents WHERE state NOT IN ('done', 'dropped')",
    "transactions": "SELECT count(*) FROM chain_transactions WHERE state IN ('signed', 'mined')",
    "logs that are not final": "SELECT count(*) FROM chain_logs WHERE final_at IS NULL",
    "card refunds": "SELECT count(*) FROM card_refunds WHERE state = 'planned'",
    "webhooks": "SELECT count(*) FROM webhook_events WHERE handled_at IS NULL",
    "jobs": "SELECT count(*) FROM procrastinate_jobs "
    "WHERE status IN ('todo', 'doing') AND task_name NOT LIKE '%%.periodic' AND (attempts > 0 OR scheduled_at IS NULL)",
    "balance transactions": "SELECT count(*) FROM stripe_balance_transactions WHERE booked_at IS NULL",
}
"""What is still under way; all of it is nothing once the market has come to rest."""


_PUT_OFF = """
    SELECT task_name || ', tried ' || attempts || ' times', greatest(0, extract(epoch FROM scheduled_at - now()))::int
    FROM procrastinate_jobs WHERE status = 'todo' AND attempts > 0 AND scheduled_at IS NOT NULL ORDER BY 2 DESC
"""


def put_off(market: Market) -> list[tuple[str, int]]:
    """Jobs that failed and will be tried again, and in how many seconds: a clock that was ahead makes it many."""
    return market.ask(_PUT_OFF)


def unfinished(market: Market) -> dict[str, int]:
    """What is still under way, by kind."""
    counts = {kind: market.number(query) for kind, query in UNFINISHED.items()}
    return {kind: count for kind, count in counts.items() if count}


def picture_of(market: Market) -> Picture:
    """Books, orders and mails by the database; charges and refunds by the card service; tokens by the node."""
    found = Picture()
    for kind, query in _COUNTED.items():
        found.update(f"{kind}: {row[0]}" for row in market.ask(query))
    for kind, query in _AMOUNTS.items():
        for name, amount in market.ask(query):
            found[f"{kind} {name}"] += int(amount)
    found.update(_at_card_service(market))
    for name, amount in _on_chain(market):
        found[name] += amount
    return found


def difference(found: Picture, expected: Picture) -> list[str]:
    """A line for each thing of which there is too much or too little."""
    return [
        f"{name}: {found[name]} instead of {expected[name]}"
        for name in sorted(found.keys() | expected.keys())
        if found[name] != expected[name]
    ]


def times(number: int, before: Picture, one: Picture) -> Picture:
    """What is there after `number` purchases, if the first one led from `before` to `one`."""
    names = before.keys() | one.keys()
    return Picture({name: before[name] + number * (one[name] - before[name]) for name in names})


def _at_card_service(market: Market) -> Iterator[str]:
    environment = market.instance.environment
    client = stripe.StripeClient(
        environment["STRIPE_API_KEY"], base_addresses={"api": environment["STRIPE_API_BASE"]}, max_network_retries=2
    ).v1
    for intent in client.payment_intents.list({"limit": 100}).auto_paging_iter():
        yield f"at Stripe: payment {intent.status} {intent.amount_received}"
    for session in client.checkout.sessions.list({"limit": 100}).auto_paging_iter():
        yield f"at Stripe: card page {session.status} {session.payment_status} {session.amount_total}"
    for refund in client.refunds.list({"limit": 100}).auto_paging_iter():
        yield f"at Stripe: refund {refund.status} {refund.amount}"
    for row in client.balance_transactions.list({"limit": 100}).auto_paging_iter():
        yield f"at Stripe: balance transaction {row.type} {row.amount} {row.fee} {row.net}"


def _on_chain(market: Market) -> Iterator[tuple[str, int]]:
    environment = market.instance.environment
    rpc = Rpc(f"http://127.0.0.1:{market.instance.ports.chain}", int(environment["CHAIN_ID"]))
    contracts = {str(name): bytes(address) for name, address in market.ask("SELECT name, address FROM deployments")}
    keys, head = Keys(environment["KEY_SEED"]), rpc.header("latest")
    assert head is not None
    owners = {keys.address("treasury"): "treasury", keys.address("fees"): "fees", contracts[ESCROW]: "escrow"}
    held = market.ask("SELECT name, address FROM market_held_addresses JOIN organizations ON id = organization_id")
    owners |= {bytes(address): str(name) for name, address in held}
    for address, units in token_balances(rpc, contracts[TOKEN], list(owners), head.number).items():
        yield f"on chain: tokens of {owners[address]}", units
    yield "on chain: supply", total_supply(rpc, contracts[TOKEN], head.number)
    for log in rpc.logs_of_range(0, head.number, list(contracts.values())):
        yield f"on chain: {_event(log)}", 1


def _event(log: Any) -> str:
    decoded = decode_log(log.topics, log.data)
    if decoded is None:
        return "an event we do not know"
    name, values = decoded
    amounts = {key: values[key] for key in ("amount", "net", "fee", "value", "remaining") if key in values}
    return f"{name} {amounts}"
