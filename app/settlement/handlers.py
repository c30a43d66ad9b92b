"""Reactions to the chain. Seen: legs are recounted from their logs. Final: the books, and the packages above."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.chain.events import (
    DecodedLog,
    OwnTransactionFailed,
    OwnTransactionFinal,
    OwnTransactionMined,
    TransactionFinal,
    TransactionRolledBack,
    TransactionSeen,
)
from app.events.bus import publish
from app.ledger.actions.post_journal import post_journal
from app.ledger.entries import LogRef
from app.ledger.recipes import gas_spent
from app.money.amounts import UNITS_PER_CENT, cents_completed
from app.settlement.actions.book_transaction import book_transaction, log_ref
from app.settlement.actions.finish_intents import finish_intents, repoint_intents, retry_intents_of
from app.settlement.actions.move_tokens import burn_refunded
from app.settlement.events import (
    LegDisputedFinal,
    LegFundedFinal,
    LegRefundedFinal,
    LegReleasedFinal,
    LegSeen,
)
from app.settlement.models import Escrow, EscrowLeg
from app.settlement.queries import facts_of_leg, leg_facts
from app.settlement.rules import REASONS, id_from_chain, leg_totals


def follow_head(session: Session, event: TransactionSeen | TransactionRolledBack) -> None:
    """Recount every leg the transaction touched; a rollback is a recount like any other."""
    for leg in _legs_of(session, event.logs):
        totals = leg_totals(leg_facts(facts_of_leg(session, leg)))
        leg.seen_funded, leg.is_disputed = totals.is_funded, totals.is_disputed
        leg.seen_released, leg.seen_refunded = totals.released, totals.refunded
        session.flush()
        publish(
            session,
            LegSeen(leg.order_id, totals.is_funded, leg.amount, totals.released, totals.refunded, totals.is_disputed),
        )


def make_final(session: Session, event: TransactionFinal) -> None:
    """Book the transaction, tell the packages above, and tick off what we had planned."""
    book_transaction(session, event.logs)
    for log in event.logs:
        leg = _leg_of(session, log)
        if leg is not None:
            _advance(session, leg, log)
    finish_intents(session, event.logs)


def retry_failed(session: Session, event: OwnTransactionFailed) -> None:
    """Our transaction is final and reverted: its intents are looked at again."""
    retry_intents_of(session, event.transaction_id, "the transaction reverted")


def book_gas(session: Session, event: OwnTransactionFinal) -> None:
    """The market pays the gas of everything it sends, for buyers and sellers too; once per transaction."""
    log = LogRef(event.chain_id, event.block_number, event.block_hash, event.tx_hash, None, event.block_time)
    post_journal(session, gas_spent(purpose=event.purpose, wei=event.gas_paid, log=log))


def follow_replacement(session: Session, event: OwnTransactionMined) -> None:
    """Intents follow the transaction that was mined, whichever of its bumps it was."""
    repoint_intents(session, event.replaced_ids, event.transaction_id)


def _advance(session: Session, leg: EscrowLeg, log: DecodedLog) -> None:
    values = log.values
    if log.name == "LegFunded":
        leg.final_funded = True
        publish(session, LegFundedFinal(leg.order_id, values["amount"], log.tx_hash, log.block_time))
    elif log.name == "Released":
        leg.final_released += values["net"] + values["fee"]
        leg.final_fee += values["fee"]
        publish(
            session,
            LegReleasedFinal(
                leg.order_id,
                values["net"],
                values["fee"],
                values["remaining"],
                REASONS[values["reason"]],
                log.tx_hash,
                log.block_time,
                leg.final_released,
                log_ref(log),
            ),
        )
    elif log.name == "Refunded":
        cents, _ = cents_completed(leg.final_refunded, values["amount"])
        leg.final_refunded += values["amount"]
        if leg.escrow.paid_by == "card" and cents:
            burn_refunded(session, key=f"burn:{leg.id}:{values['remaining']}", units=cents * UNITS_PER_CENT)
        publish(
            session,
            LegRefundedFinal(
                leg.order_id,
                values["amount"],
                cents,
                values["remaining"],
                REASONS[values["reason"]],
                leg.escrow.paid_by == "card",
                log.tx_hash,
                log.block_time,
            ),
        )
    elif log.name == "Disputed":
        publish(session, LegDisputedFinal(leg.order_id, log.block_time))
    session.flush()


def _leg_of(session: Session, log: DecodedLog) -> EscrowLeg | None:
    """The leg a log is about, locked, but not its key: whoever holds the order's lock may plan what comes next."""
    order_id = id_from_chain(log.values["orderId"]) if "orderId" in log.values else None
    if order_id is None:
        return None
    return session.scalars(
        select(EscrowLeg)
        .join(Escrow)
        .where(Escrow.escrow_id == log.values["id"], EscrowLeg.order_id == order_id)
        .with_for_update(of=EscrowLeg, key_share=True)
    ).one_or_none()


def _legs_of(session: Session, logs: Iterable[DecodedLog]) -> list[EscrowLeg]:
    found: dict[UUID, EscrowLeg] = {}
    for log in logs:
        leg = _leg_of(session, log)
        if leg is not None:
            found[leg.id] = leg
    return list(found.values())
