"""Reactions to what happened to orders and goods."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.events import VariantSoldOut
from app.catalog.models import Listing, Variant
from app.orders.events import OrderFactRecorded
from app.orders.models import Order
from app.orders.rules.status import FactKind
from app.webhooks.actions.note_event import note_event
from app.webhooks.payloads import order_data, variant_data
from app.webhooks.rules import OF_ORDERS, OUT_OF_STOCK


def tell_order_fact(session: Session, event: OrderFactRecorded) -> None:
    """A corrected tracking number is no second shipment."""
    kind = OF_ORDERS.get(FactKind(event.kind))
    if kind is None or (event.kind == FactKind.SHIPPED and event.key != FactKind.SHIPPED):
        return
    note_event(
        session,
        event.organization_id,
        kind,
        key=f"order:{event.order_id}:{event.key}",
        at=datetime.now(UTC),
        data=lambda: order_data(session.get_one(Order, event.order_id)),
    )


def tell_sold_out(session: Session, event: VariantSoldOut) -> None:
    owner = select(Listing.organization_id).join(Variant, Variant.listing_id == Listing.id)
    organization_id = session.scalars(owner.where(Variant.id == event.variant_id)).one()
    note_event(
        session,
        organization_id,
        OUT_OF_STOCK,
        key=f"sold_out:{event.variant_id}:{event.order_group_id}",
        at=datetime.now(UTC),
        data=lambda: variant_data(session.get_one(Variant, event.variant_id, populate_existing=True)),
    )
