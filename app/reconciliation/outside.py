"""Looking at Stripe and the chain for a tie-out. Network calls stand between transactions, never inside one."""

from app.chain.contracts import ESCROW, TOKEN
from app.chain.errors import NodeInTrouble, RpcRefused
from app.chain.keys import Keys
from app.chain.models import ChainCursor
from app.chain.reads import finalized_block, token_balances, total_supply
from app.chain.rpc import Rpc
from app.config.current import settings
from app.db.session import reading, report_snapshot, transaction
from app.onramp import stripe_gateway
from app.onramp.actions.ingest_balance import ingest_balance, ingest_payouts, last_ingested
from app.onramp.queries import told_otherwise
from app.reconciliation.errors import NothingBookedYet, NothingFinalYet
from app.reconciliation.queries import seller_addresses, tie_out
from app.reconciliation.rules import ChainView, StripeView, TieOut
from app.settlement.queries import contract_addresses

LOOKS = 3


def look_at_chain() -> ChainView:
    """Balances at the newest block that is final and booked. Raises ChainUnavailable, NotDeployed or NothingFinalYet."""
    current = settings()
    with reading() as session:
        position = session.get(ChainCursor, current.chain_id)
        contracts = contract_addresses(session)
        sellers = seller_addresses(session)
    if position is None:
        raise NothingBookedYet
    rpc = Rpc(current.chain_rpc_url, current.chain_id)
    block = min(position.final_number, finalized_block(rpc).number)
    header = rpc.header(block)
    if header is None:
        raise NothingFinalYet
    keys = Keys(current.key_seed)
    treasury, fees, taxes = keys.address("treasury"), keys.address("fees"), keys.address("taxes")
    escrow = contracts[ESCROW]
    addresses = [treasury, fees, taxes, escrow, *sellers.values()]
    return ChainView(
        chain_id=current.chain_id,
        block_number=header.number,
        block_hash=header.hash,
        token=contracts[TOKEN],
        treasury=treasury,
        fees=fees,
        taxes=taxes,
        escrow=escrow,
        balances=token_balances(rpc, contracts[TOKEN], addresses, header.number),
        total_supply=total_supply(rpc, contracts[TOKEN], header.number),
        gas=_gas(rpc, treasury, header.number),
    )


def _gas(rpc: Rpc, treasury: bytes, block: int) -> int | None:
    """Some nodes forget the balances of old blocks."""
    try:
        return rpc.gas_balance(treasury, block)
    except (RpcRefused, NodeInTrouble):
        return None


def look_at_stripe() -> StripeView:
    """Stripe's balance, after its newest transactions were read and booked. Raises StripeUnavailable."""
    with reading() as session:
        since = last_ingested(session)
    rows, payouts = list(stripe_gateway.balance_rows_since(since)), list(stripe_gateway.payouts_since(None))
    with transaction() as session:
        ingest_balance(session, rows)
        ingest_payouts(session, payouts)
        session.add_all(told_otherwise(session, rows, since))
    found = stripe_gateway.balance()
    return StripeView(found.available_cents, found.pending_cents)


def check_now() -> TieOut:
    """Look, compare, and look again before a difference is believed: money may have moved between two looks."""
    for _ in range(LOOKS):
        stripe_view, chain_view = look_at_stripe(), look_at_chain()
        with report_snapshot() as session:
            found = tie_out(session, chain_view, stripe_view)
        if found.ties:
            break
    return found
