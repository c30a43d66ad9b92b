"""From the outbox to signed transactions. Three steps, so that no lock is held while the node is asked:

1. read the planned intents that may go now (transaction);
2. simulate each against the node (network);
3. sign what would succeed, intent and signed bytes in one transaction. Broadcasting is `app.chain`'s next step.

Dies between 1 and 3: nothing was signed, it starts over. Dies after 3: the bytes are sent by whoever starts next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.chain.actions.sign_transaction import GasPlan, plan_gas, sign_transaction
from app.chain.contracts import ANCHOR, revert_name, topic_of
from app.chain.errors import NodeInTrouble, RpcRefused
from app.chain.keys import Keys
from app.chain.models import ChainCursor, ChainLog, ChainTransaction
from app.chain.queries import chain_time
from app.chain.rpc import Rpc
from app.config.current import settings
from app.events.bus import publish
from app.ledger.queries import balance, reserve_cents
from app.money.amounts import UNITS_PER_CENT
from app.settlement.actions.finish_intents import NODE_IN_TROUBLE, WAIT, set_back
from app.settlement.batches import Item, batch_call, batches, gas_of
from app.settlement.calldata import Call, call_for
from app.settlement.events import IntentStuck
from app.settlement.models import ChainIntent, Escrow, EscrowLeg
from app.settlement.queries import contract_addresses
from app.settlement.rules import FLOAT_TOO_SMALL, MINT_BEYOND_RESERVE

BATCH = 50
DONE_ALREADY = {"AlreadyFunded", "MintAlreadyDone", "RedeemAlreadyDone", "ERC3009UsedAuthorization", "NotNewer"}
SIGNED_OVER_REMAINDER = {"release", "refund"}


@dataclass(frozen=True)
class Ready:
    """A planned intent, or several that go together, and their call, not yet tried.

    `bounds`: what the legs held when the messages in it were signed. `least_gas`: what all items need; a batch that is
    short of gas does not fail, its last items do, so an estimate may be too low.
    """

    intent_ids: tuple[UUID, ...]
    call: Call
    bounds: dict[UUID, int] = field(default_factory=dict)
    least_gas: int = 0


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
    before, other = aliased(ChainIntent), aliased(ChainIntent)
    before_tx, other_tx = aliased(ChainTransaction), aliased(ChainTransaction)
    seen_number = select(ChainCursor.seen_number).where(ChainCursor.chain_id == chain_id).scalar_subquery()
    leg_moves = exists().where(  # a message binds what the leg holds, so the one before it must be in a block first
        other.leg_id == ChainIntent.leg_id,
        other.state == "sent",
        other_tx.id == other.transaction_id,
        or_(other_tx.state == "signed", (other_tx.state == "mined") & (other_tx.block_number > seen_number)),
    )
    leg = aliased(EscrowLeg)
    owes_refund = exists().where(  # what was promised to the buyer first is not paid to the seller meanwhile
        ChainIntent.kind.in_(("release", "claim")),
        other.leg_id == ChainIntent.leg_id,
        other.kind == "refund",
        other.state.in_(("planned", "stuck")),
        other.arguments["deadline"].astext.is_(None) | (other.arguments["deadline"].as_integer() > head.timestamp()),
        other.id < ChainIntent.id,
        leg.id == other.leg_id,
        other.amount <= leg.amount - leg.seen_released - leg.seen_refunded,
    )
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
            ~leg_moves,
            ~owes_refund,
        )
        .order_by(ChainIntent.id)
        .limit(BATCH)
        .with_for_update(of=ChainIntent, skip_locked=True)
    ).all()
    return _ready(session, list(intents), int(head.timestamp()))


def _ready(session: Session, intents: list[ChainIntent], now: int) -> list[Ready]:
    addresses = contract_addresses(session)
    items: list[Item] = []
    legs = set()
    for intent in intents:
        if intent.leg_id in legs:
            continue  # one message per leg at a time: it binds what is left
        if not _is_covered(session, intent, items):
            intent.not_before = datetime.now(UTC) + WAIT  # what waits for money lets the others pass
            continue
        escrow = session.get(Escrow, intent.escrow_id) if intent.escrow_id else None
        leg = session.get(EscrowLeg, intent.leg_id) if intent.leg_id else None
        if leg is not None and not leg.seen_funded:
            continue  # a lost block took the deposit back; it comes again
        if leg is not None and leg.remaining == 0:
            _nothing_left(session, intent, leg)
            continue
        if leg is not None:
            legs.add(leg.id)
        items.append(Item(intent, escrow, leg))
    groups, alone = batches(items)
    return [
        Ready(tuple(item.intent.id for item in group), batch_call(group, addresses, now), _bounds(group), gas_of(group))
        for group in groups
    ] + [
        Ready((item.intent.id,), call_for(item.intent, item.escrow, item.leg, addresses, now), _bounds([item]))
        for item in alone
    ]


def _nothing_left(session: Session, intent: ChainIntent, leg: EscrowLeg) -> None:
    """The leg went empty before this message. A refund whose money did not go back some other way needs a person."""
    intent.state, intent.problem = "dropped", "nothing is left in the leg"
    if intent.kind != "refund":
        return
    promised = select(func.sum(ChainIntent.amount)).where(ChainIntent.leg_id == leg.id, ChainIntent.kind == "refund")
    if leg.seen_refunded < (session.scalar(promised) or 0):
        intent.state = "stuck"
        publish(session, IntentStuck(intent.id, intent.kind, intent.problem))


def _bounds(items: Sequence[Item]) -> dict[UUID, int]:
    return {
        item.intent.id: item.leg.remaining
        for item in items
        if item.leg is not None and item.intent.kind in SIGNED_OVER_REMAINDER
    }


FROM_FLOAT = ("deposit", "sell")


def _is_covered(session: Session, intent: ChainIntent, before: list[Item]) -> bool:
    """What is minted is covered by the reserve; who resells tokens sends no more than its float holds."""
    if intent.kind in {"mint", "mint_wallet"}:
        return _reserve_covers(session, intent, before)
    return intent.kind not in FROM_FLOAT or settings().issues_tokens or _float_holds(session, intent, before)


def _float_holds(session: Session, intent: ChainIntent, before: list[Item]) -> bool:
    """By final blocks, less what is under way: what came in a block that may yet go is not spent."""
    under_way = sum(item.intent.amount for item in before if item.intent.kind in FROM_FLOAT) + sum(
        session.scalars(select(ChainIntent.amount).where(ChainIntent.kind.in_(FROM_FLOAT), ChainIntent.state == "sent"))
    )
    if under_way + intent.amount <= balance(session, "1200", "CTM"):
        return True
    intent.problem = FLOAT_TOO_SMALL
    return False


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
    intent.problem = MINT_BEYOND_RESERVE
    return False


def simulate(rpc: Rpc, ready: Ready) -> Outcome:
    """Ask the node what would happen now."""
    try:
        gas = plan_gas(rpc, Keys(settings().key_seed).address("treasury"), ready.call.to, ready.call.data)
        gas.gas = max(gas.gas, ready.least_gas)
        return Outcome(ready, gas)
    except RpcRefused as refusal:
        return Outcome(ready, None, revert_name(refusal.data) or str(refusal.values["reason"]))
    except NodeInTrouble:  # with this one at least: the others have their turn
        return Outcome(ready, None, NODE_IN_TROUBLE)


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
        if intent.id in outcome.ready.bounds and "signature" not in intent.arguments:
            intent.arguments = {**intent.arguments, "bound": str(outcome.ready.bounds[intent.id])}
    return True


def _refused(session: Session, intents: Sequence[ChainIntent], refusal: str) -> None:
    if refusal == NODE_IN_TROUBLE:
        for intent in intents:
            set_back(session, intent, refusal)
    elif len(intents) > 1:
        for intent in intents:
            intent.attempts += 1  # each goes alone next time, and its own reason shows
    elif refusal in DONE_ALREADY:
        _done_by_somebody(session, intents[0])
    else:
        set_back(session, intents[0], refusal)


def _done_by_somebody(session: Session, intent: ChainIntent) -> None:
    """The effect is on chain already. Final logs tick the intent off, unless they came before it was planned.

    Until then it stays planned: should a reorg take the effect back, it is done by us after all.
    """
    if intent.kind == "anchor":
        _anchored_by_now(session, intent)
        return
    escrow = session.get(Escrow, intent.escrow_id) if intent.escrow_id else None
    if escrow is not None:
        is_final = all(leg.final_funded for leg in escrow.legs)
    else:
        ref = bytes.fromhex(intent.arguments["ref"])
        logged = select(ChainLog.block_hash).where(
            ChainLog.chain_id == intent.chain_id, ChainLog.topics[3] == ref, ChainLog.final_at.is_not(None)
        )
        is_final = intent.kind in {"mint", "mint_wallet"} and session.scalar(logged.limit(1)) is not None
    intent.state, intent.problem = ("done", None) if is_final else ("planned", "on chain already, not final yet")
    intent.not_before = None if is_final else datetime.now(UTC) + WAIT


def _anchored_by_now(session: Session, intent: ChainIntent) -> None:
    """The chain has this seal, or a later one: of books that were put back from a backup, or of a later day.

    Which of them, its final log says; until then this waits.
    """
    given = intent.arguments
    number, seal_hash = given["seal"].to_bytes(32), bytes.fromhex(given["hash"])
    logged = select(ChainLog.topics[2], ChainLog.topics[3]).where(
        ChainLog.chain_id == intent.chain_id,
        ChainLog.address == contract_addresses(session)[ANCHOR],
        ChainLog.topics[1] == topic_of("Anchored"),
        ChainLog.topics[2] >= number,
        ChainLog.final_at.is_not(None),
    )
    final = {tuple(row) for row in session.execute(logged)}
    if not final:
        intent.problem, intent.not_before = "on chain already, not final yet", datetime.now(UTC) + WAIT
    elif (number, seal_hash) in final:
        intent.state, intent.problem = "done", None
    else:
        intent.state, intent.problem = "dropped", "a later seal is on chain"
