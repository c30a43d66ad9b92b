"""How many journals a second the ledger takes: by eight clients one by one, on one account that all want, and in bulk."""

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count, islice
from multiprocessing.synchronize import Barrier
from uuid import UUID

import psycopg

from app.db import session as database
from app.db.session import transaction
from app.ledger.actions.post_journal import post_journal, post_journals
from app.ledger.chart import AccountRef, token_account
from app.ledger.entries import JournalEntry, LegRef, LogRef, credit, debit
from app.ledger.recipes import card_payment_succeeded, leg_funded_by_card, leg_released, tokens_minted_to_treasury
from app.money.amounts import UNITS_PER_CENT

CLIENTS = 8
SHOPS = 100
WALLETS = 1_000
_PRICE = 25_00
_PLENTY = 10**18
_NOW = datetime.now(UTC)
Entries = Callable[[int], Iterator[JournalEntry]]
_WRITTEN = {
    "ledger_accounts": ("id", "owner_id IN (SELECT order_id FROM journals JOIN newest USING (id))"),
    "journals": ("id", "id IN (TABLE newest)"),
    "postings": ("journal_id, line", "journal_id IN (TABLE newest)"),
}
"""Tables that posting adds rows to: their primary keys, and which of the rows are of the newest journals."""


def journals_per_second(url: str, entries: Entries, *, seconds: int) -> float:
    """Committed by eight processes, each journal in a transaction of its own."""
    context = multiprocessing.get_context("fork")
    start, done = context.Barrier(CLIENTS + 1), context.Queue()
    clients = [
        context.Process(target=_client, args=(url, entries(number), seconds, start, done)) for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    start.wait()
    began = time.monotonic()
    posted = sum(done.get() for _ in clients)
    took = time.monotonic() - began
    for client in clients:
        client.join()
    return float(posted) / took


def rows_per_second(conninfo: str, *, journals: int, runs: int) -> tuple[float, float]:
    """What orders by card book, all in one transaction; then the same rows by COPY. The median of `runs` of each, in turn."""
    orders, ours, copied = orders_by_card(0), [], []
    with psycopg.connect(conninfo) as connection:
        for _ in range(runs):
            entries = list(islice(orders, journals))
            began = time.monotonic()
            with transaction() as session:
                post_journals(session, entries)
            took = time.monotonic() - began
            rows, of_copy = _copy_seconds(connection, journals)
            ours.append(rows / took)
            copied.append(rows / of_copy)
    return statistics.median(ours), statistics.median(copied)


def _copy_seconds(connection: psycopg.Connection, journals: int) -> tuple[int, float]:
    """How many rows the newest journals have written, and what COPY takes for these into tables with primary keys only."""
    texts, rows = {}, 0
    connection.execute(
        "CREATE TEMPORARY TABLE newest ON COMMIT DROP AS SELECT id FROM journals ORDER BY sequence DESC LIMIT %s",
        [journals],
    )
    for table, (key, which) in _WRITTEN.items():
        connection.execute(f"CREATE TABLE copied_{table} (LIKE {table}, PRIMARY KEY ({key}))")
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {which}) TO STDOUT") as copy:
                texts[table] = b"".join(map(bytes, copy))
            rows += cursor.rowcount
    connection.commit()
    began = time.monotonic()
    for table, text in texts.items():
        with connection.cursor().copy(f"COPY copied_{table} FROM STDIN") as copy:
            copy.write(text)
    connection.commit()
    took = time.monotonic() - began
    for table in texts:
        connection.execute(f"DROP TABLE copied_{table}")
    connection.commit()
    return rows, took


def _client(
    url: str, entries: Iterator[JournalEntry], seconds: int, start: Barrier, done: "multiprocessing.Queue[int]"
) -> None:
    database.forget_connections()
    engine = database.configure(url, pool_size=1)
    for _ in range(50):  # connected, compiled, prepared
        _post(next(entries))
    start.wait()
    posted, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        _post(next(entries))
        posted += 1
    engine.dispose()
    done.put(posted)


def _post(entry: JournalEntry) -> None:
    with transaction() as session:
        post_journal(session, entry)


def orders_by_card(client: int) -> Iterator[JournalEntry]:
    """What an order by card books, from payment to release, one order after the other."""
    for number in count():
        order = UUID(bytes=os.urandom(16))
        leg = LegRef(order, UUID(int=number % SHOPS + 1), seller_is_market_held=True)
        units = _PRICE * UNITS_PER_CENT
        fee = units // 20
        yield card_payment_succeeded(payment_intent=f"pi_{order.hex}", cents=_PRICE, at=_NOW)
        yield tokens_minted_to_treasury(units=units, log=_log(client))
        yield leg_funded_by_card(leg=leg, units=units, log=_log(client))
        yield leg_released(leg=leg, net=units - fee, fee=fee, fee_vat_bps=1000, log=_log(client))


def between_wallets(client: int) -> Iterator[JournalEntry]:
    """Each journal moves tokens from one of a thousand accounts to another."""
    for number in count(client):
        yield _moved(_wallet(number * 7_919), _wallet(number * 104_729 + 1))


def from_the_treasury(client: int) -> Iterator[JournalEntry]:
    """Each journal moves tokens of the one account that all clients want."""
    for number in count(client):
        yield _moved(token_account("1200"), _wallet(number * 7_919))


def capital() -> None:
    """Tokens in the treasury and in every wallet, so that no account is overdrawn."""
    treasury = token_account("1200")
    entries = [tokens_minted_to_treasury(units=_PLENTY, log=_log(0))]
    entries += [_moved(treasury, _wallet(place), units=_PLENTY // WALLETS // 2) for place in range(WALLETS)]
    for entry in entries:
        _post(entry)


def _moved(source: AccountRef, target: AccountRef, *, units: int = 1) -> JournalEntry:
    log = _log(0)
    return JournalEntry(log.key, "tokens_moved", log.time, (debit(target, units), credit(source, units)), log=log)


def _wallet(number: int) -> AccountRef:
    return token_account("1230", UUID(int=number % WALLETS + 1))


def _log(index: int) -> LogRef:
    """A log nobody else stands at."""
    return LogRef(31337, 7, os.urandom(32), os.urandom(32), index, _NOW)
