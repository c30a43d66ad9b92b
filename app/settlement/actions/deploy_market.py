"""Everything the market needs on its chain: token, escrow, the treasury's allowance for it, and the anchor of the books; each once."""

from app.chain.actions.deploy_contracts import adopt_contract, deploy_contract
from app.chain.actions.follow_transactions import send_again_what_was_lost
from app.chain.contracts import ANCHOR, ESCROW, TOKEN
from app.chain.keys import Keys
from app.chain.rpc import Rpc
from app.config.current import settings
from app.db.session import transaction
from app.money.amounts import TOKEN_DECIMALS
from app.settlement.actions.allow_escrow import allow_escrow
from app.settlement.actions.choose_policy import choose_policy


def deploy_market() -> list[str]:
    """Deploy what is missing; one line per contract. Opens its own transactions, since it waits for blocks between them.

    Raises WrongChain, ChainUnavailable, RpcRefused, TokenPolicyKept.
    """
    current = settings()
    rpc = Rpc(current.chain_rpc_url, current.chain_id)
    rpc.require_chain()
    with transaction() as session:
        choose_policy(session)
    send_again_what_was_lost(rpc)
    treasury = Keys(current.key_seed).treasury()
    owner = treasury.address
    if current.token_address:
        token, token_is_new = adopt_contract(rpc, TOKEN, bytes.fromhex(current.token_address[2:])), False
    else:
        token, token_is_new = deploy_contract(
            rpc, treasury, TOKEN, (current.token_name, current.token_symbol, TOKEN_DECIMALS, owner, owner)
        )
    escrow, escrow_is_new = deploy_contract(rpc, treasury, ESCROW, (owner,))
    allow_escrow(rpc, treasury, token, escrow)
    anchor, anchor_is_new = deploy_contract(rpc, treasury, ANCHOR, (owner,))
    found = (TOKEN, token, token_is_new), (ESCROW, escrow, escrow_is_new), (ANCHOR, anchor, anchor_is_new)
    return [
        f"{name} 0x{address.hex()} on chain {current.chain_id} ({'deployed' if is_new else 'was there'})"
        for name, address, is_new in found
    ]
