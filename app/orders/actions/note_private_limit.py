"""A private person's sales of a year come to what its country lets private persons sell."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.days import day_in
from app.identity.models import Organization
from app.identity.rules.roles import PRIVATE_PERSON
from app.orders.models import Order
from app.orders.private_sales import private_year


def note_private_limit(session: Session, order: Order, *, at: datetime) -> None:
    """After a sale is done. From then on the shop is asked to become a trader before it lists more (`catalog`)."""
    shops = select(Organization).where(Organization.id == order.organization_id, Organization.kind == PRIVATE_PERSON)
    shop = session.scalars(shops.with_for_update(of=Organization)).one_or_none()
    if shop is None:
        return
    day = day_in(shop.time_zone, at)
    if shop.limit_reached_on is not None and shop.limit_reached_on.year == day.year:
        return
    year = private_year(session, shop, at)
    if year is not None and year.sales.is_reached:
        shop.limit_reached_on = day
        session.flush()
