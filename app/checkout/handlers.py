"""What carts do when an order is paid, and when two parties have agreed on a deal."""

import secrets
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.checkout.actions.ask_approval import note_event
from app.checkout.actions.change_cart import lock_cart
from app.checkout.actions.tell_approval import tell_decided, tell_left
from app.checkout.errors import NotInCart
from app.checkout.models import ApprovalRequest, Cart, CartLine
from app.checkout.rules.approvals import APPROVED, EXPIRED, OPEN, ORDERED, ORDERED_ON_TERMS
from app.checkout.rules.draft import AGREED_COUNTRY
from app.companies.events import ColleagueLeft
from app.config.current import settings
from app.orders.events import GroupOnTerms, GroupPaid
from app.orders.models import Order, OrderLine
from app.quotes.events import DealAgreed, DealEnded
from app.quotes.models import Deal, DealLine


def empty_cart(session: Session, event: GroupPaid | GroupOnTerms) -> None:
    """Take out what was bought, paid or not yet; what was added since stays, and the personal data of the draft go."""
    if event.cart_id is None:
        return
    try:
        cart = lock_cart(session, event.cart_id)
    except NotInCart:
        return
    bought = session.execute(
        select(OrderLine.variant_id, OrderLine.quantity)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.group_id == event.order_group_id)
    )
    quantities = {row.variant_id: row.quantity for row in bought}
    for line in session.scalars(select(CartLine).where(CartLine.cart_id == cart.id)).all():
        left = line.quantity - quantities.get(line.variant_id, 0)
        if left > 0:
            line.quantity = left
        else:
            session.delete(line)
    cart.draft = {}
    cart.voucher_ids = []
    if cart.kept_for is not None or cart.deal_id is not None:
        what = ORDERED if isinstance(event, GroupPaid) else ORDERED_ON_TERMS
        _note_ordered(session, cart.id, event.order_group_id, what)


def _note_ordered(session: Session, cart_id: UUID, order_group_id: UUID, what: str) -> None:
    """What was approved is ordered now; `what` as it is told."""
    running = select(ApprovalRequest).where(ApprovalRequest.cart_id == cart_id, ApprovalRequest.state.in_(OPEN))
    request = session.scalars(running.with_for_update()).one_or_none()
    if request is None:
        return
    if request.state == APPROVED:
        request.state, request.order_group_id = ORDERED, order_group_id
        note_event(session, request, what, None)
    else:  # an earlier payment of the deal came through late: there is nothing left to ask about
        request.state = EXPIRED
        note_event(session, request, EXPIRED, None)


def end_approval(session: Session, event: DealEnded) -> None:
    """What was asked about a deal ends with it, and who asked is told."""
    running = select(ApprovalRequest).where(ApprovalRequest.deal_id == event.deal_id, ApprovalRequest.state.in_(OPEN))
    request = session.scalars(running.with_for_update()).one_or_none()
    if request is not None:
        request.state = EXPIRED
        note_event(session, request, EXPIRED, None)
        market = settings()
        tell_decided(session, request, market=market.market_name, base=market.public_url)


def tell_abandoned(session: Session, event: ColleagueLeft) -> None:
    """What somebody asked for and cannot order any more waits for an approver to take it over."""
    left = select(ApprovalRequest).where(
        ApprovalRequest.company_id == event.company_id,
        ApprovalRequest.asked_by == event.user_id,
        ApprovalRequest.state.in_(OPEN),
    )
    market = settings()
    for request in session.scalars(left.order_by(ApprovalRequest.id)).all():
        tell_left(session, request, market=market.market_name, base=market.public_url)


def open_deal_cart(session: Session, event: DealAgreed) -> None:
    """A cart beside the buyer's own one, with just what was agreed, for whom and to where."""
    company_id, country = session.execute(
        select(Deal.company_id, Deal.freight_country).where(Deal.id == event.deal_id)
    ).one()
    cart = Cart(
        token=secrets.token_urlsafe(24),
        user_id=event.buyer_id,
        deal_id=event.deal_id,
        company_id=company_id,
        draft={AGREED_COUNTRY: country} if country else {},
        lines=[],
    )
    session.add(cart)
    session.flush()
    agreed = session.scalars(select(DealLine).where(DealLine.deal_id == event.deal_id).order_by(DealLine.position))
    lines = [{"cart_id": cart.id, "variant_id": line.variant_id, "quantity": line.quantity} for line in agreed]
    session.execute(insert(CartLine), lines)
