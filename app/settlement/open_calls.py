"""What people can have the escrow contract do by themselves, without the market: whole calls, ready to be sent.

Who may call what and when: `docs/developers/contracts.md`, which a test holds to the contract.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from app.chain.contracts import ESCROW, encode_call
from app.settlement.models import EscrowLeg
from app.settlement.queries import ChainFact, facts_of_leg, leg_of, protected_until
from app.settlement.terms import terms_from_json


class Caller(StrEnum):
    ANYONE = "anyone"
    BUYER = "buyer"
    SELLER = "seller"


@dataclass(frozen=True)
class OpenCall:
    """A transaction to `contract` with `data`. `after`: the contract refuses it before; None when it is open at once."""

    kind: str
    caller: Caller
    after: datetime | None
    contract: bytes
    data: bytes


def open_calls(session: Session, order_id: UUID) -> Sequence[OpenCall]:
    """The calls open to wallets while the order's leg holds money; those that are nobody's here are left out.

    Of a buyer who paid by card, and of a seller paid to a market-held address, the keys are the market's.
    """
    leg = leg_of(session, order_id)
    if leg is None or leg.remaining == 0:
        return ()
    facts = facts_of_leg(session, leg)
    happened = {fact.kind: fact for fact in facts}
    may_cancel = not leg.is_disputed and not happened.keys() & {"shipped", "cancellation_requested"}
    calls = [_by_anyone(session, leg, happened)]
    if leg.escrow.paid_by == "wallet":
        calls.append(_call(leg, "release", Caller.BUYER, leg.remaining))
        if not leg.is_disputed:
            calls.append(_call(leg, "dispute", Caller.BUYER))
        if may_cancel:
            calls.append(_call(leg, "cancelUnshipped", Caller.BUYER, after=leg.ship_by))
    if not leg.seller_is_market_held:
        calls.append(_call(leg, "refund", Caller.SELLER, leg.remaining))
        if "shipped" not in happened:
            calls.append(_call(leg, "markShipped", Caller.SELLER))
    return calls


def _by_anyone(session: Session, leg: EscrowLeg, happened: dict[str, ChainFact]) -> OpenCall:
    """The one that time opens: of a dispute, of a cancellation nobody answered, or of silence."""
    terms = terms_from_json(leg.escrow.terms)
    if leg.is_disputed:
        decided_by = happened["disputed"].at + timedelta(seconds=terms.dispute_timeout)
        return _call(leg, "timeoutDispute", Caller.ANYONE, after=decided_by)
    if "cancellation_requested" in happened and "shipped" not in happened:
        answered_by = happened["cancellation_requested"].at + timedelta(seconds=terms.answer_window)
        return _call(leg, "finalizeCancellation", Caller.ANYONE, after=answered_by)
    return _call(leg, "claim", Caller.ANYONE, after=protected_until(session, leg.order_id))


def _call(leg: EscrowLeg, function: str, caller: Caller, *amount: int, after: datetime | None = None) -> OpenCall:
    terms = terms_from_json(leg.escrow.terms).as_tuple()
    data = encode_call(ESCROW, function, terms, leg.position, *amount)
    return OpenCall(function, caller, after, leg.escrow.contract, data)
