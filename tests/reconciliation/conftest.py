"""One market for all tests of this folder: each plants its fault in a transaction that is undone."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.embedded.postgres import EmbeddedPostgres
from app.events import bus
from app.payouts import handlers as payouts
from app.reactions import SUBSCRIBERS
from app.settlement.events import TokensRedeemedFinal
from tests.reconciliation.world import World, build
from tests.support.evm import EvmChain
from tests.support.template import TEMPLATE
from tests.support.trade import Trade

GUARDED = ("journals", "postings", "ledger_accounts", "account_balances")


@pytest.fixture(scope="module")
def market(database_server: EmbeddedPostgres, evm_session: EvmChain) -> Iterator[Trade]:
    name, before = f"world_{uuid4().hex[:12]}", evm_session.snapshot()
    database_server.create_database(name, template=TEMPLATE)
    trade = Trade(evm_session, database_server.url_of(name))
    assert SUBSCRIBERS[TokensRedeemedFinal] == [payouts.record_burned]
    bus.install(SUBSCRIBERS)
    yield trade
    if trade.worker._lock is not None:
        trade.worker._lock.close()
    trade.engine.dispose()
    bus.install({})
    database_server.drop_database(name)
    evm_session.revert(before)
    evm_session.mine_with_each_transaction(on=True)


@pytest.fixture(scope="module")
def world(market: Trade) -> World:
    return build(market)


@pytest.fixture
def books(market: Trade, world: World) -> Iterator[Session]:
    """The books with their guards off, as if somebody had got around them; all is undone afterwards."""
    with Session(market.engine) as session:
        for table in GUARDED:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield session
        session.rollback()
