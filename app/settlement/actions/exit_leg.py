"""Money leaving a leg: what the parties of an order ask for becomes one intent each.

Card-paid orders have no buyer wallet: the market's buyer agent signs on the buyer's recorded instruction. Market-held
sellers: the market signs with the seller's derived key on the seller's instruction. Everybody else signs by themselves
what `exit_message` shows. Our own keys sign when the transaction is made, since a message binds what the leg then holds.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.chain.keys import Keys
from app.chain.queries import chain_time
from app.chain.typed_data import act_document, act_values, recover
from app.config.current import settings
from app.money.amounts import TokenAmount
from app.settlement.actions.plan_intent import plan_intent
from app.settlement.errors import (
    MALFORMED,
    WRONG_SIGNER,
    WRONG_TIME,
    EscrowNotFound,
    NotEnoughInEscrow,
    SignatureNeeded,
    SignatureRejected,
)
from app.settlement.models import ChainIntent, EscrowLeg
from app.settlement.queries import leg_of
from app.settlement.rules import LATEST, SIGNATURE_BYTES

BY_BUYER = {"release": "Release", "dispute": "Dispute", "cancel_unshipped": "CancelUnshipped"}
BY_SELLER = {"refund": "Refund", "mark_shipped": "MarkShipped"}
WITH_AMOUNT = {"release", "refund"}


def exit_message(
    session: Session, order_id: UUID, kind: str, *, deadline: int, units: int | None = None
) -> dict[str, Any]:
    """The EIP-712 document a party signs for `release`, `refund`, `dispute`, `cancel_unshipped` or `mark_shipped`."""
    leg = _funded_leg(session, order_id)
    return _document(leg, kind, units, deadline)


def release_leg(
    session: Session,
    order_id: UUID,
    *,
    key: str,
    units: int | None = None,
    signature: bytes | None = None,
    deadline: int | None = None,
) -> None:
    """Pay the seller `units`, or all that is left. Raises NotEnoughInEscrow, SignatureNeeded, SignatureRejected."""
    _plan(session, order_id, "release", key, units, signature, deadline)


def refund_leg(
    session: Session,
    order_id: UUID,
    *,
    key: str,
    units: int | None = None,
    signature: bytes | None = None,
    deadline: int | None = None,
) -> None:
    """Give `units`, or all that is left, back to who paid. Raises as `release_leg`."""
    _plan(session, order_id, "refund", key, units, signature, deadline)


def dispute_leg(
    session: Session, order_id: UUID, *, key: str, signature: bytes | None = None, deadline: int | None = None
) -> None:
    """Freeze the leg until the arbiter or time decides."""
    _plan(session, order_id, "dispute", key, None, signature, deadline)


def take_back_release(session: Session, order_id: UUID) -> None:
    """Drop the leg's releases that no transaction carries yet."""
    leg = _funded_leg(session, order_id)
    session.execute(
        update(ChainIntent)
        .where(
            ChainIntent.leg_id == leg.id,
            ChainIntent.kind == "release",
            ChainIntent.state.in_(("planned", "stuck")),
        )
        .values(state="dropped", problem="the card payment was taken back")
    )


def cancel_unshipped_leg(
    session: Session, order_id: UUID, *, key: str, signature: bytes | None = None, deadline: int | None = None
) -> None:
    """Ask for the money of an order that was not shipped in time; the seller may answer."""
    _plan(session, order_id, "cancel_unshipped", key, None, signature, deadline)


def mark_leg_shipped(
    session: Session, order_id: UUID, *, key: str, signature: bytes | None = None, deadline: int | None = None
) -> None:
    """Answer a cancellation, or record the shipment on chain."""
    _plan(session, order_id, "mark_shipped", key, None, signature, deadline)


def note_leg_sent(session: Session, order_id: UUID) -> None:
    """The seller says that the goods have left: from here on silence pays the seller."""
    leg = _funded_leg(session, order_id)
    leg.give_back_at = None


def resolve_leg(session: Session, order_id: UUID, *, key: str, seller_units: int) -> None:
    """The arbiter's split of what is left: `seller_units` to the seller, the rest back to who paid."""
    leg = _funded_leg(session, order_id)
    if not 0 <= seller_units <= leg.remaining:
        raise NotEnoughInEscrow(left=TokenAmount(leg.remaining))
    plan_intent(
        session,
        key=key,
        chain_id=leg.escrow.chain_id,
        kind="resolve",
        escrow_id=leg.escrow.id,
        leg_id=leg.id,
        amount=seller_units,
    )


def _plan(
    session: Session,
    order_id: UUID,
    kind: str,
    key: str,
    units: int | None,
    signature: bytes | None,
    deadline: int | None,
) -> None:
    leg = _funded_leg(session, order_id)
    if units is not None and not 0 < units <= leg.remaining:
        raise NotEnoughInEscrow(left=TokenAmount(leg.remaining))
    arguments: dict[str, Any] = {}
    if not _market_may_sign(leg, kind):
        if signature is None or deadline is None:
            raise SignatureNeeded
        _require_signed(session, leg, kind, units, signature, deadline)
        arguments = {
            "signature": signature.hex(),
            "deadline": deadline,
            "amount": str(units if units is not None else leg.remaining),
            "bound": str(leg.remaining),
        }
    plan_intent(
        session,
        key=key,
        chain_id=leg.escrow.chain_id,
        kind=kind,
        escrow_id=leg.escrow.id,
        leg_id=leg.id,
        amount=units or 0,
        arguments=arguments,
    )


def _market_may_sign(leg: EscrowLeg, kind: str) -> bool:
    if kind in BY_BUYER:
        return leg.escrow.buyer == Keys(settings().key_seed).address("buyer-agent")
    return leg.seller_is_market_held


def _require_signed(
    session: Session, leg: EscrowLeg, kind: str, units: int | None, signature: bytes, deadline: int
) -> None:
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureRejected(reason=MALFORMED)
    now = chain_time(session, leg.escrow.chain_id)
    if now is None or not now.timestamp() <= deadline <= LATEST:
        raise SignatureRejected(reason=WRONG_TIME)
    signer = leg.escrow.buyer if kind in BY_BUYER else leg.seller
    if recover(_document(leg, kind, units, deadline), signature) != signer:
        raise SignatureRejected(reason=WRONG_SIGNER)


def _document(leg: EscrowLeg, kind: str, units: int | None, deadline: int) -> dict[str, Any]:
    act = BY_BUYER.get(kind) or BY_SELLER[kind]
    amount = (leg.remaining if units is None else units,) if kind in WITH_AMOUNT else ()
    values = act_values(act, leg.escrow.escrow_id, leg.position, amount, remaining=leg.remaining, deadline=deadline)
    return act_document(act, values, leg.escrow.chain_id, leg.escrow.contract)


def _funded_leg(session: Session, order_id: UUID) -> EscrowLeg:
    leg = leg_of(session, order_id)
    if leg is None or not leg.seen_funded:
        raise EscrowNotFound
    return leg
