"""Gas is booked as the chain took it, in the chain's own coin, and ties out against what the treasury has left."""

from datetime import UTC, datetime

from sqlalchemy import select

from app.chain.actions.follow_transactions import SignerView, reconcile_signer, to_broadcast
from app.chain.actions.sign_transaction import GasPlan, sign_transaction
from app.chain.contracts import TOKEN, encode_call
from app.chain.models import ChainTransaction
from app.db.session import reading, transaction
from app.ledger.models import Journal
from app.ledger.queries import balance
from app.reconciliation.balances import gas_rows, read_ledger
from app.reconciliation.outside import look_at_chain
from app.reconciliation.rules import Row
from app.reconciliation.sql_files import statement
from app.settlement.actions.exit_leg import release_leg
from app.settlement.queries import contract_addresses
from tests.support.settled import Settled


def coin(settled: Settled) -> int:
    """What the node says the treasury has."""
    return settled.rpc.gas_balance(settled.keys.address("treasury"))


def counted(settled: Settled) -> None:
    settled.worker._due_at = 0  # the worker counts every few seconds only
    settled.worker.round()


def booked(number: str) -> int:
    with reading() as session:
        return balance(session, number, "GAS")


def row() -> Row:
    """The line of the tie-out."""
    view = look_at_chain()
    with reading() as session:
        ledger = read_ledger(session.execute(statement("ledger_balances"), {"block": view.block_number}))
    (found,) = gas_rows(ledger, view, not_booked=0)
    return found


def paid() -> list[ChainTransaction]:
    with reading() as session:
        return list(session.scalars(select(ChainTransaction).where(ChainTransaction.state == "final")))


def test_every_transaction_of_ours_is_booked_with_the_gas_its_receipt_says(settled: Settled) -> None:
    before = coin(settled)
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    counted(settled)
    spent_before, left = booked("5130"), coin(settled)
    assert spent_before >= before - left > 0
    assert booked("1220") == left
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.settle()
    release = next(one for one in paid() if one.purpose == "release:1")
    assert release.gas_price
    assert release.gas_used
    assert release.gas_paid == release.gas_price * release.gas_used == left - coin(settled)
    assert booked("5130") == spent_before + release.gas_paid
    assert booked("1220") == coin(settled)
    with reading() as session:
        (journal,) = session.query(Journal).filter_by(tx_hash=release.hash, event="gas_spent")
        assert (journal.block_number, journal.log_index) == (release.block_number, None)
        assert journal.details == {"purpose": "release:1"}
    assert row().ties
    assert row().difference == 0


def test_coin_sent_to_the_treasury_is_booked_once(settled: Settled) -> None:
    settled.settle()
    counted(settled)
    before, capital = booked("1220"), booked("3000")
    settled.chain.send(settled.chain.accounts[1], settled.keys.treasury().address, value=10**18)
    settled.settle()
    assert row().ties, "what came and is not booked yet is no alarm"
    counted(settled)
    counted(settled)
    assert booked("1220") == before + 10**18 == coin(settled)
    assert booked("3000") == capital + 10**18
    with reading() as session:
        assert session.query(Journal).filter_by(event="gas_topped_up").count() <= 2


def test_coin_that_left_without_us_is_a_difference_and_is_not_booked_away(settled: Settled) -> None:
    settled.settle()
    counted(settled)
    treasury = settled.keys.treasury().address
    settled.chain.call("anvil_impersonateAccount", treasury)
    settled.chain.send(treasury, settled.chain.accounts[1], value=10**17)
    settled.chain.call("anvil_stopImpersonatingAccount", treasury)
    settled.settle()
    counted(settled)
    assert not row().ties
    assert row().difference < -(10**17)


def test_gas_of_a_block_that_left_the_chain_is_booked_for_the_block_that_stayed(settled: Settled) -> None:
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    counted(settled)
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.worker.round()
    settled.chain.mine()
    settled.worker.round()
    settled.chain.reorg(2)
    settled.settle()
    counted(settled)
    assert booked("1220") == coin(settled)
    with reading() as session:
        per_transaction = session.query(Journal.tx_hash).filter_by(event="gas_spent").all()
    assert len(per_transaction) == len(set(per_transaction))


def test_gas_of_a_transaction_that_a_node_hid_and_we_gave_up_is_booked(settled: Settled) -> None:
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    counted(settled)
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.worker._sign()
    with transaction() as session:
        (pending,) = to_broadcast(session, settled.rpc.chain_id, datetime.now(UTC))
    settled.rpc.send_raw(pending.raw)
    settled.chain.mine()
    settled.chain.finalize()
    treasury = settled.keys.address("treasury")
    hidden = SignerView(settled.rpc.transaction_count(treasury, "finalized"), {pending.id: False})
    with transaction() as session:
        assert reconcile_signer(session, settled.rpc.chain_id, treasury, hidden) == 1
    settled.settle()
    counted(settled)
    assert settled.books("2110", owner=order) == 0
    assert booked("1220") == coin(settled)
    assert row().ties


def test_a_transaction_that_reverted_costs_gas_all_the_same(settled: Settled) -> None:
    settled.settle()
    counted(settled)
    left = coin(settled)
    with transaction() as session:
        token = contract_addresses(session)[TOKEN]
        data = encode_call(TOKEN, "transfer", settled.chain.accounts[1], 10**30)
        header = settled.rpc.header("latest")
        assert header is not None
        plan = GasPlan(200_000, header.base_fee * 2 + 10**9)
        signed = sign_transaction(
            session,
            chain_id=settled.rpc.chain_id,
            signer=settled.keys.treasury(),
            to=token,
            data=data,
            plan=plan,
            purpose="too much",
        )
        wanted = signed.hash
    settled.settle()
    with reading() as session:
        row_of_it = session.query(ChainTransaction).filter_by(hash=wanted).one()
        assert row_of_it.succeeded is False
        assert row_of_it.gas_paid == left - coin(settled) > 0
        assert session.query(Journal).filter_by(tx_hash=wanted, event="gas_spent").count() == 1
