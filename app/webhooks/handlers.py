"""Reactions to what happened to orders, terms and goods. Of what a company bought its own programs hear too."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.events import VariantSoldOut
from app.catalog.models import Listing, Variant
from app.credit.events import DebtIsDue, TermsMoved
from app.credit.models import CreditGrant
from app.orders.events import OrderFactRecorded
from app.orders.models import Order
from app.orders.queries import stories_of
from app.orders.rules.status import FactKind
from app.webhooks.actions.note_event import note_event
from app.webhooks.payloads import order_data, owed_data, terms_data, variant_data
from app.webhooks.rules import DUE, OF_ORDERS, OF_TERMS, OUT_OF_STOCK, OVERDUE, OWED


def tell_order_fact(session: Session, event: OrderFactRecorded) -> None:
    """A corrected tracking number is no second shipment."""
    fact = FactKind(event.kind)
    kind = OF_ORDERS.get(fact)
    if kind is None or (event.kind == FactKind.SHIPPED and event.key != FactKind.SHIPPED):
        return
    company_id = session.get_one(Order, event.order_id).group.company_id
    for side in (event.organization_id, company_id):
        if side is not None:
            note_event(
                session,
                side,
                kind,
                key=f"order:{event.order_id}:{event.key}",
                at=datetime.now(UTC),
                data=_owed(session, event)
                if fact in OWED
                else lambda: order_data(session.get_one(Order, event.order_id)),
            )


def _owed(session: Session, event: OrderFactRecorded) -> Callable[[], Any]:
    def data() -> dict[str, Any]:
        order = session.get_one(Order, event.order_id)
        due_on = stories_of(session, [order])[order.id].due_on
        assert due_on is not None
        return owed_data(order, due_on)

    return data


def tell_due(session: Session, event: DebtIsDue) -> None:
    """Both sides, once for each day to pay."""
    kind = OVERDUE if event.is_overdue else DUE
    for side in (event.organization_id, event.company_id):
        note_event(
            session,
            side,
            kind,
            key=f"{kind}:{event.order_id}:{event.due_on.isoformat()}",
            at=datetime.now(UTC),
            data=lambda: owed_data(session.get_one(Order, event.order_id), event.due_on),
        )


def tell_terms(session: Session, event: TermsMoved) -> None:
    """Both sides: the shop's other programs want to know too."""
    for side in (event.organization_id, event.company_id):
        note_event(
            session,
            side,
            OF_TERMS[event.move],
            key=f"terms:{event.act_id}",
            at=datetime.now(UTC),
            data=lambda: terms_data(session, session.get_one(CreditGrant, event.grant_id)),
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
