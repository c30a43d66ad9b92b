"""At the moment of ordering: may the company owe so much, and by when is it to be paid?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.days import market_day
from app.credit.errors import NoTerms
from app.credit.models import CreditGrant, Debt
from app.credit.queries import credit_of
from app.credit.rules import require_covered, require_owable
from app.identity.models import Organization
from app.orders.models import OrderGroup
from app.orders.rules.pricing import PricedOrder
from app.orders.rules.purchase import Due


@dataclass(frozen=True)
class Granted:
    grant_id: UUID
    due: Due


def allow_credit(session: Session, company_id: UUID | None, orders: Sequence[PricedOrder], now: datetime) -> Granted:
    """The grant stays locked until the order stands: of two members who order at once, one sees what the other took.

    Raises TermsForOneShop, NoTerms, TermsOverdue, OverCreditLimit.
    """
    order = require_owable(orders)
    query = select(CreditGrant).where(
        CreditGrant.company_id == company_id, CreditGrant.organization_id == order.organization_id
    )
    grant = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if grant is None or company_id is None:
        raise NoTerms(seller=session.get_one(Organization, order.organization_id).name)
    today = market_day(now)
    require_covered(credit_of(session, grant.id, today), order.due_usd.minor)
    return Granted(grant.id, Due(grant.days, today + timedelta(days=grant.days)))


def note_debts(session: Session, granted: Granted, group: OrderGroup, now: datetime) -> None:
    """What was just ordered is owed, once."""
    for order in group.orders:
        session.add(
            Debt(
                order_id=order.id,
                grant_id=granted.grant_id,
                cents=order.due_cents,
                placed_on=market_day(now),
                due_on=granted.due.on,
            )
        )
    session.flush()
