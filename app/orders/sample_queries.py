"""How many samples a buyer has had."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, null, or_, select
from sqlalchemy.orm import Session

from app.companies.queries import company_bought_for
from app.orders.models import Order, OrderGroup, OrderLine
from app.orders.rules.samples import SampleBuyer
from app.orders.rules.status import FulfillmentStatus

_COUNTING = ("pending_payment", "on_terms", "paid")
"""Of a checkout that has not come to nothing."""


def samples_had(session: Session, buyer: SampleBuyer, listing_ids: Collection[UUID]) -> dict[UUID, int]:
    """Listing -> samples in orders of this buyer that were neither left unpaid nor canceled; also what was sent back."""
    return {listing_id: int(count) for listing_id, count in session.execute(samples_of(buyer, listing_ids))}


def samples_of(buyer: SampleBuyer, listing_ids: Collection[UUID], *, but_cart: UUID | None = None) -> Select[UUID, int]:
    """What `samples_had` reads. An unpaid checkout of `but_cart` is not counted: it makes way for the next one."""
    query = (
        select(OrderLine.listing_id, func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .join(OrderGroup, OrderGroup.id == Order.group_id)
        .where(
            OrderLine.is_sample,
            OrderLine.listing_id.in_(listing_ids),
            OrderGroup.state.in_(_COUNTING),
            Order.fulfillment_status != FulfillmentStatus.CANCELED,
            _is(buyer),
        )
        .group_by(OrderLine.listing_id)
    )
    if but_cart is not None:
        makes_way = and_(
            OrderGroup.cart_id.is_not_distinct_from(but_cart),
            OrderGroup.state == "pending_payment",
            OrderGroup.authorized_at.is_(None),
        )
        query = query.where(~makes_way)
    return query


def _is(buyer: SampleBuyer) -> ColumnElement[bool]:
    """For a company its orders; for a person those under the account or the address that are for no company."""
    person: list[ColumnElement[bool]] = [false()]
    if buyer.user_id is not None:
        person.append(OrderGroup.buyer_id == buyer.user_id)
    if buyer.email:
        person.append(func.lower(OrderGroup.email) == buyer.email.lower())
    company = _company(buyer)
    return and_(
        OrderGroup.company_id.is_not_distinct_from(company), or_(OrderGroup.company_id.is_not(None), or_(*person))
    )


def _company(buyer: SampleBuyer) -> ColumnElement[UUID]:
    if buyer.is_for_chosen and buyer.user_id is not None:
        chosen: Select[UUID] = company_bought_for(buyer.user_id)
        return chosen.scalar_subquery()
    company: ColumnElement[UUID] = literal(buyer.company_id) if buyer.company_id else null()  # type: ignore[assignment]
    return company
