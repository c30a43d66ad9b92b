"""The escrow terms of a checkout: fixed when it is placed, and for what is ordered on terms only when it is paid."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.orders.models import Order, OrderGroup
from app.settlement.actions.open_escrow import open_escrow
from app.settlement.models import Escrow
from app.settlement.rules import LegPlan


def put_in_escrow(
    session: Session,
    group: OrderGroup,
    orders: Sequence[Order],
    *,
    fund_by: datetime,
    through_market: Collection[UUID],
    is_again: bool = False,
) -> Escrow:
    """One leg per order. The contract wants money before goods: no later than the first `ship_by`.

    `is_again`: terms with new dates, because the ones before came to nothing.
    """
    return open_escrow(
        session,
        order_group_id=group.id,
        paid_by=group.payment_method,
        buyer_address=group.buyer_address,
        legs=[_leg(order, through_market=order.id in through_market) for order in orders],
        fund_by=min(fund_by.replace(microsecond=0), *(order.ship_by for order in orders)),
        is_again=is_again,
    )


def _leg(order: Order, *, through_market: bool) -> LegPlan:
    return LegPlan(
        order_id=order.id,
        organization_id=order.organization_id,
        cents=order.total_cents,
        fee_bps=order.commission_bps,
        ship_by=order.ship_by,
        auto_release_at=order.auto_release_at,
        through_market=through_market,
    )
