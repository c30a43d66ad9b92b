"""Asking the chain for a page. These are network calls: they stand between transactions, never inside one."""

from uuid import UUID

from app.chain.errors import ChainUnavailable
from app.chain.reads import token_balances
from app.chain.rpc import Rpc
from app.config.current import settings
from app.db.session import reading
from app.money.amounts import TokenAmount
from app.settlement.errors import NotEnoughTokens
from app.settlement.queries import escrow_of_group


def require_tokens(order_group_id: UUID) -> None:
    """That the buyer's wallet holds what it signs for. A chain that does not answer hinders nobody: the deposit decides.

    Raises NotEnoughTokens.
    """
    with reading() as session:
        escrow = escrow_of_group(session, order_group_id)
    if escrow is None:
        return
    rpc = Rpc(settings().chain_rpc_url, escrow.chain_id)
    try:
        head = rpc.header("latest")
        held = token_balances(rpc, escrow.token, [escrow.buyer], head.number)[escrow.buyer] if head else escrow.amount
    except ChainUnavailable:
        return
    if held < escrow.amount:
        raise NotEnoughTokens(held=TokenAmount(held), needed=TokenAmount(escrow.amount))
