"""From the outbox to signed transactions. Three steps, so that no lock is held while the node is asked:

1. read the planned intents that may go now (transaction);
2. simulate each against the node (network);
3. sign what would succeed, intent and signed bytes in one transaction. Broadcasting is `app.chain`'s next step.

Dies between 1 and 3: nothing was signed, it starts over. Dies after 3: the bytes are sent by whoever starts next.
"""

from collections.abc import Sequence
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
from app.settlement.batches import Item, batch_call, batches
from app.settlement.calldata import Call, call_for
from app.settlement.models import ChainIntent, Escrow, EscrowLeg
from app.settlement.queries import contract_addresses

BATCH = 50
DONE_ALREADY = {"AlreadyFunded", "MintAlreadyDone", "RedeemAlreadyDone"}


@dataclass(frozen=True)
class Ready:
    """A planned intent, or several that go together, and their call, not yet tried."""

    intent_ids: tuple[UUID, ...]
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
    return _ready(session, list(intents), int(head.timestamp()))


def _ready(session: Session, intents: list[ChainIntent], now: int) -> list[Ready]:
    addresses = contract_addresses(session)
    items: list[Item] = []
    for intent in intents:
        if intent.kind in {"mint", "mint_wallet"} and not _reserve_covers(session, intent, items):
            continue
        escrow = session.get(Escrow, intent.escrow_id) if intent.escrow_id else None
        leg = session.get(EscrowLeg, intent.leg_id) if intent.leg_id else None
        if leg is not None and leg.remaining == 0:
            intent.state, intent.problem = "dropped", "nothing is left in the leg"
            continue
        items.append(Item(intent, escrow, leg))
    groups, alone = batches(items)
    found = [Ready(tuple(item.intent.id for item in group), batch_call(group, addresses, now)) for group in groups]
    return found + [
        Ready((item.intent.id,), call_for(item.intent, item.escrow, item.leg, addresses, now)) for item in alone
    ]


def _reserve_covers(session: Session, intent: ChainIntent, before: list[Item]) -> bool:
    """Supply after this mint, after those before it and those under way, must stay within the reserve of the books."""
    under_way = sum(item.intent.amount for item in before if item.intent.kind in {"mint", "mint_wallet"}) + sum(
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
    wanted = outcome.ready.intent_ids
    intents = session.scalars(
        select(ChainIntent)
        .where(ChainIntent.id.in_(wanted), ChainIntent.state == "planned")
        .order_by(ChainIntent.id)
        .with_for_update()
    ).all()
    if len(intents) != len(wanted):
        return False
    if outcome.gas is None:
        _refused(session, intents, outcome.refusal)
        return False
    signed = sign_transaction(
        session,
        chain_id=chain_id,
        signer=Keys(settings().key_seed).treasury(),
        to=outcome.ready.call.to,
        data=outcome.ready.call.data,
        plan=outcome.gas,
        purpose=f"{intents[0].kind} x{len(intents)}" if len(intents) > 1 else intents[0].key,
    )
    for intent in intents:
        intent.transaction_id = signed.id
        intent.state, intent.problem = "sent", None
    return True


def _refused(session: Session, intents: Sequence[ChainIntent], refusal: str) -> None:
    if len(intents) > 1:
        for intent in intents:
            intent.attempts += 1  # each goes alone next time, and its own reason shows
    elif refusal in DONE_ALREADY:
        _done_by_somebody(session, intents[0])
    else:
        set_back(session, intents[0], refusal)


def _done_by_somebody(session: Session, intent: ChainIntent) -> None:
    """The effect is on chain already: final logs tick the intent off, unless they came before it was planned."""
    escrow = session.get(Escrow, intent.escrow_id) if intent.escrow_id else None
    is_final = escrow is not None and all(leg.final_funded for leg in escrow.legs)
    intent.state, intent.problem = ("done" if is_final else "sent"), None
