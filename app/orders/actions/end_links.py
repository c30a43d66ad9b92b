"""A key to an order that should open nothing any more gives way to another, which nobody knows."""

from uuid import UUID

from sqlalchemy import Text, cast, func, update
from sqlalchemy.orm import Session

from app.orders.models import OrderGroup


def end_links_of(session: Session, *, company_id: UUID, buyer_id: UUID) -> None:
    """The keys that this person has in mails and browsers to the company's orders. Who is of the company signs in."""
    unknown = func.replace(cast(func.gen_random_uuid(), Text) + cast(func.gen_random_uuid(), Text), "-", "")
    theirs = OrderGroup.company_id == company_id, OrderGroup.buyer_id == buyer_id
    session.execute(update(OrderGroup).where(*theirs).values(access_token=unknown))
