"""What is sent: little, with a version, and of the same shapes as the API's answers."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Variant
from app.credit.models import CreditGrant
from app.credit.schemas import GrantSchema, grant_body
from app.identity.models import Organization
from app.orders.models import Order
from app.orders.schemas import OrderSchema, order_body
from app.webhooks.rules import VERSION


def message(kind: str, at: datetime, data: Any) -> str:
    """The body, as it is signed and sent at every try."""
    written = {"type": kind, "version": VERSION, "timestamp": at.isoformat(), "data": data}
    return json.dumps(written, separators=(",", ":"), ensure_ascii=False)


def order_data(order: Order) -> dict[str, Any]:
    """As `OrderSchema` of the API: no name and no address of the buyer leaves the market by itself."""
    data: dict[str, Any] = OrderSchema().dump(order_body(order))
    return data


def owed_data(order: Order, due_on: date) -> dict[str, Any]:
    """As `order_data`, with the day to pay."""
    return {**order_data(order), "due_on": due_on.isoformat()}


def terms_data(session: Session, grant: CreditGrant) -> dict[str, Any]:
    """As `Grant` of the API, without the note that only the shop reads."""
    names = {one.id: one.name for one in _organizations(session, grant.organization_id, grant.company_id)}
    data: dict[str, Any] = GrantSchema(exclude=("note",)).dump(grant_body(grant, names[grant.company_id]))
    return {**data, "seller_id": str(grant.organization_id), "seller": names[grant.organization_id]}


def _organizations(session: Session, *ids: UUID) -> Sequence[Organization]:
    return session.scalars(select(Organization).where(Organization.id.in_(ids))).all()


def variant_data(variant: Variant) -> dict[str, Any]:
    """Of a choice, or the sample of one, that is sold out."""
    return {
        "listing_id": str(variant.listing_id),
        "variant_id": str(variant.id),
        "sku": variant.sku,
        "titles": variant.listing.titles,
        "names": variant.names,
        "is_sample": variant.is_sample,
        "stock": variant.stock,
    }
