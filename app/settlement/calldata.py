"""From an intent to calldata. Messages of our own keys are signed here, over what the leg holds now."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eth_utils.address import to_checksum_address

from app.chain.contracts import ANCHOR, ESCROW, TOKEN, encode_call
from app.chain.keys import Keys
from app.chain.typed_data import (
    Authorization,
    act_document,
    act_values,
    redeem_document,
    sign,
    split_signature,
    transfer_document,
)
from app.config.current import settings
from app.settlement.models import ChainIntent, Escrow, EscrowLeg
from app.settlement.terms import terms_from_json

DEADLINE_SECONDS = 86_400


@dataclass(frozen=True)
class Call:
    """Whom to call with what."""

    to: bytes
    data: bytes


def call_for(
    intent: ChainIntent, escrow: Escrow | None, leg: EscrowLeg | None, addresses: dict[str, bytes], now: int
) -> Call:
    """The call of one intent. `now` is the chain's time in Unix seconds."""
    if intent.kind in _TOKEN_CALLS:
        return Call(addresses[TOKEN], _TOKEN_CALLS[intent.kind](intent, addresses, now))
    if intent.kind == "anchor":
        given = intent.arguments
        return Call(addresses[ANCHOR], encode_call(ANCHOR, "anchor", given["seal"], bytes.fromhex(given["hash"])))
    assert escrow is not None
    if leg is None:
        return Call(escrow.contract, _DEPOSITS[intent.kind](escrow))
    terms = terms_from_json(escrow.terms).as_tuple()
    if intent.kind in _UNSIGNED:
        return Call(escrow.contract, encode_call(ESCROW, _UNSIGNED[intent.kind], terms, leg.position))
    return Call(escrow.contract, _signed_call(intent, escrow, leg, terms, now))


def _mint(intent: ChainIntent, addresses: dict[str, bytes], now: int) -> bytes:
    del addresses, now
    to = bytes.fromhex(intent.arguments["to"]) if "to" in intent.arguments else _keys().address("treasury")
    return encode_call(TOKEN, "mint", to_checksum_address(to), intent.amount, bytes.fromhex(intent.arguments["ref"]))


def _burn(intent: ChainIntent, addresses: dict[str, bytes], now: int) -> bytes:
    del addresses, now
    return encode_call(TOKEN, "redeem", intent.amount, bytes.fromhex(intent.arguments["ref"]))


def _redeem(intent: ChainIntent, addresses: dict[str, bytes], now: int) -> bytes:
    holder, ref = bytes.fromhex(intent.arguments["from"]), bytes.fromhex(intent.arguments["ref"])
    until = now + DEADLINE_SECONDS
    document = redeem_document(
        holder=holder,
        value=intent.amount,
        ref=ref,
        valid_after=0,
        valid_before=until,
        chain_id=intent.chain_id,
        token=addresses[TOKEN],
        token_name=settings().token_name,
    )
    signature = sign(_keys().account(_purpose(intent)), document)
    return encode_call(
        TOKEN,
        "redeemWithAuthorization",
        to_checksum_address(holder),
        intent.amount,
        ref,
        0,
        until,
        *split_signature(signature),
    )


def _purpose(intent: ChainIntent) -> str:
    """The name of the key whose tokens move."""
    given = intent.arguments
    return str(given["purpose"]) if "purpose" in given else f"seller:{UUID(given['organization_id'])}"


def _transfer(intent: ChainIntent, addresses: dict[str, bytes], now: int) -> bytes:
    given = intent.arguments
    until = now + DEADLINE_SECONDS
    authorization = Authorization(
        payer=bytes.fromhex(given["from"]),
        receiver=bytes.fromhex(given["to"]),
        value=intent.amount,
        valid_after=0,
        valid_before=until,
        nonce=bytes.fromhex(given["ref"]),
    )
    document = transfer_document(authorization, intent.chain_id, addresses[TOKEN], settings().token_name)
    signature = sign(_keys().account(_purpose(intent)), document)
    return encode_call(
        TOKEN,
        "transferWithAuthorization",
        to_checksum_address(authorization.payer),
        to_checksum_address(authorization.receiver),
        authorization.value,
        authorization.valid_after,
        until,
        authorization.nonce,
        *split_signature(signature),
    )


_TOKEN_CALLS = {
    "mint": _mint,
    "mint_wallet": _mint,
    "burn": _burn,
    "redeem": _redeem,
    "burn_tax": _redeem,
    "set_tax_aside": _transfer,
    "return_tax": _transfer,
    "give_commission": _transfer,
    "sell": _transfer,
    "buy_back": _transfer,
    "buy_back_tax": _transfer,
}
_UNSIGNED = {"claim": "claim", "timeout": "timeoutDispute", "finalize_cancellation": "finalizeCancellation"}


def _deposit_for(escrow: Escrow) -> bytes:
    return encode_call(ESCROW, "depositFor", terms_from_json(escrow.terms).as_tuple())


def authorization_of(escrow: Escrow) -> tuple[int, int, int, bytes, bytes]:
    """The buyer's ERC-3009 signature as the contract takes it."""
    assert escrow.authorization is not None
    given = escrow.authorization
    v, r, s = split_signature(bytes.fromhex(given["signature"]))
    return given["valid_after"], given["valid_before"], v, r, s


def _deposit_authorized(escrow: Escrow) -> bytes:
    terms = terms_from_json(escrow.terms).as_tuple()
    return encode_call(ESCROW, "depositWithAuthorization", terms, authorization_of(escrow))


_DEPOSITS = {"deposit": _deposit_for, "deposit_authorized": _deposit_authorized}


@dataclass(frozen=True)
class SignedAct:
    """A relayed act: what it moves, until when it holds, and whose signature agrees."""

    function: str
    amount: tuple[int, ...]
    deadline: int
    signature: bytes


def signed_act(intent: ChainIntent, escrow: Escrow, leg: EscrowLeg, now: int) -> SignedAct:
    """With the party's own signature if there is one, else signed by the key the market holds for it."""
    keys = _keys()
    act, function, signer = {
        "release": ("Release", "releaseWithSignature", keys.buyer_agent),
        "refund": ("Refund", "refundWithSignature", lambda: keys.seller(leg.organization_id)),
        "dispute": ("Dispute", "disputeWithSignature", keys.buyer_agent),
        "cancel_unshipped": ("CancelUnshipped", "cancelUnshippedWithSignature", keys.buyer_agent),
        "mark_shipped": (
            "MarkShipped",
            "markShippedWithSignature",
            lambda: keys.seller(leg.organization_id),
        ),
        "resolve": ("Resolve", "resolveWithSignature", keys.arbiter),
    }[intent.kind]
    given = intent.arguments
    amount: tuple[int, ...] = ()
    if intent.kind in {"release", "refund"}:
        amount = (int(given["amount"]) if "amount" in given else intent.amount or leg.remaining,)
    elif intent.kind == "resolve":
        amount = (intent.amount,)
    if "signature" in given:
        deadline, signature = given["deadline"], bytes.fromhex(given["signature"])
    else:
        deadline = now + DEADLINE_SECONDS
        values = act_values(act, escrow.escrow_id, leg.position, amount, remaining=leg.remaining, deadline=deadline)
        signature = sign(signer(), act_document(act, values, escrow.chain_id, escrow.contract))
    return SignedAct(function, amount, deadline, signature)


def _signed_call(intent: ChainIntent, escrow: Escrow, leg: EscrowLeg, terms: tuple[Any, ...], now: int) -> bytes:
    act = signed_act(intent, escrow, leg, now)
    extra = (leg.remaining,) if intent.kind == "resolve" else ()
    return encode_call(ESCROW, act.function, terms, leg.position, *act.amount, *extra, act.deadline, act.signature)


def _keys() -> Keys:
    return Keys(settings().key_seed)
