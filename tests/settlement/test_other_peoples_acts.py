"""Signed messages and references are public: what others do with them changes neither amounts nor books."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from eth_account.typed_transactions import TypedTransaction
from hexbytes import HexBytes

from app.chain.contracts import TOKEN, encode_call
from app.chain.models import ChainTransaction
from app.db.session import reading, transaction
from app.events import bus
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import bank_receipt_recorded
from app.settlement.actions.exit_leg import dispute_leg, refund_leg, release_leg
from app.settlement.actions.move_tokens import credit_wallet, redeem_units
from app.settlement.events import TokensRedeemedFinal
from app.settlement.models import ChainIntent
from app.settlement.queries import contract_addresses
from app.settlement.rules import reference
from tests.support.settled import SETTLEMENT_SUBSCRIBERS, Settled

UNIT = 10_000  # base units of a cent


def funded(settled: Settled, cents: int, shop: UUID | None = None) -> UUID:
    group, (order,) = settled.escrow(cents, shops=[shop or settled.shop()])
    settled.card_paid(group, cents)
    settled.settle()
    return order


def signed_and_executed_by_a_stranger(settled: Settled) -> None:
    """Our transaction is signed; before it is sent, somebody else sends what it says."""
    settled.worker._sign()
    with reading() as session:
        ours = session.query(ChainTransaction).filter_by(state="signed").one()
    said = TypedTransaction.from_bytes(HexBytes(ours.raw)).as_dict()
    settled.chain.send(settled.chain.accounts[3], "0x" + said["to"].hex(), data="0x" + said["data"].hex())


def states(key: str) -> set[str]:
    with reading() as session:
        return {intent.state for intent in session.query(ChainIntent).filter_by(key=key)}


def test_a_part_refund_that_a_stranger_relayed_first_is_not_made_again(settled: Settled) -> None:
    order = funded(settled, 10_000)
    with transaction() as session:
        refund_leg(session, order, key="refund:1", units=4_000 * UNIT)
    signed_and_executed_by_a_stranger(settled)
    settled.settle()
    settled.settle()
    assert settled.on_chain(settled.escrow_address()) == 6_000 * UNIT
    assert settled.books("2150", "USD") == 4_000
    assert states("refund:1") == {"done"}
    settled.books_equal_chain()


def test_a_release_that_a_stranger_relayed_first_is_done(settled: Settled) -> None:
    shop = settled.shop()
    order = funded(settled, 10_000, shop)
    with transaction() as session:
        release_leg(session, order, key="release:1", units=2_500 * UNIT)
    signed_and_executed_by_a_stranger(settled)
    settled.settle()
    with transaction() as session:
        release_leg(session, order, key="release:2", units=2_500 * UNIT)
    settled.settle()
    assert settled.books("2200", owner=shop) == 4_750 * UNIT
    assert states("release:1") == states("release:2") == {"done"}
    settled.books_equal_chain()


def test_a_dispute_that_a_stranger_relayed_first_needs_nobody(settled: Settled) -> None:
    order = funded(settled, 10_000)
    with transaction() as session:
        dispute_leg(session, order, key="dispute:1")
    signed_and_executed_by_a_stranger(settled)
    settled.settle()
    assert states("dispute:1") == {"done"}


def test_two_part_refunds_of_one_order_are_each_made_once_and_without_a_failed_transaction(settled: Settled) -> None:
    order = funded(settled, 10_000)
    for number in range(2):
        with transaction() as session:
            refund_leg(session, order, key=f"refund:{number}", units=1_000 * UNIT)
    settled.settle()
    assert settled.on_chain(settled.escrow_address()) == 8_000 * UNIT
    with reading() as session:
        assert session.query(ChainTransaction).filter_by(succeeded=False).count() == 0


def test_burning_own_tokens_under_the_reference_of_a_redemption_pays_nobody(settled: Settled) -> None:
    """The reference can be foreseen: whoever burns a single unit under it must not have the bank pay the whole."""
    heard: list[TokensRedeemedFinal] = []
    bus.install({**SETTLEMENT_SUBSCRIBERS, TokensRedeemedFinal: [lambda _, event: heard.append(event)]})
    shop, thief = settled.shop(), settled.chain.accounts[3]
    order = funded(settled, 10_000, shop)
    with transaction() as session:
        release_leg(session, order, key="release:1")
        post_journal(session, bank_receipt_recorded(reference="R1", cents=100, at=datetime.now(UTC)))
        credit_wallet(session, bank_receipt_id=uuid4(), wallet_address=bytes.fromhex(thief[2:]), units=100 * UNIT)
    settled.settle()
    redemption = uuid4()
    with transaction() as session:
        redeem_units(session, organization_id=shop, redemption_id=redemption, units=9_500 * UNIT)
        token = contract_addresses(session)[TOKEN]
    data = encode_call(TOKEN, "redeem", 1, reference("redeem", redemption))
    settled.chain.send(thief, "0x" + token.hex(), data="0x" + data.hex())
    settled.chain.finalize()
    settled.worker._index()
    assert heard == []
    settled.settle()
    assert [(event.redemption_id, event.units) for event in heard] == [(redemption, 9_500 * UNIT)]
    assert settled.books("2210", "USD") == 9_500
    assert settled.books("2200", owner=shop) == 0
    settled.books_equal_chain()
