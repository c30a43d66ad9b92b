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
from app.settlement.queries import LegSeen, leg_seen
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
    seen = leg_seen(session, order_id)
    return calls_on(seen) if seen is not None else ()


def calls_on(seen: LegSeen) -> Sequence[OpenCall]:
    """As `open_calls`, of a leg that was read already."""
    leg = seen.leg
    if leg.remaining == 0:
        return ()
    happened = {fact.kind for fact in seen.facts}
    may_cancel = not leg.is_disputed and not happened & {"shipped", "cancellation_requested"}
    calls = [_by_anyone(seen)]
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


def _by_anyone(seen: LegSeen) -> OpenCall:
    """The one that time opens: of a dispute, of a cancellation nobody answered, or of silence."""
    leg, happened = seen.leg, {fact.kind: fact for fact in seen.facts}
    terms = terms_from_json(leg.escrow.terms)
    if leg.is_disputed:
        decided_by = happened["disputed"].at + timedelta(seconds=terms.dispute_timeout)
        return _call(leg, "timeoutDispute", Caller.ANYONE, after=decided_by)
    if "cancellation_requested" in happened and "shipped" not in happened:
        answered_by = happened["cancellation_requested"].at + timedelta(seconds=terms.answer_window)
        return _call(leg, "finalizeCancellation", Caller.ANYONE, after=answered_by)
    return _call(leg, "claim", Caller.ANYONE, after=seen.protected_until)


def _call(leg: EscrowLeg, function: str, caller: Caller, *amount: int, after: datetime | None = None) -> OpenCall:
    terms = terms_from_json(leg.escrow.terms).as_tuple()
    data = encode_call(ESCROW, function, terms, leg.position, *amount)
    return OpenCall(function, caller, after, leg.escrow.contract, data)
