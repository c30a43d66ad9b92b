"""Coin for gas that came to the treasury: the chain tells balances of it, and no log."""

from sqlalchemy.orm import Session

from app.chain.models import ChainCursor
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import GAS
from app.ledger.queries import balance
from app.ledger.recipes import gas_topped_up


def book_gas_found(session: Session, position: ChainCursor, wei: int) -> int:
    """The treasury has `wei` in the block up to which all is booked (`position`): book what is more. Returns it.

    Only transactions of ours lessen it, and each of these is booked; so what is more was sent there. What is less stays a
    difference of the tie-out: somebody used our key elsewhere. Only the settlement worker calls this, between two of its
    steps that book gas.
    """
    found = wei - balance(session, "1220", GAS)
    if found > 0:
        post_journal(
            session,
            gas_topped_up(
                chain_id=position.chain_id, block_number=position.final_number, wei=found, at=position.head_time
            ),
        )
    return max(found, 0)
