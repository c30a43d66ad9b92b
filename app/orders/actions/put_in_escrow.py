"""The escrow terms of a checkout: fixed when it is placed, and for what is ordered on terms only when it is paid."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.orders.models import Order, OrderGroup
from app.orders.rules.purchase import WALLET
from app.settlement.actions.open_escrow import open_escrow
from app.settlement.models import Escrow
from app.settlement.rules import LegPlan

NOT_LATER: Mapping[UUID, timedelta] = {}


def put_in_escrow(
    session: Session,
    group: OrderGroup,
    orders: Sequence[Order],
    *,
    fund_by: datetime,
    through_market: Collection[UUID],
    is_again: bool = False,
    later: Mapping[UUID, timedelta] = NOT_LATER,
    wallet: bytes | None = None,
) -> Escrow:
    """One leg per order. The contract wants money before goods: no later than the first `ship_by`.

    `is_again`: terms with new dates, because the ones before came to nothing. `later`: by how much an order's dates are
    moved in them. `wallet` pays instead of what the checkout was to be paid by.
    """
    legs = [
        _leg(order, later.get(order.id, timedelta()), through_market=order.id in through_market) for order in orders
    ]
    return open_escrow(
        session,
        order_group_id=group.id,
        paid_by=WALLET if wallet else group.payment_method,
        buyer_address=wallet or group.buyer_address,
        legs=legs,
        fund_by=min(fund_by.replace(microsecond=0), *(leg.ship_by for leg in legs)),
        is_again=is_again,
    )


def _leg(order: Order, later: timedelta, *, through_market: bool) -> LegPlan:
    return LegPlan(
        order_id=order.id,
        organization_id=order.organization_id,
        cents=order.total_cents,
        fee_bps=order.commission_bps,
        ship_by=order.ship_by + later,
        auto_release_at=order.auto_release_at + later,
        through_market=through_market,
    )
