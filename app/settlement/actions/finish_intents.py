"""Ticking off intents by what the chain's final logs say, never by what we sent."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select, true, update
from sqlalchemy.orm import Session, aliased

from app.chain.events import DecodedLog
from app.chain.keys import Keys
from app.chain.models import ChainTransaction
from app.config.current import settings
from app.events.bus import publish
from app.settlement.events import IntentStuck, TaxTokensBurnedFinal, TaxTokensMovedFinal, TokensRedeemedFinal
from app.settlement.models import ChainIntent, Escrow, EscrowLeg
from app.settlement.rules import id_from_chain

MAX_ATTEMPTS = 6
_BY_LEG = {
    "Released": ("release", "claim", "resolve", "timeout"),
    "Refunded": ("refund", "resolve", "timeout", "finalize_cancellation", "cancel_unshipped"),
    "Disputed": ("dispute",),
    "Shipped": ("mark_shipped",),
    "CancellationRequested": ("cancel_unshipped",),
}
_MOVES_MONEY = ("Released", "Refunded")
TAX_TRANSFERS = ("set_tax_aside", "return_tax")
TRANSFERS = (*TAX_TRANSFERS, "give_commission", "sell", "buy_back", "buy_back_tax")
"""Signed transfers of ours, known by their nonce."""
_OPEN = ("planned", "sent")
WAITS = {"DepositsArePaused", "StillProtected", "DecisionPending", "AnswerWindowOpen"}
"""Refusals that end by themselves: they are waited out and never call for a person."""
NODE_IN_TROUBLE = "the node is in trouble"
"""Said nothing about the intent. What only this intent brings about would go on for ever, so it is believed for an hour."""
WAIT = timedelta(seconds=30)
TROUBLE_WAIT = timedelta(seconds=5)
TROUBLE_ENDS = timedelta(hours=1)
STUCK_WAIT = timedelta(hours=1)


def finish_intents(session: Session, logs: Sequence[DecodedLog]) -> None:
    """Mark what these final logs show to be done."""
    now = datetime.now(UTC)
    for log in logs:
        for intent in _answered(session, log):
            intent.state, intent.done_at, intent.problem = "done", now, None
            _tell(session, intent, log)
    session.flush()


def _tell(session: Session, intent: ChainIntent, log: DecodedLog) -> None:
    """The packages above wait for these."""
    given = intent.arguments
    if intent.kind in {"redeem", "buy_back"}:
        publish(session, TokensRedeemedFinal(UUID(given["redemption_id"]), intent.amount, log.block_time))
    elif intent.kind in {"burn_tax", "buy_back_tax"}:
        publish(session, TaxTokensBurnedFinal(UUID(given["remittance_id"]), intent.amount, log.block_time))
    elif intent.kind in TAX_TRANSFERS:
        publish(session, TaxTokensMovedFinal(log.values["nonce"], log.block_time))


def _answered(session: Session, log: DecodedLog) -> Iterable[ChainIntent]:
    open_intents = select(ChainIntent).where(ChainIntent.state.in_(_OPEN)).with_for_update(of=ChainIntent)
    if log.name in {"Minted", "Redeemed"}:
        # anybody may redeem own tokens under any reference: only the holder and the amount we planned count
        planned = open_intents.where(
            ChainIntent.arguments["ref"].astext == log.values["ref"].hex(), ChainIntent.amount == log.values["amount"]
        )
        if log.name == "Redeemed":
            holder = ChainIntent.arguments["from"].astext == log.values["from"].hex()
            is_burn = (ChainIntent.kind == "burn") & (
                log.values["from"] == Keys(settings().key_seed).address("treasury")
            )
            planned = planned.where(holder | is_burn)
        return session.scalars(planned)
    if log.name == "AuthorizationUsed":
        return session.scalars(
            open_intents.where(
                ChainIntent.kind.in_(TRANSFERS),
                ChainIntent.arguments["ref"].astext == log.values["nonce"].hex(),
                ChainIntent.arguments["from"].astext == log.values["authorizer"].hex(),
            )
        )
    if log.name == "Anchored":
        return session.scalars(
            open_intents.where(
                ChainIntent.kind == "anchor",
                ChainIntent.chain_id == log.chain_id,
                ChainIntent.arguments["seal"].as_integer() == log.values["number"],
                ChainIntent.arguments["hash"].astext == log.values["hash"].hex(),
            )
        )
    if log.name == "Deposited":
        return session.scalars(
            open_intents.join(Escrow, Escrow.id == ChainIntent.escrow_id).where(
                Escrow.escrow_id == log.values["id"], ChainIntent.kind.in_(("deposit", "deposit_authorized"))
            )
        )
    if log.name in _BY_LEG:
        ours, sent = aliased(ChainTransaction), aliased(ChainTransaction)
        in_our_transaction = exists().where(
            sent.id == ChainIntent.transaction_id,
            ours.chain_id == sent.chain_id,
            ours.signer == sent.signer,
            ours.nonce == sent.nonce,
            ours.hash == log.tx_hash,
        )
        intents = session.scalars(
            open_intents.join(EscrowLeg, EscrowLeg.id == ChainIntent.leg_id)
            .join(Escrow, Escrow.id == EscrowLeg.escrow_id)
            .where(
                Escrow.escrow_id == log.values["id"],
                EscrowLeg.order_id == id_from_chain(log.values["orderId"]),
                ChainIntent.kind.in_(_BY_LEG[log.name]),
                in_our_transaction if log.name in _MOVES_MONEY else true(),
            )
        ).all()
        return intents or _relayed_by_others(session, log)
    return ()


def _relayed_by_others(session: Session, log: DecodedLog) -> list[ChainIntent]:
    """Signed messages are public once they are sent, and anybody may have one executed before us: still it is done.

    A message binds what the leg held before it, so amount and remainder tell which one it was.
    """
    if log.name not in {"Released", "Refunded"}:
        return []
    moved = log.values["net"] + log.values["fee"] if log.name == "Released" else log.values["amount"]
    kind = "release" if log.name == "Released" else "refund"
    return list(
        session.scalars(
            select(ChainIntent)
            .join(EscrowLeg, EscrowLeg.id == ChainIntent.leg_id)
            .join(Escrow, Escrow.id == EscrowLeg.escrow_id)
            .where(
                ChainIntent.state.in_(_OPEN),
                ChainIntent.kind == kind,
                Escrow.escrow_id == log.values["id"],
                EscrowLeg.order_id == id_from_chain(log.values["orderId"]),
                ChainIntent.arguments["bound"].astext == str(log.values["remaining"] + moved),
                ChainIntent.amount.in_((0, moved)),
            )
            .order_by(ChainIntent.id)
            .limit(1)
            .with_for_update(of=ChainIntent)
        )
    )


def repoint_intents(session: Session, replaced_ids: Sequence[UUID], transaction_id: UUID) -> None:
    session.execute(
        update(ChainIntent).where(ChainIntent.transaction_id.in_(replaced_ids)).values(transaction_id=transaction_id)
    )


def retry_intents_of(session: Session, transaction_id: UUID, problem: str) -> None:
    """Plan again what a final transaction did not do; after some attempts a person must look."""
    for intent in session.scalars(
        select(ChainIntent)
        .where(ChainIntent.transaction_id == transaction_id, ChainIntent.state == "sent")
        .with_for_update()
    ):
        intent.transaction_id = None
        set_back(session, intent, problem)


def set_back(session: Session, intent: ChainIntent, problem: str) -> None:
    """One failed attempt: wait longer each time, then call for a person, and go on trying once an hour meanwhile."""
    intent.problem = problem
    if problem in WAITS:
        intent.state, intent.not_before = "planned", datetime.now(UTC) + WAIT
        return
    if problem == NODE_IN_TROUBLE and datetime.now(UTC) - intent.created_at < TROUBLE_ENDS:
        intent.state, intent.not_before = "planned", datetime.now(UTC) + TROUBLE_WAIT
        return
    intent.attempts += 1
    if intent.attempts >= MAX_ATTEMPTS:
        intent.state, intent.not_before = "stuck", datetime.now(UTC) + STUCK_WAIT
        publish(session, IntentStuck(intent.id, intent.kind, problem))
    else:
        intent.state = "planned"
        intent.not_before = datetime.now(UTC) + timedelta(seconds=2**intent.attempts)


def recheck_sent(session: Session, chain_id: int) -> None:
    """Sent in a transaction that is final, but no log shows the effect (a failed item of a batch)."""
    for transaction_id in session.scalars(
        select(ChainTransaction.id)
        .join(ChainIntent, ChainIntent.transaction_id == ChainTransaction.id)
        .where(ChainIntent.chain_id == chain_id, ChainIntent.state == "sent", ChainTransaction.state == "final")
        .distinct()
    ).all():
        retry_intents_of(session, transaction_id, "the transaction is final but its effect is missing")


def try_stuck_again(session: Session, chain_id: int, now: datetime) -> None:
    """Nobody's money waits for ever because nobody looked: each stuck intent has one more attempt when its hour is over."""
    session.execute(
        update(ChainIntent)
        .where(ChainIntent.chain_id == chain_id, ChainIntent.state == "stuck", ChainIntent.not_before < now)
        .values(state="planned", not_before=None, transaction_id=None)
    )


def retry_stuck(session: Session, intent_id: UUID) -> None:
    """A person says: try again from the beginning."""
    session.execute(
        update(ChainIntent)
        .where(ChainIntent.id == intent_id, ChainIntent.state == "stuck")
        .values(state="planned", attempts=0, not_before=None, transaction_id=None)
    )
