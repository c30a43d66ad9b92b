"""Goods came back after their release, and the seller gave the buyer money back: commission on them is the seller's again."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.ledger.queries import balance
from app.money.amounts import TokenAmount, token_units, usd
from app.payouts.actions.tell_returned import tell_commission
from app.payouts.errors import CameBackTooMuch, CommissionGone, NoCommission, NoSuchRelease, RequestChanged
from app.payouts.models import CommissionReturn
from app.payouts.queries import PAYING_ROLES, earned_of
from app.payouts.rules import commission_back
from app.settlement.actions.move_tokens import return_commission
from app.settlement.models import ChainIntent, EscrowLeg


def give_commission_back(
    session: Session, actor: Actor, order_id: UUID, *, cents: int, reason: str, form_token: UUID
) -> CommissionReturn:
    """`cents` US cents of the order were given back to the buyer since its release; the same form again is the same act.

    Tokens go where the release went, and it is booked when they have arrived for good. Raises OperatorNeeded,
    NoSuchRelease, RequestChanged, CameBackTooMuch, NoCommission, or CommissionGone when the tokens are not there.
    """
    if not market_role(actor, *PAYING_ROLES):
        raise OperatorNeeded
    assert actor.user_id is not None
    leg = _locked(session, order_id)
    came = token_units(usd(cents))
    known = session.scalars(select(CommissionReturn).where(CommissionReturn.form_token == form_token)).one_or_none()
    if known is not None:
        if (known.order_id, known.came_back_units) != (order_id, came):
            raise RequestChanged
        return known
    left = leg.final_released - leg.came_back_units
    if not 0 < came <= left:
        raise CameBackTooMuch(field="amount", left=TokenAmount(left), asked=TokenAmount(came))
    back, vat = commission_back(earned_of(session, leg), came)
    if back < 1:
        raise NoCommission(field="amount")
    _require_there(session, back)
    leg.came_back_units += came
    leg.fee_given_back += back
    made = CommissionReturn(
        order_id=order_id,
        organization_id=leg.organization_id,
        form_token=form_token,
        came_back_units=came,
        fee_units=back,
        vat_units=vat,
        reason=reason,
        decided_by=actor.user_id,
        transfer=return_commission(session, leg, key=f"commission-back:{form_token}", units=back, vat=vat),
    )
    session.add(made)
    session.flush()
    tell_commission(session, made)
    record_act(session, actor.user_id, "commission.give_back", order_id, cents=cents, units=str(back), reason=reason)
    session.flush()
    return made


def _locked(session: Session, order_id: UUID) -> EscrowLeg:
    query = select(EscrowLeg).where(EscrowLeg.order_id == order_id, EscrowLeg.final_released > 0).order_by(EscrowLeg.id)
    locked = query.limit(1).with_for_update(of=EscrowLeg).execution_options(populate_existing=True)
    leg = session.scalars(locked).one_or_none()
    if leg is None:
        raise NoSuchRelease(field="number")
    return leg


def _require_there(session: Session, units: int) -> None:
    """The books follow final blocks: what is on its way is not the market's any more."""
    under_way = select(func.coalesce(func.sum(ChainIntent.amount), 0)).where(
        ChainIntent.kind == "give_commission", ChainIntent.state.in_(("planned", "sent", "stuck"))
    )
    there = balance(session, "1205", "CTM") - int(session.scalars(under_way).one())
    if units > there:
        raise CommissionGone(there=TokenAmount(max(0, there)), asked=TokenAmount(units))
