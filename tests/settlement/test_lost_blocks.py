"""A node that was killed comes back without its last seconds: what they held is sent again, the same bytes."""

from collections.abc import Iterator

import pytest
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address
from sqlalchemy import select

from app.chain.actions.sign_transaction import ensure_nonce, plan_gas, sign_transaction
from app.chain.contracts import ESCROW, TOKEN, encode_call
from app.chain.keys import Keys
from app.chain.models import ChainTransaction
from app.chain.rpc import to_bytes
from app.config import current
from app.db import session as database
from app.db.session import reading, transaction
from app.events import bus
from app.settlement.actions.deploy_market import deploy_market
from app.settlement.queries import contract_addresses
from app.settlement.worker import SettlementWorker
from tests.support.evm import EvmChain
from tests.support.settled import SETTLEMENT_SUBSCRIBERS, settings_for


@pytest.fixture
def worker(evm: EvmChain, cloned_database: str) -> Iterator[SettlementWorker]:
    """A settlement worker over an empty database and a chain without contracts of this market."""
    current.install(settings_for(cloned_database, evm.url))
    engine = database.configure(cloned_database)
    bus.install(SETTLEMENT_SUBSCRIBERS)
    worker = SettlementWorker()
    yield worker
    bus.install({})
    engine.dispose()


def give_gas(evm: EvmChain) -> None:
    evm.call("anvil_setBalance", treasury().address, hex(10**21))


def treasury() -> LocalAccount:
    return Keys(current.settings().key_seed).treasury()


def hashes() -> set[bytes]:
    with reading() as session:
        return set(session.scalars(select(ChainTransaction.hash)))


def addresses() -> dict[str, bytes]:
    with reading() as session:
        return contract_addresses(session)


def test_contracts_whose_blocks_were_lost_are_deployed_to_the_same_addresses(
    evm: EvmChain, worker: SettlementWorker
) -> None:
    before = evm.snapshot()
    give_gas(evm)
    deploy_market()
    worker.round()
    recorded, sent = addresses(), hashes()

    evm.revert(before)
    evm.mine_with_each_transaction(on=True)
    give_gas(evm)
    assert not worker.rpc.code(recorded[ESCROW])
    deploy_market()
    assert addresses() == recorded
    assert hashes() == sent
    assert all(worker.rpc.code(recorded[name]) for name in (TOKEN, ESCROW))
    evm.finalize()
    worker.round()  # takes the old blocks back, and with them what stood in them
    worker.round()
    with reading() as session:
        assert set(session.scalars(select(ChainTransaction.state))) == {"final"}


def test_a_transaction_that_was_signed_and_never_sent_does_not_block_the_next_start(
    evm: EvmChain, worker: SettlementWorker
) -> None:
    give_gas(evm)
    signer = treasury()
    sender = to_bytes(signer.address)
    with transaction() as session:
        ensure_nonce(session, worker.rpc, sender, worker.rpc.transaction_count(sender))
        plan = plan_gas(worker.rpc, sender, sender, b"")
        sign_transaction(
            session, chain_id=worker.rpc.chain_id, signer=signer, to=sender, data=b"", plan=plan, purpose="died here"
        )
    deploy_market()
    allowance = encode_call(TOKEN, "allowance", signer.address, to_checksum_address(addresses()[ESCROW]))
    assert int.from_bytes(worker.rpc.call(addresses()[TOKEN], allowance)) > 2**255
