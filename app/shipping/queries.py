"""Which methods a seller offers to where."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.shipping.models import ShippingRate


def sends_goods(session: Session, organization_id: UUID) -> bool:
    """Whether the seller has said any way to send."""
    return session.scalar(any_way_to_send(organization_id)) is not None


def kinds_of(session: Session, organization_id: UUID) -> frozenset[str]:
    """Whether the seller sends parcels, meets its buyers, or both."""
    query = select(ShippingRate.kind).where(ShippingRate.organization_id == organization_id).distinct()
    return frozenset(session.scalars(query))


def any_way_to_send(organization_id: UUID) -> Select[UUID]:
    """One row when the seller has said how to send, none otherwise: for a query that asks for more."""
    return select(ShippingRate.id).where(ShippingRate.organization_id == organization_id).limit(1)


def carriers_of(organization_id: UUID) -> Select[str]:
    """Whom the seller sends with: for a query that asks for more."""
    return (
        select(ShippingRate.carrier)
        .where(ShippingRate.organization_id == organization_id)
        .group_by(ShippingRate.carrier)
    )


def all_rates(session: Session, organization_id: UUID) -> list[ShippingRate]:
    """Every method of the seller, domestic first."""
    query = (
        select(ShippingRate)
        .where(ShippingRate.organization_id == organization_id)
        .order_by(ShippingRate.zone, ShippingRate.position, ShippingRate.id)
    )
    return list(session.scalars(query))
