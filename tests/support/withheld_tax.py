"""Tax withheld from a seller in Vietnam: two months ago and remitted, last month, and now."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.db.session import transaction
from app.identity.models import Organization
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.ship_order import ship_order
from app.orders.models import OrderGroup
from app.shipping.rules import RateTerms
from app.withholding.actions.remit_tax import prepare_remittance
from app.withholding.actions.switch_country import switch_on
from tests.support.trade import Shop, Trade, buyer_of

COUNTRY = "VN"
POST = RateTerms("region", "Post", "EMS", 4, 9, 50_000)


def withheld_tax(trade: Trade) -> dict[str, str]:
    """The names of what is there: a switch, a burned remittance, a month that can be remitted, an order of this month."""
    switch_id = switched_on(trade)
    shop = seller(trade)
    orders = _released(trade, shop, 3)
    months = [_first(trade.now(), back) for back in (2, 1)]
    for group, month in zip(orders, months, strict=False):
        _happened_in(group, month)
    with transaction() as work:
        remittance = prepare_remittance(work, trade.operator, COUNTRY, months[0].date(), now=datetime.now(UTC)).id
    trade.settle()
    return {
        "switch": str(switch_id),
        "remittance": str(remittance),
        "tax_country": COUNTRY,
        "tax_month": months[1].strftime("%Y-%m"),
        "taxed_order": orders[2].orders[0].number,
        "taxed_shop": str(shop.id),
    }


def switched_on(trade: Trade, country: str = COUNTRY) -> UUID:
    today = datetime.now(UTC).date() - timedelta(days=1)
    with transaction() as work:
        return switch_on(
            work, trade.operator, country, starts_on=today, ends_on=None, reason="Advice of counsel.", today=today
        ).id


def seller(trade: Trade) -> Shop:
    shop = trade.shop_of(name="Hanoi Silk", country=COUNTRY, currency="VND", rates=[POST])
    with transaction() as work:
        work.get_one(Organization, shop.id).kind = "sole_trader"
    return shop


def _released(trade: Trade, shop: Shop, count: int) -> list[OrderGroup]:
    groups = []
    for _ in range(count):
        group = trade.place(trade.cart({trade.goods(shop, title="Silk scarf", price=1_270_000): 1}))
        trade.charge(trade.open_card_page(group), group.total_cents)
        groups.append(group)
    trade.settle()
    with transaction() as work:
        for group in groups:
            order_id = group.orders[0].id
            ship_order(work, shop.owner, order_id, carrier="EMS", tracking="VN 1", now=trade.now())
            confirm_receipt(work, buyer_of(group), order_id, now=trade.now())
    trade.settle()
    trade.settle()
    return groups


def _first(now: datetime, back: int) -> datetime:
    day = now
    for _ in range(back):
        day = day.replace(day=1) - timedelta(days=1)
    return day.replace(day=1, hour=12)


def _happened_in(group: OrderGroup, month: datetime) -> None:
    """No test waits for the end of a month: what happened now is said to have happened then."""
    with transaction() as work:
        work.execute(
            text(
                "UPDATE tax_movements SET at = :at FROM order_tax_terms AS t"
                " WHERE t.id = tax_movements.terms_id AND t.order_id = :order_id"
            ),
            {"at": month, "order_id": group.orders[0].id},
        )
