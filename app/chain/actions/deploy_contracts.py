"""Deploying our contracts, once per chain. Each step can be repeated after a crash: the same bytes, the same address."""

from collections.abc import Sequence
from typing import Any

from eth_utils.crypto import keccak
from sqlalchemy import select

from app.chain.actions.follow_transactions import (
    Pending,
    open_by_purpose,
    record_broadcast,
    record_receipt,
    send,
    wait_for_receipt,
)
from app.chain.actions.sign_transaction import ensure_nonce, plan_gas, sign_transaction
from app.chain.contracts import contract, encode_deployment
from app.chain.errors import RpcRefused
from app.chain.models import Deployment
from app.chain.rpc import Receipt, Rpc
from app.db.session import reading, transaction
from app.signing.accounts import LocalAccount


def deploy_contract(rpc: Rpc, signer: LocalAccount, name: str, arguments: Sequence[Any]) -> tuple[bytes, bool]:
    """(address, whether it was deployed just now). Records address and code hash per chain id.

    Raises RpcRefused when a recorded contract is not on this chain any more, ChainUnavailable when no block comes.
    """
    sender = bytes.fromhex(signer.address[2:])
    with reading() as session:
        known = session.execute(
            select(Deployment.address).where(Deployment.chain_id == rpc.chain_id, Deployment.name == name)
        ).scalar_one_or_none()
    if known is not None:
        if not rpc.code(known):
            raise RpcRefused(reason=f"{name} is recorded at 0x{known.hex()}, but there is no code at that address")
        return known, False
    pending = _signed_deployment(rpc, signer, sender, name, arguments)
    receipt = _send_until_mined(rpc, pending)
    if not receipt.succeeded or receipt.contract_address is None:
        raise RpcRefused(reason=f"the deployment of {name} reverted")
    with transaction() as session:
        record_receipt(session, pending.id, receipt)
        session.add(
            Deployment(
                chain_id=rpc.chain_id,
                name=name,
                address=receipt.contract_address,
                code_hash=contract(name).code_hash,
                tx_hash=pending.hash,
                block_number=receipt.block_number,
                arguments=[to_json(argument) for argument in arguments],
            )
        )
    return receipt.contract_address, True


def adopt_contract(rpc: Rpc, name: str, address: bytes) -> bytes:
    """Somebody else's contract that stands already: recorded once, followed from the present final block on.

    Raises RpcRefused when nothing stands there, or another one is recorded under the name.
    """
    code = rpc.code(address)
    if not code:
        raise RpcRefused(reason=f"there is no code at 0x{address.hex()}")
    final = rpc.header("finalized") or rpc.header("latest")
    assert final is not None
    with transaction() as session:
        known = session.execute(
            select(Deployment.address).where(Deployment.chain_id == rpc.chain_id, Deployment.name == name)
        ).scalar_one_or_none()
        if known is None:
            session.add(
                Deployment(
                    chain_id=rpc.chain_id,
                    name=name,
                    address=address,
                    code_hash=bytes(keccak(code)),
                    tx_hash=None,
                    block_number=final.number,
                    arguments=[],
                )
            )
    if known not in (None, address):
        raise RpcRefused(reason=f"{name} is recorded at 0x{known.hex()}, not at 0x{address.hex()}")
    return address


def _signed_deployment(rpc: Rpc, signer: LocalAccount, sender: bytes, name: str, arguments: Sequence[Any]) -> Pending:
    purpose = f"deploy:{name}:{keccak(encode_deployment(name, *arguments)).hex()[:16]}"
    with reading() as session:
        known = open_by_purpose(session, rpc.chain_id, purpose)
    if known is not None:
        return known
    data = encode_deployment(name, *arguments)
    plan = plan_gas(rpc, sender, None, data)
    count = rpc.transaction_count(sender)
    with transaction() as session:
        ensure_nonce(session, rpc, sender, count)
        new = sign_transaction(
            session, chain_id=rpc.chain_id, signer=signer, to=None, data=data, plan=plan, purpose=purpose
        )
        return Pending(new.id, new.hash, new.raw, new.state)


def _send_until_mined(rpc: Rpc, pending: Pending) -> Receipt:
    problem = send(rpc, pending)
    with transaction() as session:
        record_broadcast(session, pending.id, problem)
    return wait_for_receipt(rpc, pending.hash)


def to_json(argument: Any) -> Any:
    return "0x" + argument.hex() if isinstance(argument, bytes) else argument
