"""A wallet buyer: one signature funds all sellers, and only that."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from app.chain.typed_data import sign
from app.db.session import reading, transaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import bank_receipt_recorded
from app.settlement.actions.exit_leg import exit_message, release_leg
from app.settlement.actions.fund_escrow import fund_by_wallet, funding_message
from app.settlement.actions.move_tokens import credit_wallet
from app.settlement.errors import SignatureNeeded, SignatureRejected
from tests.support.settled import Settled

UNIT = 10_000


def address_of(account: LocalAccount) -> bytes:
    return bytes.fromhex(account.address[2:])


@pytest.fixture
def buyer(settled: Settled) -> LocalAccount:
    """A wallet with 200 dollars of tokens and no gas money."""
    account: LocalAccount = Account.create()
    with transaction() as session:
        post_journal(session, bank_receipt_recorded(reference="ABA-1", cents=20_000, at=datetime.now(UTC)))
        credit_wallet(session, bank_receipt_id=uuid4(), wallet_address=address_of(account), units=20_000 * UNIT)
    settled.settle()
    return account


def authorize(group_id: UUID, account: LocalAccount, **changed: object) -> tuple[int, int, bytes]:
    with reading() as session:
        document = funding_message(session, group_id)
    document["message"].update(changed)
    return document["message"]["validAfter"], document["message"]["validBefore"], sign(account, document)


def test_one_signature_funds_all_sellers_and_the_buyer_pays_no_gas(settled: Settled, buyer: LocalAccount) -> None:
    group, (first, second) = settled.escrow(7_250, 3_800, paid_by="wallet", buyer=address_of(buyer))
    after, before, signature = authorize(group, buyer)
    with transaction() as session:
        fund_by_wallet(session, group, valid_after=after, valid_before=before, signature=signature)
    settled.settle()
    assert settled.on_chain(address_of(buyer)) == (20_000 - 11_050) * UNIT
    assert settled.books("2110", owner=first) == 7_250 * UNIT
    assert settled.books("2110", owner=second) == 3_800 * UNIT
    assert settled.books("2100") == (20_000 - 11_050) * UNIT
    assert settled.chain.call("eth_getBalance", buyer.address, "latest") == "0x0"
    settled.books_equal_chain()


def test_a_signature_of_somebody_else_is_refused(settled: Settled, buyer: LocalAccount) -> None:
    group, _ = settled.escrow(7_250, paid_by="wallet", buyer=address_of(buyer))
    after, before, signature = authorize(group, Account.create())
    with pytest.raises(SignatureRejected), transaction() as session:
        fund_by_wallet(session, group, valid_after=after, valid_before=before, signature=signature)


@pytest.mark.parametrize("changed", [{"value": 1}, {"nonce": "0x" + "12" * 32}, {"to": "0x" + "34" * 20}])
def test_a_signature_over_other_terms_is_refused(
    settled: Settled, buyer: LocalAccount, changed: dict[str, str]
) -> None:
    group, _ = settled.escrow(7_250, paid_by="wallet", buyer=address_of(buyer))
    after, before, signature = authorize(group, buyer, **changed)
    with pytest.raises(SignatureRejected), transaction() as session:
        fund_by_wallet(session, group, valid_after=after, valid_before=before, signature=signature)


def test_a_signature_whose_time_is_over_is_refused(settled: Settled, buyer: LocalAccount) -> None:
    group, _ = settled.escrow(7_250, paid_by="wallet", buyer=address_of(buyer))
    after, before, signature = authorize(group, buyer, validBefore=1)
    with pytest.raises(SignatureRejected), transaction() as session:
        fund_by_wallet(session, group, valid_after=after, valid_before=before, signature=signature)


@pytest.mark.parametrize("garbage", [b"", bytes(65), b"\xff" * 65, b"x" * 64])
def test_bytes_that_are_no_signature_are_refused(settled: Settled, buyer: LocalAccount, garbage: bytes) -> None:
    group, _ = settled.escrow(7_250, paid_by="wallet", buyer=address_of(buyer))
    after, before, _ = authorize(group, buyer)
    with pytest.raises(SignatureRejected), transaction() as session:
        fund_by_wallet(session, group, valid_after=after, valid_before=before, signature=garbage)


def test_a_wallet_buyer_releases_with_the_own_signature_only(settled: Settled, buyer: LocalAccount) -> None:
    shop = settled.shop()
    group, (order,) = settled.escrow(10_000, paid_by="wallet", buyer=address_of(buyer), shops=[shop])
    after, before, signature = authorize(group, buyer)
    with transaction() as session:
        fund_by_wallet(session, group, valid_after=after, valid_before=before, signature=signature)
    settled.settle()
    with pytest.raises(SignatureNeeded), transaction() as session:
        release_leg(session, order, key="release:x")
    deadline = settled.chain.now() + 3_600
    with reading() as session:
        document = exit_message(session, order, "release", deadline=deadline)
    with transaction() as session:
        release_leg(session, order, key="release:1", signature=sign(buyer, document), deadline=deadline)
    settled.settle()
    assert settled.books("2200", owner=shop) == 9_500 * UNIT
    settled.books_equal_chain()


@pytest.mark.parametrize("deadline", [0, -1, 2**256])
def test_an_exit_signed_for_a_time_that_is_over_is_refused(
    settled: Settled, buyer: LocalAccount, deadline: int
) -> None:
    group, (order,) = settled.escrow(10_000, paid_by="wallet", buyer=address_of(buyer))
    after, before, signature = authorize(group, buyer)
    with transaction() as session:
        fund_by_wallet(session, group, valid_after=after, valid_before=before, signature=signature)
    settled.settle()
    with reading() as session:
        document = exit_message(session, order, "release", deadline=0)
    with pytest.raises(SignatureRejected, match="its time is over"), transaction() as session:
        release_leg(session, order, key="release:1", signature=sign(buyer, document), deadline=deadline)
    settled.settle()
    assert settled.books("2110", owner=order) == 10_000 * UNIT


def test_a_seller_with_a_wallet_is_paid_there(settled: Settled) -> None:
    wallet: LocalAccount = Account.create()
    shop = settled.shop(wallet=address_of(wallet))
    group, (order,) = settled.escrow(10_000, shops=[shop])
    settled.card_paid(group, 10_000)
    settled.settle()
    with transaction() as session:
        release_leg(session, order, key="release:1")
    settled.settle()
    assert settled.on_chain(address_of(wallet)) == 9_500 * UNIT
    assert settled.books("2100") == 9_500 * UNIT
    settled.books_equal_chain()
