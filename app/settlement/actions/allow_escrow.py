"""The treasury's standing allowance for the escrow contract, without which it could not pay for card buyers."""

from eth_utils.address import to_checksum_address

from app.chain.actions.follow_transactions import (
    Pending,
    open_by_purpose,
    record_broadcast,
    record_receipt,
    send,
    wait_for_receipt,
)
from app.chain.actions.sign_transaction import plan_gas, sign_transaction
from app.chain.contracts import TOKEN, decode_result, encode_call
from app.chain.rpc import Rpc
from app.db.session import reading, transaction
from app.signing.accounts import LocalAccount

UNLIMITED = 2**256 - 1
ENOUGH = 2**255


def allow_escrow(rpc: Rpc, treasury: LocalAccount, token: bytes, escrow: bytes) -> None:
    """Approve once; asked again, nothing. The escrow can only take what `depositFor` calls of the treasury say."""
    owner, spender = treasury.address, to_checksum_address(escrow)
    answer = rpc.call(token, encode_call(TOKEN, "allowance", owner, spender))
    if decode_result(TOKEN, "allowance", 2, answer)[0] >= ENOUGH:
        return
    purpose = f"approve:{escrow.hex()}"
    with reading() as session:
        pending = open_by_purpose(session, rpc.chain_id, purpose)
    if pending is None:
        data = encode_call(TOKEN, "approve", spender, UNLIMITED)
        plan = plan_gas(rpc, bytes.fromhex(owner[2:]), token, data)
        with transaction() as session:
            signed = sign_transaction(
                session, chain_id=rpc.chain_id, signer=treasury, to=token, data=data, plan=plan, purpose=purpose
            )
            pending = Pending(signed.id, signed.hash, signed.raw, signed.state)
    problem = send(rpc, pending)
    with transaction() as session:
        record_broadcast(session, pending.id, problem)
    receipt = wait_for_receipt(rpc, pending.hash)
    with transaction() as session:
        record_receipt(session, pending.id, receipt)
