"""Reading documents. Each query says whose eyes it is for; a stranger finds nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor, market_role
from app.identity.models import Organization
from app.identity.rules.roles import ACCOUNTANT, AUDITOR, OPERATOR, PRIVATE_PERSON, SHOP_ROLES
from app.invoicing.content import Person
from app.invoicing.errors import InvoiceNotFound
from app.invoicing.models import Invoice
from app.invoicing.rules.due import MOVES, NOT_FUNDED, Happened
from app.invoicing.rules.numbers import number_of
from app.orders.models import Order, OrderEvent, OrderGroup
from app.orders.queries import Viewer, orders_bought_by
from app.orders.rules.status import FactKind

LOOKED_BACK, AT_ONCE = 100_000, 500
PER_PAGE = 50
ISSUERS_ARE_NOT = (PRIVATE_PERSON,)
READING_ROLES = (OPERATOR, ACCOUNTANT, AUDITOR)
"""Of the market, who may read every document."""


def happenings(session: Session, order_id: UUID) -> list[Happened]:
    """What can ask for documents of the order, the oldest first."""
    query = select(OrderEvent.key, OrderEvent.kind, OrderEvent.at, OrderEvent.details)
    told = query.where(OrderEvent.order_id == order_id, OrderEvent.kind.in_(MOVES)).order_by(OrderEvent.sequence)
    return [Happened(*row) for row in session.execute(told)]


def documents_of(order_id: UUID) -> Select[Invoice]:
    """All of one order, as they were issued."""
    return select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.issued_at, Invoice.id)


def orders_without(session: Session, since: datetime) -> Sequence[UUID]:
    """Orders with a happening since then that has no document: its job was lost, or never added. The newest first.

    Some happenings ask for none, such as a refund of less than a cent; their orders are looked at again until they are old.
    """
    newest = select(func.max(OrderEvent.sequence)).scalar_subquery()
    has_one = select(Invoice.id).where(Invoice.order_id == OrderEvent.order_id, Invoice.source == OrderEvent.key)
    asks = or_(OrderEvent.kind != FactKind.CANCELED.value, OrderEvent.details["reason"].astext == NOT_FUNDED)
    query = (
        select(OrderEvent.order_id)
        .join(Order, Order.id == OrderEvent.order_id)
        .join(Organization, Organization.id == Order.organization_id)
        .where(
            OrderEvent.sequence > newest - LOOKED_BACK,  # by the index: time has none
            OrderEvent.at > since,
            OrderEvent.kind.in_(MOVES),
            asks,
            Organization.kind.not_in(ISSUERS_ARE_NOT),
            ~has_one.exists(),
        )
        .group_by(OrderEvent.order_id)
        .order_by(func.max(OrderEvent.sequence).desc())
        .limit(AT_ONCE)
    )
    return session.scalars(query).all()


def invoices_of_shop(actor: Actor, shop_id: UUID) -> Select[Invoice]:
    """What this shop has issued, for its people."""
    return select(Invoice).where(
        Invoice.organization_id == shop_id, Invoice.organization_id.in_(actor.organizations(SHOP_ROLES))
    )


def page_of_shop(
    session: Session, actor: Actor, shop_id: UUID, *, cursor: str | None, size: int = PER_PAGE
) -> Page[Invoice]:
    """The newest first."""
    query = invoices_of_shop(actor, shop_id).add_columns(Invoice.issued_at, Invoice.id)
    order = [Invoice.issued_at, Invoice.id]
    found = fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)
    return Page([row.Invoice for row in found.rows], found.next_cursor)


def invoice_issued(session: Session, actor: Actor, shop_id: UUID, written: str) -> Invoice:
    """By the number as it is written. Raises InvoiceNotFound."""
    return load_one(session, _called(invoices_of_shop(actor, shop_id), written), missing=InvoiceNotFound)


def invoice_booked(session: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Of any shop, for who reads all books. Raises InvoiceNotFound."""
    if not market_role(actor, *READING_ROLES):
        raise InvoiceNotFound
    return load_one(session, select(Invoice).where(Invoice.id == invoice_id), missing=InvoiceNotFound)


def invoice_received(session: Session, viewer: Viewer, order_number: str, written: str) -> Invoice:
    """Of an order this buyer may see. Raises InvoiceNotFound."""
    return load_one(session, _called(_received(viewer, order_number), written), missing=InvoiceNotFound)


def invoices_received(session: Session, viewer: Viewer, order_number: str) -> Sequence[Invoice]:
    """Of an order this buyer may see."""
    return session.scalars(_received(viewer, order_number).order_by(Invoice.issued_at, Invoice.id)).all()


def person_of(session: Session, one: Invoice) -> Person:
    """Who bought what this document, found with its reader's eyes, is about."""
    columns = (OrderGroup.name, OrderGroup.address, OrderGroup.phone, OrderGroup.email)
    query = select(*columns).join(Order, Order.group_id == OrderGroup.id).where(Order.id == one.order_id)
    return Person(*session.execute(query).one())


def _received(viewer: Viewer, order_number: str) -> Select[Invoice]:
    seen = orders_bought_by(viewer).where(Order.number == order_number).with_only_columns(Order.id)
    return select(Invoice).where(Invoice.order_id.in_(seen))


def _called(query: Select[Invoice], written: str) -> Select[Invoice]:
    found = number_of(written)
    if found is None:
        raise InvoiceNotFound
    return query.where(Invoice.series == found[0], Invoice.number == found[1])
