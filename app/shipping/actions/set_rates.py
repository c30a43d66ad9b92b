"""Saying how a shop sends goods."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.identity.queries import shops_run_by
from app.identity.rules.roles import SELLING
from app.shipping.models import ShippingRate
from app.shipping.rules import RateTerms, require_possible


def set_rates(session: Session, actor: Actor, organization_id: UUID, rates: Sequence[RateTerms]) -> None:
    """Replace the shop's methods. Orders keep the terms they were placed with.

    Raises ShopNotFound for somebody else's shop, NoShippingRate, ImpossibleRate.
    """
    require_possible(rates)
    shop = lock_one(session, shops_run_by(actor, organization_id, SELLING), missing=ShopNotFound)
    session.execute(delete(ShippingRate).where(ShippingRate.organization_id == shop.id))
    session.add_all(
        ShippingRate(organization_id=shop.id, position=position, **vars(rate)) for position, rate in enumerate(rates)
    )
    session.flush()
