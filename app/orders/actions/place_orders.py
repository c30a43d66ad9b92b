"""From a priced cart to orders: one short transaction, and the same form twice is the same orders."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.catalog.actions.reserve_stock import StockWant, reserve_stock
from app.identity.models import Organization
from app.orders.actions.expire_group import expire_unpaid_of_cart
from app.orders.actions.limit_samples import limit_samples
from app.orders.actions.put_in_escrow import put_in_escrow
from app.orders.actions.record_fact import record_fact
from app.orders.actions.sell_on_terms import sell_on_terms
from app.orders.errors import FormAlreadyUsed
from app.orders.models import Order, OrderGroup, OrderLine, OrderPart
from app.orders.rules.deadlines import deadlines
from app.orders.rules.handover import IN_PERSON
from app.orders.rules.milestones import parts
from app.orders.rules.numbers import order_number
from app.orders.rules.pricing import PricedOrder, PricedTax
from app.orders.rules.purchase import CARD, OrderPolicy, Purchase
from app.orders.rules.status import FactKind
from app.quotes.actions.order_deal import hand_over_hold
from app.quotes.rules.parts import PaymentParts
from app.vouchers.actions.count_uses import hold_uses
from app.withholding.actions.fix_terms import Sale, fix_terms
from app.withholding.rules import OrderParts, Supply


def placed_before(session: Session, form_token: UUID, content_hash: bytes) -> OrderGroup | None:
    """The group this form has made already. Waits for a twin that is being placed at this moment.

    Raises FormAlreadyUsed when the token was sent with other content.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(form_token), 0))))
    group = session.scalars(select(OrderGroup).where(OrderGroup.form_token == form_token)).one_or_none()
    if group is not None and group.content_hash != content_hash:
        raise FormAlreadyUsed
    return group


def place_orders(session: Session, purchase: Purchase, policy: OrderPolicy, now: datetime) -> OrderGroup:
    """One order per seller, stock held, escrow terms written; nothing is paid yet. Ask `placed_before` first.

    What is ordered to be paid later (`purchase.due`) is sold at once, and comes into escrow only with its payment.

    An unpaid earlier checkout of the same cart makes way; what was held for a deal is then held for its order.
    Raises OutOfStock, SampleLimit, VoucherUsedUp, VoucherUsedByYou, and what `hand_over_hold` raises.
    """
    if purchase.cart_id is not None:
        expire_unpaid_of_cart(session, purchase.cart_id, now)
    limit_samples(session, purchase)
    group = _group(purchase, policy, now)
    session.add(group)
    session.flush()
    if group.deal_id is not None:
        hand_over_hold(session, group.deal_id, group.id, now)
    shops = _shops(session, purchase)
    orders = [
        _order(session, group, shops, position, priced, policy, now) for position, priced in enumerate(purchase.orders)
    ]
    wants = [StockWant(line.variant_id, order.id, line.quantity) for order in orders for line in order.lines]
    reserve_stock(session, order_group_id=group.id, wants=wants, until=group.hold_until)
    hold_uses(
        session,
        purchase.vouchers,
        order_group_id=group.id,
        cart_id=purchase.cart_id,
        buyer=purchase.voucher_buyer,
        now=now,
    )
    sales = [_sale(order, priced) for order, priced in zip(orders, purchase.orders, strict=True)]
    through_market = fix_terms(session, sales, now=now)
    if purchase.due is None:
        fund_by = group.hold_until + policy.fund_within[group.payment_method]
        put_in_escrow(session, group, orders, fund_by=fund_by, through_market=through_market)
    for order in orders:
        record_fact(session, order, FactKind.PLACED, at=now, actor_id=purchase.buyer_id)
    if purchase.due is not None:
        sell_on_terms(session, group, purchase.due, now)
    return group


def _group(purchase: Purchase, policy: OrderPolicy, now: datetime) -> OrderGroup:
    shown = purchase.shown_at
    return OrderGroup(
        form_token=purchase.form_token,
        content_hash=purchase.content_hash,
        access_token=secrets.token_urlsafe(24),
        cart_id=purchase.cart_id,
        deal_id=purchase.deal_id,
        buyer_id=purchase.buyer_id,
        buyer_address=purchase.buyer_address,
        company_id=purchase.company.id if purchase.company else None,
        company=purchase.company.printed() if purchase.company else {},
        email=purchase.contact.email,
        name=purchase.contact.name,
        phone=purchase.contact.phone,
        locale=purchase.contact.locale,
        address=dict(purchase.address),
        payment_method=CARD if purchase.due else purchase.paid_by,
        total_cents=purchase.total_cents,
        hold_until=now + policy.hold,
        placed_at=now,
        shown_currency=shown.rate.currency if shown else None,
        shown_per_usd_micro=shown.rate.per_usd_micro if shown else None,
        shown_as_of=shown.as_of if shown else None,
        shown_source=shown.source if shown else None,
        orders=[],
    )


def _shops(session: Session, purchase: Purchase) -> dict[UUID, Organization]:
    ids = [priced.organization_id for priced in purchase.orders]
    return {shop.id: shop for shop in session.scalars(select(Organization).where(Organization.id.in_(ids)))}


def _order(
    session: Session,
    group: OrderGroup,
    shops: Mapping[UUID, Organization],
    position: int,
    priced: PricedOrder,
    policy: OrderPolicy,
    now: datetime,
) -> Order:
    meets = priced.shipping.kind == IN_PERSON  # nothing travels: the days are those in which to find a time
    dates = deadlines(
        now,
        handling_days=priced.handling_days + (priced.shipping.days_max if meets else 0),
        transit_days=0 if meets else priced.shipping.days_max,
        protection_days=policy.protection_days,
        day=policy.day,
    )
    sequence, number = _next_number(session, policy.number_key)
    order = Order(
        sequence=sequence,
        number=number,
        group=group,
        position=position,
        organization=shops[priced.organization_id],
        currency=priced.rate.currency,
        goods_minor=priced.goods.minor,
        shipping_minor=priced.shipping.price.minor,
        total_minor=priced.total.minor,
        goods_cents=priced.goods_usd.minor,
        shipping_cents=priced.shipping.usd.minor,
        total_cents=priced.total_usd.minor,
        discount_minor=priced.discount.minor,
        discount_cents=priced.discount_usd.minor,
        market_cents=priced.market_usd.minor,
        voucher_code=priced.voucher_code,
        market_voucher_code=priced.market_voucher_code,
        tax_lines=[_tax(tax) for tax in priced.taxes],
        fx_per_usd_micro=priced.rate.per_usd_micro,
        fx_as_of=priced.rate_as_of,
        fx_source=priced.rate_source,
        shipping=_shipping(priced),
        commission_bps=policy.commission_bps,
        ship_by=dates.ship_by,
        promised_by=dates.promised_by,
        auto_release_at=dates.auto_release_at,
        placed_at=now,
        lines=_lines(priced),
        fulfillments=[],
    )
    session.add(order)
    session.flush()
    session.add_all(_parts(order, priced.parts))
    return order


def _parts(order: Order, agreed: PaymentParts) -> list[OrderPart]:
    return [
        OrderPart(
            order_id=order.id,
            position=part.position,
            trigger=part.trigger.value,
            share_bps=part.share_bps,
            cents=part.cents,
        )
        for part in parts(order.total_cents, agreed)
    ]


def _next_number(session: Session, key: bytes) -> tuple[int, str]:
    """A sequence whose number is free: after a change of the key an old number may stand in the way."""
    while True:
        sequence: int = session.scalars(text("SELECT nextval(pg_get_serial_sequence('orders', 'sequence'))")).one()
        number = order_number(sequence, key)
        if session.scalar(select(Order.id).where(Order.number == number)) is None:
            return sequence, number


def _lines(priced: PricedOrder) -> list[OrderLine]:
    return [
        OrderLine(
            position=position,
            variant_id=line.variant_id,
            listing_id=line.listing_id,
            sku=line.sku,
            titles=dict(line.titles),
            variant_names=dict(line.variant_names),
            unit=line.unit,
            pieces=line.pieces,
            piece_unit=line.piece_unit,
            is_sample=line.is_sample,
            tax_class=line.tax_class,
            quantity=line.quantity,
            price_minor=line.price.minor,
            line_minor=line.total.minor,
            line_cents=line.usd.minor,
            discount_minor=line.discount_minor,
            discount_cents=line.discount_cents,
            market_cents=line.market_cents,
        )
        for position, line in enumerate(priced.lines)
    ]


def _tax(tax: PricedTax) -> dict[str, object]:
    return {
        "name": tax.name,
        "rate_bps": tax.rate_bps,
        "base_minor": tax.base.minor,
        "tax_minor": tax.tax.minor,
        "currency": tax.tax.currency,
        "note": tax.note,
        "goods": tax.goods,
        "owed_to": tax.owed_to,
    }


def _shipping(priced: PricedOrder) -> dict[str, object]:
    chosen = priced.shipping
    return {
        "rate_id": str(chosen.rate_id),
        "method": chosen.method,
        "carrier": chosen.carrier,
        "days_min": chosen.days_min,
        "days_max": chosen.days_max,
        "kind": chosen.kind,
        "place": chosen.place,
    }


def _sale(order: Order, priced: PricedOrder) -> Sale:
    """What of it may be taxed before the seller is paid, and the VAT inside it that the market owes."""
    vat = tuple(
        (Fraction((tax.base + tax.tax).minor, order.total_minor), tax.rate_bps) for tax in priced.taxes if tax.tax
    )
    parts = OrderParts(order.goods_cents - order.discount_cents, order.shipping_cents, vat, order.commission_bps)
    owed = tuple(
        Supply(tax.owed_to, tax.name, tax.rate_bps, Fraction((tax.base + tax.tax).minor, order.total_minor))
        for tax in priced.taxes
        if tax.owed_to
    )
    return Sale(order.id, order.organization, parts, owed)
