"""Coin for gas that came to the treasury: the chain tells balances of it, and no log."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.chain.models import ChainCursor, ChainLog, ChainTransaction
from app.ledger.actions.post_journal import post_journal
from app.ledger.chart import GAS
from app.ledger.entries import LogRef
from app.ledger.models import Journal
from app.ledger.queries import balance
from app.ledger.recipes import gas_topped_up

LOOKED_AT = 500
"""Of the newest: a backup is not older than what happened since."""


def has_less_than_booked(session: Session, wei: int) -> bool:
    return wei < balance(session, "1220", GAS)


def unknown_transactions(session: Session, chain_id: int) -> list[LogRef]:
    """The newest final transactions we have logs of and nobody follows; whose they are, receipts tell.

    We do not know that we sent them, or gave them up when the node that had mined them told no receipt.
    """
    followed = exists().where(ChainTransaction.hash == ChainLog.tx_hash, ChainTransaction.state != "replaced")
    booked = exists().where(Journal.tx_hash == ChainLog.tx_hash, Journal.event == "gas_spent")
    query = (
        select(ChainLog.chain_id, ChainLog.block_number, ChainLog.block_hash, ChainLog.tx_hash, ChainLog.block_time)
        .distinct()
        .where(
            ChainLog.chain_id == chain_id,
            ChainLog.final_at.is_not(None),
            ~followed,
            ~booked,
        )
        .order_by(ChainLog.block_number.desc())
        .limit(LOOKED_AT)
    )
    return [
        LogRef(row.chain_id, row.block_number, row.block_hash, row.tx_hash, None, row.block_time)
        for row in session.execute(query)
    ]


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
