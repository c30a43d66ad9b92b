"""EIP-712 messages of a token holder beside those in `typed_data`: permit, transfer and taking an authorization back.

Addresses are 20 bytes, amounts base units, times Unix seconds. Sources: ERC-2612 (permit), ERC-3009 (authorizations).
"""

from typing import Any

from eth_utils.address import to_checksum_address

from app.chain.typed_data import Authorization, typed_data

_PERMIT = (
    ("owner", "address"),
    ("spender", "address"),
    ("value", "uint256"),
    ("nonce", "uint256"),
    ("deadline", "uint256"),
)
_TRANSFER = (
    ("from", "address"),
    ("to", "address"),
    ("value", "uint256"),
    ("validAfter", "uint256"),
    ("validBefore", "uint256"),
    ("nonce", "bytes32"),
)
_CANCEL = (("authorizer", "address"), ("nonce", "bytes32"))


def permit_document(
    *, owner: bytes, spender: bytes, value: int, nonce: int, deadline: int, chain_id: int, token: bytes, token_name: str
) -> dict[str, Any]:
    """The owner lets `spender` draw `value`; `nonce` is the token's own count for the owner.

    Anyone may present it, so it never decides alone: the escrow also wants the owner's signature over the terms.
    """
    values = (to_checksum_address(owner), to_checksum_address(spender), value, nonce, deadline)
    return _document("Permit", _PERMIT, values, chain_id, token, token_name)


def transfer_document(authorization: Authorization, chain_id: int, token: bytes, token_name: str) -> dict[str, Any]:
    """ERC-3009 `TransferWithAuthorization`: anyone can present it, so it pays persons, never a contract."""
    values = (
        to_checksum_address(authorization.payer),
        to_checksum_address(authorization.receiver),
        authorization.value,
        authorization.valid_after,
        authorization.valid_before,
        "0x" + authorization.nonce.hex(),
    )
    return _document("TransferWithAuthorization", _TRANSFER, values, chain_id, token, token_name)


def cancel_document(authorizer: bytes, nonce: bytes, chain_id: int, token: bytes, token_name: str) -> dict[str, Any]:
    """ERC-3009 `CancelAuthorization`: the unused authorization with this nonce no longer counts."""
    values = (to_checksum_address(authorizer), "0x" + nonce.hex())
    return _document("CancelAuthorization", _CANCEL, values, chain_id, token, token_name)


def _document(
    primary: str,
    pairs: tuple[tuple[str, str], ...],
    values: tuple[Any, ...],
    chain_id: int,
    token: bytes,
    token_name: str,
) -> dict[str, Any]:
    fields = [{"name": name, "type": kind} for name, kind in pairs]
    message = {name: value for (name, _), value in zip(pairs, values, strict=True)}
    return typed_data(
        name=token_name, chain_id=chain_id, contract=token, primary=primary, types={primary: fields}, message=message
    )
