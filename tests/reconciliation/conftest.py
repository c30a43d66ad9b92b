"""One market for all tests of this folder: each plants its fault in a transaction that is undone."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.embedded.postgres import EmbeddedPostgres
from app.events import bus
from app.payouts import handlers as payouts
from app.reactions import SUBSCRIBERS
from app.settlement.events import TokensRedeemedFinal
from tests.reconciliation.world import World, build
from tests.support.evm import EvmChain, undone_afterwards
from tests.support.postgres import a_clone
from tests.support.trade import Trade, trading

GUARDED = ("journals", "postings", "ledger_accounts", "account_balances")


@pytest.fixture(scope="module")
def market(database_server: EmbeddedPostgres, evm_session: EvmChain, deployed: str) -> Iterator[Trade]:
    assert SUBSCRIBERS[TokensRedeemedFinal] == [payouts.record_burned]
    with (
        undone_afterwards(evm_session) as chain,
        a_clone(database_server, deployed) as url,
        trading(chain, url) as trade,
    ):
        bus.install(SUBSCRIBERS)
        yield trade


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
