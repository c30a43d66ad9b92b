"""EIP-712 messages that our contracts accept: built, hashed and signed here, without a network.

Addresses are 20 bytes, hashes 32 bytes, times Unix seconds, amounts base units. The Solidity side is
`contracts_abi/src/Messages.sol`; `tests/contracts` shows that both agree on every digest.
Sources: EIP-712 (typed data), ERC-3009 (transfers by authorization).
"""

from dataclasses import dataclass
from typing import Any

from eth_keys.exceptions import BadSignature, ValidationError
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from app.signing.accounts import Account, LocalAccount, encode_typed_data

EIP712_DOMAIN = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
ESCROW_NAME = "Phsar Escrow"
VERSION = "1"


@dataclass(frozen=True)
class Leg:
    """One order of one seller, as in the contract's `Leg`."""

    order_id: bytes
    seller: bytes
    amount: int
    fee_bps: int
    ship_by: int
    auto_release_at: int

    def as_tuple(self) -> tuple[Any, ...]:
        return (
            self.order_id,
            to_checksum_address(self.seller),
            self.amount,
            self.fee_bps,
            self.ship_by,
            self.auto_release_at,
        )


@dataclass(frozen=True)
class Terms:
    """What the parties agree to, as in the contract's `Terms`."""

    group_id: bytes
    token: bytes
    buyer: bytes
    refund_to: bytes
    fee_recipient: bytes
    arbiter: bytes
    fund_by: int
    answer_window: int
    dispute_timeout: int
    default_seller_bps: int
    legs: tuple[Leg, ...]

    def as_tuple(self) -> tuple[Any, ...]:
        """The struct as contract calls take it."""
        return (
            self.group_id,
            to_checksum_address(self.token),
            to_checksum_address(self.buyer),
            to_checksum_address(self.refund_to),
            to_checksum_address(self.fee_recipient),
            to_checksum_address(self.arbiter),
            self.fund_by,
            self.answer_window,
            self.dispute_timeout,
            self.default_seller_bps,
            tuple(leg.as_tuple() for leg in self.legs),
        )


_LEG = (
    ("orderId", "bytes32"),
    ("seller", "address"),
    ("amount", "uint128"),
    ("feeBps", "uint16"),
    ("shipBy", "uint64"),
    ("autoReleaseAt", "uint64"),
)
_TERMS = (
    ("groupId", "bytes32"),
    ("token", "address"),
    ("buyer", "address"),
    ("refundTo", "address"),
    ("feeRecipient", "address"),
    ("arbiter", "address"),
    ("fundBy", "uint64"),
    ("answerWindow", "uint32"),
    ("disputeTimeout", "uint32"),
    ("defaultSellerBps", "uint16"),
    ("legs", "Leg[]"),
)
_ACT = (("escrowId", "bytes32"), ("leg", "uint256"))
_BOUND = (("remaining", "uint256"), ("deadline", "uint256"))
ACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "Release": (*_ACT, ("amount", "uint256"), *_BOUND),
    "Refund": (*_ACT, ("amount", "uint256"), *_BOUND),
    "Resolve": (*_ACT, ("sellerAmount", "uint256"), *_BOUND),
    "Extend": (*_ACT, ("newAutoReleaseAt", "uint256"), *_BOUND),
    "WithdrawProposals": (*_ACT, ("sequence", "uint256"), *_BOUND),
    "MarkShipped": (*_ACT, ("deadline", "uint256")),
    "CancelUnshipped": (*_ACT, ("deadline", "uint256")),
    "Dispute": (*_ACT, ("deadline", "uint256")),
    "Settle": (
        *_ACT,
        ("sellerAmount", "uint256"),
        ("remaining", "uint256"),
        ("sequence", "uint256"),
        ("deadline", "uint256"),
    ),
}
_TRANSFER = (
    ("from", "address"),
    ("to", "address"),
    ("value", "uint256"),
    ("validAfter", "uint256"),
    ("validBefore", "uint256"),
    ("nonce", "bytes32"),
)
_REDEEM = (
    ("from", "address"),
    ("value", "uint256"),
    ("ref", "bytes32"),
    ("validAfter", "uint256"),
    ("validBefore", "uint256"),
)


def _fields(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in pairs]


def _struct(pairs: tuple[tuple[str, str], ...], values: tuple[Any, ...]) -> dict[str, Any]:
    return {name: _plain(value) for (name, _), value in zip(pairs, values, strict=True)}


def _plain(value: Any) -> Any:
    return "0x" + value.hex() if isinstance(value, bytes) else value


def typed_data(
    *, name: str, chain_id: int, contract: bytes, primary: str, types: dict[str, Any], message: dict[str, Any]
) -> dict[str, Any]:
    """A complete EIP-712 document, as `eth_signTypedData_v4` and wallets take it (JSON-ready)."""
    return {
        "types": {"EIP712Domain": EIP712_DOMAIN, **types},
        "primaryType": primary,
        "domain": {
            "name": name,
            "version": VERSION,
            "chainId": chain_id,
            "verifyingContract": to_checksum_address(contract),
        },
        "message": message,
    }


def digest(document: dict[str, Any]) -> bytes:
    """The 32 bytes that are signed."""
    signable = encode_typed_data(full_message=document)
    return bytes(keccak(b"\x19" + signable.version + signable.header + signable.body))


def sign(account: LocalAccount, document: dict[str, Any]) -> bytes:
    """65 bytes r, s, v."""
    return bytes(account.sign_message(encode_typed_data(full_message=document)).signature)


def recover(document: dict[str, Any], signature: bytes) -> bytes | None:
    """The address that signed, or None when the signature is no signature."""
    try:
        found = Account.recover_message(encode_typed_data(full_message=document), signature=signature)
    except (
        ValueError,
        TypeError,
        BadSignature,
        ValidationError,
    ):  # those of eth-keys have no common root with ValueError
        return None
    return bytes.fromhex(found[2:])


def terms_document(terms: Terms, chain_id: int, escrow: bytes) -> dict[str, Any]:
    values = terms.as_tuple()
    message = _struct(_TERMS, values)
    message["legs"] = [_struct(_LEG, leg.as_tuple()) for leg in terms.legs]
    return typed_data(
        name=ESCROW_NAME,
        chain_id=chain_id,
        contract=escrow,
        primary="Terms",
        types={"Terms": _fields(_TERMS), "Leg": _fields(_LEG)},
        message=message,
    )


def escrow_id(terms: Terms, chain_id: int, escrow: bytes) -> bytes:
    """Digest of the terms: the escrow's id on chain and the nonce of the buyer's authorization."""
    return digest(terms_document(terms, chain_id, escrow))


def act_document(act: str, values: tuple[Any, ...], chain_id: int, escrow: bytes) -> dict[str, Any]:
    """A message of `ACTS`, its values in the order of its fields."""
    pairs = ACTS[act]
    return typed_data(
        name=ESCROW_NAME,
        chain_id=chain_id,
        contract=escrow,
        primary=act,
        types={act: _fields(pairs)},
        message=_struct(pairs, values),
    )


def act_values(
    act: str, escrow: bytes, leg: int, amount: tuple[int, ...], *, remaining: int, deadline: int
) -> tuple[Any, ...]:
    """The values of an act by one party. What moves money binds what remains; a fact does not, lest the other void it."""
    bound = (remaining,) if ("remaining", "uint256") in ACTS[act] else ()
    return (escrow, leg, *amount, *bound, deadline)


@dataclass(frozen=True)
class Authorization:
    """An ERC-3009 transfer: who pays whom how much, between which seconds, under which nonce."""

    payer: bytes
    receiver: bytes
    value: int
    valid_after: int
    valid_before: int
    nonce: bytes


def receive_document(authorization: Authorization, chain_id: int, token: bytes, token_name: str) -> dict[str, Any]:
    """ERC-3009 `ReceiveWithAuthorization`: only the receiver can use it, so nobody can run ahead with it."""
    return _authorization_document("ReceiveWithAuthorization", authorization, chain_id, token, token_name)


def transfer_document(authorization: Authorization, chain_id: int, token: bytes, token_name: str) -> dict[str, Any]:
    """ERC-3009 `TransferWithAuthorization`: anybody can send it, and it pays the same once."""
    return _authorization_document("TransferWithAuthorization", authorization, chain_id, token, token_name)


def _authorization_document(
    primary: str, authorization: Authorization, chain_id: int, token: bytes, token_name: str
) -> dict[str, Any]:
    values = (
        to_checksum_address(authorization.payer),
        to_checksum_address(authorization.receiver),
        authorization.value,
        authorization.valid_after,
        authorization.valid_before,
        authorization.nonce,
    )
    return typed_data(
        name=token_name,
        chain_id=chain_id,
        contract=token,
        primary=primary,
        types={primary: _fields(_TRANSFER)},
        message=_struct(_TRANSFER, values),
    )


def redeem_document(
    *,
    holder: bytes,
    value: int,
    ref: bytes,
    valid_after: int,
    valid_before: int,
    chain_id: int,
    token: bytes,
    token_name: str,
) -> dict[str, Any]:
    """A holder's consent to burn `value` for the redemption `ref`."""
    primary = "RedeemWithAuthorization"
    values = (to_checksum_address(holder), value, ref, valid_after, valid_before)
    return typed_data(
        name=token_name,
        chain_id=chain_id,
        contract=token,
        primary=primary,
        types={primary: _fields(_REDEEM)},
        message=_struct(_REDEEM, values),
    )


def split_signature(signature: bytes) -> tuple[int, bytes, bytes]:
    """65 bytes r, s, v as the (v, r, s) that contracts take."""
    return signature[64], signature[:32], signature[32:64]
