"""The operator gives tax back by hand: goods came back after their release, and the seller paid the buyer for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.money.amounts import token_units, usd
from app.withholding.actions.take_tax import give_back
from app.withholding.errors import NothingWithheld, ReasonNeeded
from app.withholding.queries import PAYING_ROLES, terms_of
from app.withholding.rules import REASON_LONGEST


def give_tax_back(
    session: Session,
    actor: Actor,
    order_id: UUID,
    *,
    cents: int,
    reason: str,
    form_token: UUID,
    now: datetime,
) -> int:
    """`cents` US cents of the order were given back to the buyer. Gives the units of tax; the same form again, nothing.

    Raises OperatorNeeded, NothingWithheld, ReasonNeeded, MoreThanKept or TaxRemitted.
    """
    if not market_role(actor, *PAYING_ROLES):
        raise OperatorNeeded
    rows = terms_of(session, order_id)
    if not rows:
        raise NothingWithheld
    words = " ".join(reason.split())
    if not words or len(words) > REASON_LONGEST:
        raise ReasonNeeded(field="reason")
    key = f"by-hand:{form_token}"
    units = give_back(session, order_id, returned=token_units(usd(cents)), key=key, at=now)
    if units:
        record_act(session, actor.user_id, "tax.give_back", order_id, cents=cents, reason=words, units=str(units))
    return units
