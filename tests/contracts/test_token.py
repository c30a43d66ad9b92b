"""The settlement token takes the messages that the product signs."""

from collections.abc import Callable
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount

from app.chain.token_documents import cancel_document, transfer_document
from app.chain.typed_data import Authorization, redeem_document, sign, split_signature
from tests.contracts.market import FOREVER, TOKEN_NAME, Market, address, named
from tests.contracts.node import CHAIN_ID, Refused

REF = b"\x07" * 32
NONCE = b"\x09" * 32


def redeem(market: Market, by: LocalAccount, value: int, valid_before: int = FOREVER) -> tuple[Any, ...]:
    document = redeem_document(
        holder=address(market.buyer),
        value=value,
        ref=REF,
        valid_after=0,
        valid_before=valid_before,
        chain_id=CHAIN_ID,
        token=market.token,
        token_name=TOKEN_NAME,
    )
    return (address(market.buyer), value, REF, 0, valid_before, *split_signature(sign(by, document)))


def test_a_signed_redemption_burns_the_holders_units_once(market: Market) -> None:
    before = market.balance(address(market.buyer))
    receipt = market.send_token("redeemWithAuthorization", *redeem(market, market.buyer, 5), by=market.stranger)
    assert named(receipt, "Redeemed") == {"from": address(market.buyer), "amount": 5, "ref": REF}
    assert market.balance(address(market.buyer)) == before - 5
    with pytest.raises(Refused, match="RedeemAlreadyDone"):
        market.send_token("redeemWithAuthorization", *redeem(market, market.buyer, 5))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda market: redeem(market, market.stranger, 5),
        lambda market: redeem(market, market.buyer, 5, market.node.now()),
        lambda market: (address(market.buyer), 6, *redeem(market, market.buyer, 5)[2:]),
    ],
    ids=["another person", "too late", "another amount"],
)
def test_a_wrong_redemption_is_refused(market: Market, wrong: Callable[[Market], tuple[Any, ...]]) -> None:
    before = market.balance(address(market.buyer))
    with pytest.raises(Refused):
        market.send_token("redeemWithAuthorization", *wrong(market))
    assert market.balance(address(market.buyer)) == before


def test_one_payment_is_minted_once(market: Market) -> None:
    with pytest.raises(Refused, match="MintAlreadyDone"):
        market.mint(address(market.buyer), 1, "the buyer's bank receipt")


def test_only_the_minter_mints(market: Market) -> None:
    with pytest.raises(Refused, match="NotMinter"):
        market.send_token("mint", address(market.buyer), 1, REF, by=market.buyer)


def test_a_signed_transfer_moves_units_unless_it_was_canceled(market: Market) -> None:
    transfer = Authorization(address(market.buyer), address(market.seller), 5, 0, FOREVER, NONCE)
    signature = sign(market.buyer, transfer_document(transfer, CHAIN_ID, market.token, TOKEN_NAME))
    arguments = (transfer.payer, transfer.receiver, 5, 0, FOREVER, NONCE, *split_signature(signature))
    snapshot = market.node.call("evm_snapshot")
    market.send_token("transferWithAuthorization", *arguments, by=market.stranger)
    assert market.balance(address(market.seller)) == 5

    market.node.call("evm_revert", snapshot)
    cancel = sign(market.buyer, cancel_document(transfer.payer, NONCE, CHAIN_ID, market.token, TOKEN_NAME))
    market.send_token("cancelAuthorization", transfer.payer, NONCE, *split_signature(cancel))
    with pytest.raises(Refused):
        market.send_token("transferWithAuthorization", *arguments, by=market.stranger)
    assert market.balance(address(market.seller)) == 0
