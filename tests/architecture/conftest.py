"""One small market for all questions of who may do what: it is asked many times and built once."""

from collections.abc import Iterator

import pytest

from app.embedded.postgres import EmbeddedPostgres
from tests.architecture.market import Market, market_of
from tests.support.evm import EvmChain, undone_afterwards
from tests.support.front import opened
from tests.support.postgres import a_clone
from tests.support.trade import trading


@pytest.fixture(scope="package")
def market(
    evm_session: EvmChain, database_server: EmbeddedPostgres, deployed: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Market]:
    folder = tmp_path_factory.mktemp("market")
    with (
        undone_afterwards(evm_session) as chain,
        a_clone(database_server, deployed) as url,
        trading(chain, url) as trade,
        opened(trade, chain, folder) as front,
    ):
        yield market_of(front)
