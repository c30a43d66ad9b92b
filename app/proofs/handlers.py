"""Reactions to the chain: what is anchored for good is kept beside the seals."""

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.chain.contracts import ANCHOR
from app.chain.events import TransactionFinal
from app.chain.queries import deployed_address
from app.proofs.models import Anchor


def record_anchors(session: Session, event: TransactionFinal) -> None:
    """As the chain has it, whether or not we have such a seal. Told twice is kept once."""
    for log in event.logs:
        if log.contract == ANCHOR and log.name == "Anchored":
            session.execute(
                upsert(Anchor)
                .values(
                    chain_id=log.chain_id,
                    contract=deployed_address(session, log.chain_id, ANCHOR),
                    seal=log.values["number"],
                    seal_hash=log.values["hash"],
                    tx_hash=log.tx_hash,
                    block_number=log.block_number,
                    block_time=log.block_time,
                )
                .on_conflict_do_nothing(index_elements=[Anchor.chain_id, Anchor.contract, Anchor.seal])
            )
