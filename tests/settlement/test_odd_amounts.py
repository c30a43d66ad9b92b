"""Parts of a cent and transfers that the token refuses: every unit stays in the books, and each is explained."""

from uuid import uuid4

from eth_utils.crypto import keccak

from app.chain.contracts import ESCROW, TOKEN, encode_call
from app.db.session import reading, transaction
from app.settlement.actions.exit_leg import dispute_leg, refund_leg, release_leg, resolve_leg
from app.settlement.queries import contract_addresses
from tests.support.settled import Settled

UNIT = 10_000


def test_what_is_less_than_a_cent_of_a_refund_stays_in_the_treasury_as_an_open_item(settled: Settled) -> None:
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    with transaction() as session:
        dispute_leg(session, order, key="dispute:1")
    settled.settle()
    with transaction() as session:
        resolve_leg(session, order, key="resolve:1", seller_units=3_333 * UNIT + 3_333)
    settled.settle()
    assert settled.books("2150", "USD") == 6_666
    assert settled.books("2900") == settled.books("1200") == 6_667
    assert settled.supply() == 3_333 * UNIT + 3_333 + 6_667
    settled.books_equal_chain()


def test_a_later_refund_of_the_order_completes_the_cent(settled: Settled) -> None:
    group, (order,) = settled.escrow(10_000)
    settled.card_paid(group, 10_000)
    settled.settle()
    for number, units in enumerate((1_000 * UNIT + 4_000, 2_000 * UNIT + 6_000)):
        with transaction() as session:
            refund_leg(session, order, key=f"refund:{number}", units=units)
        settled.settle()
    assert settled.books("2150", "USD") == 3_001
    assert settled.books("2900") == settled.books("1200") == 0
    settled.books_equal_chain()


def test_a_seller_whom_the_token_refuses_is_owed_it_until_it_is_withdrawn(settled: Settled) -> None:
    """The escrow is made to look short of tokens, so that the transfer to the seller fails, the one of the fee not."""
    shop, stranger = settled.shop(), settled.chain.accounts[3]
    group, (order,) = settled.escrow(10_000, shops=[shop])
    settled.card_paid(group, 10_000)
    settled.settle()
    with reading() as session:
        addresses = contract_addresses(session)
    token, escrow = "0x" + addresses[TOKEN].hex(), addresses[ESCROW]
    slot = "0x" + keccak(bytes(12) + escrow + bytes(32)).hex()  # balances are the token's first mapping

    def escrow_holds(units: int) -> None:
        settled.chain.call("anvil_setStorageAt", token, slot, "0x" + units.to_bytes(32).hex())

    escrow_holds(500 * UNIT)
    assert settled.on_chain(escrow) == 500 * UNIT
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.settle()
    escrow_holds(9_500 * UNIT)
    seller = bytes.fromhex(settled.keys.seller(shop).address[2:])
    assert settled.on_chain(seller) == settled.books("1230", owner=shop) == settled.books("2200", owner=shop) == 0
    assert settled.books("2120", owner=shop) == settled.books("1210") == 9_500 * UNIT
    assert settled.books("4100") + settled.books("2300") == 500 * UNIT
    settled.books_equal_chain()

    data = encode_call(ESCROW, "withdrawFor", token, "0x" + seller.hex())
    settled.chain.send(stranger, "0x" + escrow.hex(), data="0x" + data.hex())
    settled.settle()
    assert settled.on_chain(seller) == settled.books("1230", owner=shop) == settled.books("2200", owner=shop)
    assert settled.books("2200", owner=shop) == 9_500 * UNIT
    assert settled.books("2120", owner=shop) == settled.books("1210") == 0
    settled.books_equal_chain()


def test_a_mint_that_nobody_planned_stands_in_suspense_and_not_as_a_sale(settled: Settled) -> None:
    wallet, treasury = settled.chain.accounts[4], settled.keys.treasury().address
    with reading() as session:
        token = contract_addresses(session)[TOKEN]
    settled.chain.call("anvil_impersonateAccount", treasury)
    data = encode_call(TOKEN, "mint", wallet, 12_345, uuid4().bytes * 2)
    settled.chain.send(treasury, "0x" + token.hex(), data="0x" + data.hex())
    settled.chain.call("anvil_stopImpersonatingAccount", treasury)
    settled.settle()
    assert settled.books("3910") == settled.books("2100") == 12_345
    assert settled.books("2900") == -12_345
    assert settled.books("2150", "USD") == 0
    settled.books_equal_chain()
