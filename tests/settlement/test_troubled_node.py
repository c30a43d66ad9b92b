"""A node that answers with errors of its own says nothing about what it was asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import update

from app.chain.models import ChainTransaction
from app.chain.rpc import Rpc
from app.db.session import reading, transaction
from app.settlement.actions.exit_leg import release_leg
from app.settlement.actions.finish_intents import MAX_ATTEMPTS, TROUBLE_ENDS
from app.settlement.models import ChainIntent
from tests.faults.rpc_proxy import RpcProxy
from tests.support.settled import Settled


@pytest.fixture
def proxy(settled: Settled) -> Iterator[RpcProxy]:
    proxy = RpcProxy()
    proxy.node_port = urlsplit(settled.chain.url).port or 0
    settled.worker.rpc = Rpc(proxy.url, settled.rpc.chain_id)
    yield proxy
    proxy.close()


def released(settled: Settled) -> UUID:
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    with transaction() as session:
        release_leg(session, order, key="release:1")
    return order


def release() -> ChainIntent:
    with reading() as session:
        return session.query(ChainIntent).filter_by(key="release:1").one()


def look_now(**values: object) -> None:
    with transaction() as session:
        session.execute(update(ChainIntent).where(ChainIntent.key == "release:1").values(not_before=None, **values))


def test_an_outage_costs_an_intent_none_of_its_attempts(settled: Settled, proxy: RpcProxy) -> None:
    order = released(settled)
    proxy.breaks_at("eth_estimateGas")
    for _ in range(MAX_ATTEMPTS + 1):
        settled.worker.round()
        look_now()
    assert (release().state, release().attempts) == ("planned", 0)
    proxy.is_well()
    settled.settle()
    assert release().state == "done"
    assert settled.books("2110", owner=order) == 0


def test_what_breaks_the_node_for_an_hour_calls_for_a_person(settled: Settled, proxy: RpcProxy) -> None:
    released(settled)
    proxy.breaks_at("eth_estimateGas")
    look_now(created_at=datetime.now(UTC) - TROUBLE_ENDS - timedelta(seconds=1))
    for _ in range(MAX_ATTEMPTS):
        settled.worker.round()
        if release().state == "planned":
            look_now()
    assert release().state == "stuck"


def test_a_node_that_breaks_at_sending_is_sent_the_same_bytes_again(settled: Settled, proxy: RpcProxy) -> None:
    released(settled)
    proxy.breaks_at("eth_sendRawTransaction")
    settled.worker.round()
    assert release().state == "sent"
    proxy.is_well()
    with transaction() as session:  # the pause before it is sent again is over
        session.execute(update(ChainTransaction).where(ChainTransaction.state == "signed").values(broadcast_at=None))
    settled.settle()
    assert release().state == "done"
