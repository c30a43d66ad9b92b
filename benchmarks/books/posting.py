"""How many journals a second the ledger takes: by eight clients one by one, on one account that all want, and in bulk."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from multiprocessing.synchronize import Barrier
from uuid import UUID

from app.db import session as database
from app.db.session import transaction
from app.ledger.actions.post_journal import post_journal
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
