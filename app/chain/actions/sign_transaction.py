"""Signing: nonce, bytes and hash are committed before anything is sent."""

from typing import Any

from hexbytes import HexBytes
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.chain.models import ChainTransaction, SignerNonce
from app.chain.rpc import Rpc
from app.signing.accounts import LocalAccount, TypedTransaction

PRIORITY_FEE = 1_000_000_000
BUMP_PERCENT = 113
MAX_FEE = 1_000 * 10**9
"""Wei per gas that no bump goes beyond: what is stuck there waits for the chain to become cheaper."""


class GasPlan:
    """Gas and fees of one transaction, from a look at the chain before the database transaction began."""

    def __init__(self, gas: int, max_fee: int, priority_fee: int = PRIORITY_FEE) -> None:
        self.gas = gas
        self.max_fee = max_fee
        self.priority_fee = priority_fee


def plan_gas(rpc: Rpc, sender: bytes, to: bytes | None, data: bytes) -> GasPlan:
    """Estimate, plus a quarter. Raises RpcRefused when the call would revert now."""
    estimate = rpc.estimate_gas(sender, to, data)
    header = rpc.header("latest")
    base_fee = header.base_fee if header else 0
    return GasPlan(estimate * 5 // 4, base_fee * 2 + PRIORITY_FEE)


def ensure_nonce(session: Session, rpc: Rpc, signer: bytes, known_count: int) -> None:
    """Start counting for a signer never used before at what the chain says (`known_count`)."""
    session.execute(
        upsert(SignerNonce)
        .values(chain_id=rpc.chain_id, address=signer, next_nonce=known_count)
        .on_conflict_do_nothing()
    )


def sign_transaction(
    session: Session, *, chain_id: int, signer: LocalAccount, to: bytes | None, data: bytes, plan: GasPlan, purpose: str
) -> ChainTransaction:
    """Take the next nonce under a row lock and store the signed bytes. Broadcasting is a later step."""
    address = bytes.fromhex(signer.address[2:])
    counter = session.execute(
        select(SignerNonce).where(SignerNonce.chain_id == chain_id, SignerNonce.address == address).with_for_update()
    ).scalar_one()
    nonce = counter.next_nonce
    counter.next_nonce = nonce + 1
    return _store(session, chain_id, signer, to, data, nonce, plan, purpose)


def replace_transaction(
    session: Session, old: ChainTransaction, *, signer: LocalAccount, base_fee: int
) -> ChainTransaction | None:
    """The same call and nonce with fees at least an eighth higher; every earlier hash is kept. None beyond MAX_FEE."""
    said = TypedTransaction.from_bytes(HexBytes(old.raw)).as_dict()
    priority_fee = old.priority_fee * BUMP_PERCENT // 100 + 1
    max_fee = max(old.max_fee * BUMP_PERCENT // 100 + 1, base_fee * 2 + priority_fee)
    if max_fee > MAX_FEE:
        return None
    plan = GasPlan(said["gas"], max_fee, priority_fee)
    to = bytes(said["to"]) or None
    new = _store(session, old.chain_id, signer, to, bytes(said["data"]), old.nonce, plan, old.purpose)
    new.replaces_id = old.id
    return new


def _store(
    session: Session,
    chain_id: int,
    signer: LocalAccount,
    to: bytes | None,
    data: bytes,
    nonce: int,
    plan: GasPlan,
    purpose: str,
) -> ChainTransaction:
    fields: dict[str, Any] = {
        "type": 2,
        "chainId": chain_id,
        "nonce": nonce,
        "value": 0,
        "data": data,
        "gas": plan.gas,
        "maxFeePerGas": plan.max_fee,
        "maxPriorityFeePerGas": plan.priority_fee,
    }
    if to is not None:
        fields["to"] = to
    signed = signer.sign_transaction(fields)
    row = ChainTransaction(
        chain_id=chain_id,
        signer=bytes.fromhex(signer.address[2:]),
        nonce=nonce,
        hash=bytes(signed.hash),
        raw=bytes(signed.raw_transaction),
        purpose=purpose,
        max_fee=plan.max_fee,
        priority_fee=plan.priority_fee,
    )
    session.add(row)
    session.flush()
    return row
