"""From the outbox to signed transactions. Three steps, so that no lock is held while the node is asked:

1. read the planned intents that may go now (transaction);
2. simulate each against the node (network);
3. sign what would succeed, intent and signed bytes in one transaction. Broadcasting is `app.chain`'s next step.

Dies between 1 and 3: nothing was signed, it starts over. Dies after 3: the bytes are sent by whoever starts next.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from app.chain.actions.sign_transaction import GasPlan, plan_gas, sign_transaction
from app.chain.contracts import revert_name
from app.chain.errors import RpcRefused
from app.chain.keys import Keys
from app.chain.models import ChainTransaction
from app.chain.queries import chain_time
from app.chain.rpc import Rpc
from app.config.current import settings
from app.ledger.queries import balance, reserve_cents
from app.money.amounts import UNITS_PER_CENT
from app.settlement.actions.finish_intents import set_back
from app.settlement.calldata import Call, NothingLeft, call_for
from app.settlement.models import ChainIntent, Escrow, EscrowLeg
from app.settlement.queries import contract_addresses

BATCH = 50
DONE_ALREADY = {"AlreadyFunded", "MintAlreadyDone", "RedeemAlreadyDone"}


@dataclass(frozen=True)
class Ready:
    """A planned intent and its call, not yet tried."""

    intent_id: UUID
    call: Call


@dataclass(frozen=True)
class Outcome:
    """What the simulation said: gas, or a refusal."""

    ready: Ready
    gas: GasPlan | None
    refusal: str = ""


def read_planned(session: Session, chain_id: int) -> list[Ready]:
    """Intents that may go now, oldest first. Empty legs are dropped, mints beyond the reserve are held back."""
    now = datetime.now(UTC)
    head = chain_time(session, chain_id)
    if head is None:
        return []
    before = aliased(ChainIntent)
    before_tx = aliased(ChainTransaction)
    intents = session.scalars(
        select(ChainIntent)
        .outerjoin(before, before.id == ChainIntent.after_id)
        .outerjoin(before_tx, before_tx.id == before.transaction_id)
        .where(
            ChainIntent.chain_id == chain_id,
            ChainIntent.state == "planned",
            or_(ChainIntent.not_before.is_(None), ChainIntent.not_before <= now),
            or_(
                ChainIntent.after_id.is_(None),
                before.state == "done",
                before_tx.state.in_(("mined", "final")),
            ),
        )
        .order_by(ChainIntent.id)
        .limit(BATCH)
        .with_for_update(of=ChainIntent, skip_locked=True)
    ).all()
    addresses = contract_addresses(session)
    found = []
    for intent in intents:
        if intent.kind in {"mint", "mint_wallet"} and not _reserve_covers(session, intent):
            continue
        escrow = session.get(Escrow, intent.escrow_id) if intent.escrow_id else None
        leg = session.get(EscrowLeg, intent.leg_id) if intent.leg_id else None
        try:
            found.append(Ready(intent.id, call_for(intent, escrow, leg, addresses, int(head.timestamp()))))
        except NothingLeft:
            intent.state, intent.problem = "dropped", "nothing is left in the leg"
    return found


def _reserve_covers(session: Session, intent: ChainIntent) -> bool:
    """Supply after this mint, and after those under way, must stay within the reserve the books show."""
    under_way = sum(
        session.scalars(
            select(ChainIntent.amount).where(ChainIntent.kind.in_(("mint", "mint_wallet")), ChainIntent.state == "sent")
        )
    )
    supply = balance(session, "3910", "CTM") + under_way + intent.amount
    if supply <= reserve_cents(session) * UNITS_PER_CENT:
        return True
    intent.problem = "minting would exceed the reserve"
    return False


def simulate(rpc: Rpc, ready: Ready) -> Outcome:
    """Ask the node what would happen now."""
    try:
        return Outcome(
            ready, plan_gas(rpc, Keys(settings().key_seed).address("treasury"), ready.call.to, ready.call.data)
        )
    except RpcRefused as refusal:
        return Outcome(ready, None, revert_name(refusal.data) or str(refusal.values["reason"]))


def sign_or_set_back(session: Session, outcome: Outcome, chain_id: int) -> bool:
    """Sign and mark sent, or note the refusal. True when signed."""
    intent = session.scalars(
        select(ChainIntent)
        .where(ChainIntent.id == outcome.ready.intent_id, ChainIntent.state == "planned")
        .with_for_update()
    ).one_or_none()
    if intent is None:
        return False
    if outcome.gas is None:
        if outcome.refusal in DONE_ALREADY:
            _done_by_somebody(session, intent)
        else:
            set_back(session, intent, outcome.refusal)
        return False
    signed = sign_transaction(
        session,
        chain_id=chain_id,
        signer=Keys(settings().key_seed).treasury(),
        to=outcome.ready.call.to,
        data=outcome.ready.call.data,
        plan=outcome.gas,
        purpose=f"{intent.kind}:{intent.key}",
    )
    intent.transaction_id = signed.id
    intent.state, intent.problem = "sent", None
    return True


def _done_by_somebody(session: Session, intent: ChainIntent) -> None:
    """The effect is on chain already: final logs tick the intent off, unless they came before it was planned."""
    escrow = session.get(Escrow, intent.escrow_id) if intent.escrow_id else None
    is_final = escrow is not None and all(leg.final_funded for leg in escrow.legs)
    intent.state, intent.problem = ("done" if is_final else "sent"), None
