"""What time itself brings about: claims after the protection window, unanswered cancellations, undecided disputes,
escrows that cannot be funded any more, and another attempt at what is stuck. Deadlines are the chain's."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from app.chain.contracts import topic_of
from app.chain.queries import chain_time
from app.events.bus import publish
from app.settlement.actions.finish_intents import try_stuck_again
from app.settlement.actions.move_tokens import burn_refunded
from app.settlement.actions.plan_intent import plan_intent
from app.settlement.events import EscrowUnfunded
from app.settlement.models import ChainIntent, Escrow, EscrowLeg

BATCH = 500
_DUE_LEGS = text((Path(__file__).parents[1] / "sql" / "due_legs.sql").read_text("utf-8"))


def plan_due(session: Session, chain_id: int) -> int:
    """Plan an intent for every leg whose time has come by the chain's clock. Returns how many were planned."""
    now = chain_time(session, chain_id)
    if now is None:
        return 0
    topics = {
        "disputed": topic_of("Disputed"),
        "cancellation": topic_of("CancellationRequested"),
        "shipped": topic_of("Shipped"),
        "extended": topic_of("Extended"),
    }
    due = session.execute(_DUE_LEGS, {"chain_id": chain_id, "now": now, "size": BATCH, **topics}).all()
    for row in due:
        leg = session.get_one(EscrowLeg, row.leg_id)
        plan_intent(
            session,
            key=f"{row.kind}:{leg.id}",
            chain_id=chain_id,
            kind=row.kind,
            escrow_id=leg.escrow.id,
            leg_id=leg.id,
        )
    _give_up_unfunded(session, chain_id, now)
    try_stuck_again(session, chain_id, datetime.now(UTC))
    return len(due)


def _give_up_unfunded(session: Session, chain_id: int, now: datetime) -> None:
    """A card was charged, but nothing came into escrow in time: the tokens are burned and the card is given back."""
    funded = exists().where(
        EscrowLeg.escrow_id == ChainIntent.escrow_id, EscrowLeg.seen_funded.is_(True) | EscrowLeg.final_funded.is_(True)
    )
    missed = session.scalars(
        select(ChainIntent)
        .join(Escrow, Escrow.id == ChainIntent.escrow_id)
        .where(
            ChainIntent.chain_id == chain_id,
            ChainIntent.kind == "deposit",
            ChainIntent.state.in_(("planned", "stuck")),
            Escrow.fund_by < now,
            ~funded,
        )
        .order_by(ChainIntent.id)
        .limit(BATCH)
        .with_for_update(of=ChainIntent)
    ).all()
    for deposit in missed:
        escrow = session.get_one(Escrow, deposit.escrow_id)
        mint = session.get_one(ChainIntent, deposit.after_id, with_for_update=True) if deposit.after_id else None
        deposit.state, deposit.problem = "dropped", "its time to be funded has passed"
        if mint is None:
            pass  # nothing was minted for it: its tokens are in the float
        elif mint.state in {"planned", "stuck"}:
            mint.state, mint.problem = "dropped", deposit.problem
        else:
            burn_refunded(session, key=f"burn:unfunded:{escrow.id}", units=escrow.amount, after_id=mint.id)
        publish(session, EscrowUnfunded(escrow.order_group_id, now))
