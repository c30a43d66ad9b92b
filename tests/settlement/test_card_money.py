"""A card-paid order, from the charge to the seller, on a real node."""

from app.chain.contracts import TOKEN
from app.chain.models import ChainTransaction
from app.db.session import reading, transaction
from app.settlement.actions.exit_leg import dispute_leg, note_leg_sent, refund_leg, release_leg, resolve_leg
from app.settlement.models import ChainIntent
from app.settlement.queries import leg_of
from tests.support.settled import Settled

UNIT = 10_000  # base units of a cent


def test_a_card_payment_is_minted_and_held_in_escrow_per_seller(settled: Settled) -> None:
    group, (first, second) = settled.escrow(7_250, 3_800)
    settled.card_paid(group, 11_050)
    settled.settle()
    assert settled.on_chain(settled.escrow_address()) == 11_050 * UNIT
    assert settled.books("2110", owner=first) == 7_250 * UNIT
    assert settled.books("2110", owner=second) == 3_800 * UNIT
    assert settled.books("2150", "USD") == 0
    settled.books_equal_chain()


def test_confirming_receipt_pays_the_seller_less_commission(settled: Settled) -> None:
    shop = settled.shop()
    group, (order,) = settled.escrow(10_000, shops=[shop])
    settled.card_paid(group, 10_000)
    settled.settle()
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.settle()
    assert settled.books("2200", owner=shop) == 9_500 * UNIT
    assert settled.on_chain(bytes.fromhex(settled.keys.seller(shop).address[2:])) == 9_500 * UNIT
    assert settled.books("4100") + settled.books("2300") == 500 * UNIT
    assert settled.books("2110", owner=order) == 0
    settled.books_equal_chain()


def test_part_refund_then_release_takes_commission_only_on_what_was_released(settled: Settled) -> None:
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    with transaction() as session:
        refund_leg(session, order, key="refund:1", units=4_000 * UNIT)
    settled.settle()
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.settle()
    assert settled.books("4100") + settled.books("2300") == 300 * UNIT
    assert settled.books("2150", "USD") == 4_000
    settled.books_equal_chain()


def test_the_arbiter_splits_a_disputed_order(settled: Settled) -> None:
    shop = settled.shop()
    group, (order,) = settled.escrow(10_000, shops=[shop])
    settled.card_paid(group, 10_000)
    settled.settle()
    with transaction() as session:
        dispute_leg(session, order, key="dispute:1")
    settled.settle()
    with reading() as session:
        leg = leg_of(session, order)
        assert leg is not None
        assert leg.is_disputed
    with transaction() as session:
        resolve_leg(session, order, key="resolve:1", seller_units=6_000 * UNIT)
    settled.settle()
    assert settled.books("2200", owner=shop) == 5_700 * UNIT
    assert settled.books("2150", "USD") == 4_000
    settled.books_equal_chain()


def test_silence_pays_the_seller_after_the_protection_window(settled: Settled) -> None:
    shop = settled.shop()
    group, (order,) = settled.escrow(10_000, shops=[shop])
    settled.card_paid(group, 10_000)
    settled.settle()
    with transaction() as session:
        note_leg_sent(session, order)
    settled.chain.pass_time(15 * 86_400)
    settled.worker._due_at = 0
    settled.settle()
    settled.worker._due_at = 0
    settled.settle()
    assert settled.books("2200", owner=shop) == 9_500 * UNIT
    settled.books_equal_chain()


def test_planning_the_same_thing_twice_is_one_intent(settled: Settled) -> None:
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    for _ in range(2):
        with transaction() as session:
            release_leg(session, order, key="release:1")
    settled.settle()
    with reading() as session:
        states = {intent.key.split(":")[0]: intent.state for intent in session.query(ChainIntent)}
    assert states == {"mint": "done", "deposit": "done", "release": "done"}
    assert settled.supply() == 10_000 * UNIT


def test_a_reorg_that_drops_the_deposit_is_undone_and_the_money_sent_again(settled: Settled) -> None:
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    for _ in range(4):
        settled.worker.round()
    with reading() as session:
        leg = leg_of(session, order)
        assert leg is not None
        assert leg.seen_funded
    settled.chain.reorg(3)
    settled.worker.round()
    settled.settle()
    assert settled.on_chain(settled.escrow_address()) == 10_000 * UNIT
    assert settled.books("2110", owner=order) == 10_000 * UNIT
    settled.books_equal_chain()


def test_minting_beyond_the_reserve_is_held_back(settled: Settled) -> None:
    from datetime import UTC, datetime

    from app.ledger.actions.post_journal import post_journal
    from app.ledger.chart import usd_account
    from app.ledger.entries import JournalEntry, credit, debit

    with transaction() as session:
        post_journal(
            session,
            JournalEntry(
                "drain",
                "capital_paid_out",
                datetime.now(UTC),
                (debit(usd_account("3000"), 1_000_000), credit(usd_account("1010"), 1_000_000)),
            ),
        )
    from app.settlement.actions.fund_escrow import fund_by_card

    group, _ = settled.escrow(10_000)
    with transaction() as session:
        fund_by_card(session, group)
    settled.settle()
    assert settled.supply() == 0
    with reading() as session:
        (mint,) = session.query(ChainIntent).filter_by(kind="mint")
    assert mint.problem == "minting would exceed the reserve"


def test_tokens_sent_to_the_escrow_by_a_stranger_stand_in_suspense(settled: Settled) -> None:
    from datetime import UTC, datetime
    from uuid import uuid4

    from app.chain.contracts import encode_call
    from app.ledger.actions.post_journal import post_journal
    from app.ledger.recipes import bank_receipt_recorded
    from app.settlement.actions.move_tokens import credit_wallet
    from app.settlement.queries import contract_addresses

    stranger = settled.chain.accounts[3]
    with transaction() as session:
        post_journal(session, bank_receipt_recorded(reference="R1", cents=5_000, at=datetime.now(UTC)))
        credit_wallet(session, bank_receipt_id=uuid4(), wallet_address=bytes.fromhex(stranger[2:]), units=5_000 * UNIT)
    settled.settle()
    assert settled.books("2100") == 5_000 * UNIT
    with reading() as session:
        token = contract_addresses(session)[TOKEN]
    data = encode_call(TOKEN, "transfer", "0x" + settled.escrow_address().hex(), 1_234)
    settled.chain.send(stranger, "0x" + token.hex(), data="0x" + data.hex())
    settled.settle()
    assert settled.books("2900") == 1_234
    settled.books_equal_chain()


def test_many_orders_share_transactions(settled: Settled) -> None:
    shop = settled.shop()
    placed = [settled.escrow(1_000 + n, shops=[shop]) for n in range(4)]
    for n, (group, _) in enumerate(placed):
        settled.card_paid(group, 1_000 + n)
    settled.settle()
    for _, (order,) in placed:
        with transaction() as session:
            release_leg(session, order, key=f"release:{order}")
    settled.settle()
    with reading() as session:
        purposes = [row.purpose for row in session.query(ChainTransaction) if " x" in row.purpose]
        assert {intent.state for intent in session.query(ChainIntent)} == {"done"}
    assert sorted(purposes) == ["deposit x4", "mint x4", "release x4"]
    settled.books_equal_chain()
