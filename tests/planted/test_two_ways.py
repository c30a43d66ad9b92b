"""What goes the short way of the match is told as the long way tells it, to the last column."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app.chain.keys import Keys
from app.config import current
from app.db import session as database
from app.db.session import transaction
from app.embedded.postgres import EmbeddedPostgres
from app.events import bus
from app.ledger.actions.keep_time_zone import keep_time_zone
from app.matching.actions import match_items as matching
from app.matching.rules import CHAIN
from tests.planted.month import ZONE, Addresses, Month
from tests.planted.random_chain import transactions
from tests.planted.storing import Store
from tests.support.settled import SEED, settings_for

SHORT = "chain_plain"
TRANSACTIONS = 2_000
Told = dict[str, tuple[Any, ...]]


@pytest.fixture(params=["issued", "treasury"])
def month(request: pytest.FixtureRequest, cloned_database: str) -> Iterator[Month]:
    """Of a market that issues the token or resells it, which mirrors fewer accounts."""
    current.install(settings_for(cloned_database, "http://127.0.0.1:1", token_policy=request.param))
    engine = database.configure(cloned_database)
    bus.install({})
    keys = Keys(SEED)
    ours = (keys.address(name) for name in ("treasury", "fees", "taxes"))
    start = datetime(2026, 9, 1, tzinfo=ZONE)
    with transaction() as session:
        keep_time_zone(session, str(ZONE))
    yield Month(1, start, Addresses(b"\x0a" * 20, b"\x0b" * 20, *ours), current.settings().chain_id, sellers=6)
    engine.dispose()


@pytest.fixture
def store(month: Month, database_server: EmbeddedPostgres, cloned_database: str) -> Iterator[Store]:
    store = Store(database_server.superuser_at(cloned_database.rsplit("/", 1)[1]), ZONE)
    store.open(month)
    yield store
    store.close()


def told_by(*ways: str) -> Told:
    """All that a whole match by these ways says of transactions, and nothing of it is kept."""
    patch = pytest.MonkeyPatch()
    patch.setattr(matching, "_TOUCHED", tuple(name for name in matching._TOUCHED if name != SHORT or name in ways))
    patch.setattr(matching, "_FROM_TABLES", tuple(name for name in matching._FROM_TABLES if name in ways))
    try:
        with transaction() as session:
            matching.match_items(session, now=datetime.now(UTC), whole=True)
            rows = session.execute(
                text(
                    "SELECT reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail"
                    " FROM match_outcomes WHERE family = 'chain'"
                )
            ).all()
            session.rollback()
    finally:
        patch.undo()
    assert len({row.reference for row in rows}) == len(rows)
    return {row.reference: tuple(row)[1:] for row in rows}


@pytest.mark.parametrize("seed", [1, 2])
def test_both_ways_say_the_same_of_transactions_by_chance(month: Month, store: Store, seed: int) -> None:
    store.keep(transactions(month, seed, TRANSACTIONS), month.addresses.token)
    store.do(
        "UPDATE journals AS b SET reverses_id = o.id FROM journals AS o WHERE b.event = 'back' AND b.key = 'back:' || o.key"
    )
    store.ready()
    long, short, both = told_by(CHAIN), told_by(SHORT), told_by(SHORT, CHAIN)
    assert long == both
    assert {name: long[name] for name in short} == short
    assert len({(state, reason) for state, _, reason, *_ in long.values()}) >= 7
    matched = sum(state == "matched" for state, *_ in long.values())
    assert TRANSACTIONS // 10 < len(short) < matched
    assert _with_gas(short) > len(short) // 2


def _with_gas(told: Told) -> int:
    with transaction() as session:
        gas = "SELECT DISTINCT '0x' || encode(tx_hash, 'hex') FROM journals WHERE event = 'gas_spent'"
        return len(told.keys() & set(session.scalars(text(gas))))
