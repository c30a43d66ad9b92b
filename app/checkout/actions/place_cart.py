"""Ordering a cart: what the buyer saw is compared with what is live, then held and written down."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses.actions.keep_address import keep_address
from app.addresses.errors import AddressBookIsFull
from app.addresses.rules import is_place
from app.checkout.actions.change_cart import lock_cart
from app.checkout.actions.company_buyer import company_that_buys
from app.checkout.errors import BelowCardMinimum, CartHasProblems, CartIsEmpty, MarketVoucherNeedsCard
from app.checkout.queries.carts import voucher_wish
from app.checkout.queries.pricing import priced_cart
from app.checkout.rules.meeting import require_place
from app.checkout.rules.request import CheckoutRequest
from app.config.days import market_day
from app.credit.actions.take_credit import allow_credit, note_debts
from app.orders.actions.expire_group import expire_unpaid_of_cart
from app.orders.actions.place_orders import place_orders, placed_before
from app.orders.errors import PricesChanged
from app.orders.models import OrderGroup
from app.orders.rules.pricing import changed_amounts, seen_amounts
from app.orders.rules.purchase import CARD, TERMS, OrderPolicy, Purchase
from app.quotes.actions.order_deal import require_orderable
from app.vouchers.rules.terms import VoucherUse

__all__ = ["CheckoutRequest", "place_cart"]


def place_cart(
    session: Session, cart_id: UUID, request: CheckoutRequest, policy: OrderPolicy, now: datetime
) -> OrderGroup:
    """Order the cart, once: the same form again, or the same content from a second tab, is the same order.

    Raises PricesChanged, CartHasProblems, CartIsEmpty, BelowCardMinimum, AddressMissing, OutOfStock, SampleLimit, FormAlreadyUsed, MarketVoucherNeedsCard,
    for a company BuyerChanged, PurchaseNumberMissing, OverLimit, to pay later what `allow_credit` raises, and for the cart of a deal DealIsOver, DealIsOrdered,
    DealIsBeingPaid; nothing is then ordered or held.
    """
    locked = lock_cart(session, cart_id)
    deal_id = locked.deal_id
    wish = voucher_wish(locked, user_id=request.buyer_id, email=request.contact.email, now=now)
    hashed = request.content_hash()
    known = placed_before(session, request.form_token, hashed) or _waiting(session, cart_id, hashed)
    if known is not None:
        return known
    if deal_id is not None:  # its goods pass from hand to hand: checkout and deal are locked before them
        expire_unpaid_of_cart(session, cart_id, now)
        require_orderable(session, deal_id, now)
    cart = priced_cart(
        session,
        cart_id,
        country=request.address["country"],
        chosen=request.shipping,
        today=market_day(now),
        vouchers=wish,
        for_order=True,
    )
    if not cart.count:
        return _bought_already(session, cart_id, hashed)
    if cart.problems:
        raise CartHasProblems
    if request.paid_by == CARD and cart.card_problem:
        raise BelowCardMinimum(**cart.card_problem.text.values)
    require_place(request.address, cart)
    orders = cart.orders()
    company = company_that_buys(session, cart_id, request, cart.total_usd)
    if request.paid_by != CARD and any(order.market_voucher_code for order in orders):
        raise MarketVoucherNeedsCard
    changed = changed_amounts(request.seen, seen_amounts(orders))
    if changed:
        raise PricesChanged(changed=changed)
    owes = allow_credit(session, company.id if company else None, orders, now) if request.paid_by == TERMS else None
    purchase = Purchase(
        form_token=request.form_token,
        content_hash=hashed,
        contact=request.contact,
        address=request.address,
        paid_by=request.paid_by,
        orders=orders,
        buyer_id=request.buyer_id,
        buyer_address=request.buyer_address,
        cart_id=cart_id,
        company=company,
        vouchers=[VoucherUse(one.id, one.off.minor) for one in cart.vouchers if one.applies],
        voucher_buyer=wish.buyer if wish else None,
        deal_id=deal_id,
        shown_at=request.shown_at,
        due=owes.due if owes else None,
    )
    group = place_orders(session, purchase, policy, now)
    if owes is not None:
        note_debts(session, owes, group, now)
    if request.buyer_id is not None and is_place(request.address):
        with suppress(AddressBookIsFull):  # the order has it all the same
            keep_address(session, request.buyer_id, request.address, now=now, is_used=True)
    return group


def _waiting(session: Session, cart_id: UUID, hashed: bytes) -> OrderGroup | None:
    """The same content sent from another tab, still waiting for its payment."""
    return session.scalars(
        select(OrderGroup).where(
            OrderGroup.cart_id == cart_id, OrderGroup.content_hash == hashed, OrderGroup.state == "pending_payment"
        )
    ).one_or_none()


def _bought_already(session: Session, cart_id: UUID, hashed: bytes) -> OrderGroup:
    """A second tab that pays what the first has paid sees that order. Raises CartIsEmpty."""
    bought = session.scalars(
        select(OrderGroup)
        .where(OrderGroup.cart_id == cart_id, OrderGroup.content_hash == hashed)
        .where(OrderGroup.state.in_(("paid", "on_terms")))
        .order_by(OrderGroup.placed_at.desc())
        .limit(1)
    ).one_or_none()
    if bought is None:
        raise CartIsEmpty
    return bought
