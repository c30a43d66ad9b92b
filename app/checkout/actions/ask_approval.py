"""An order above one's limit becomes a request: the cart is frozen as it was shown, and a new one begins.

The cart of a deal cannot change anyway, so it stays where it is; what was typed in its checkout is closed meanwhile.
"""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.checkout.actions.change_cart import lock_cart
from app.checkout.actions.tell_approval import tell_asked
from app.checkout.errors import (
    ApprovalBelowCardMinimum,
    CartHasProblems,
    CartIsEmpty,
    NoCompanyChosen,
    PurchaseNumberMissing,
)
from app.checkout.models import ApprovalEvent, ApprovalRequest, Cart, CartLine
from app.checkout.queries.carts import voucher_wish
from app.checkout.queries.pricing import priced_cart
from app.checkout.rules.approvals import ASKED, OPEN, shown
from app.checkout.rules.meeting import require_place
from app.checkout.rules.request import CheckoutRequest
from app.companies.queries import buying_context
from app.config.days import market_day
from app.orders.actions.expire_group import expire_unpaid_of_cart
from app.orders.errors import PricesChanged
from app.orders.rules.pricing import changed_amounts, seen_amounts
from app.quotes.actions.order_deal import require_orderable


def ask_approval(
    session: Session, cart_id: UUID, request: CheckoutRequest, *, note: str, market: str, base: str, now: datetime
) -> ApprovalRequest:
    """Nothing is ordered yet, and only the goods of a deal are held. The same form, or the same deal, is the same request.

    Raises NoCompanyChosen, PurchaseNumberMissing, CartIsEmpty, CartHasProblems, ApprovalBelowCardMinimum, AddressMissing, PricesChanged, and for the
    cart of a deal DealIsOver, DealIsOrdered, DealIsBeingPaid.
    """
    cart = lock_cart(session, cart_id)
    is_same = ApprovalRequest.form_token == request.form_token
    if cart.deal_id is not None:
        is_same |= (ApprovalRequest.deal_id == cart.deal_id) & ApprovalRequest.state.in_(OPEN)
    known = session.scalars(select(ApprovalRequest).where(is_same).limit(1)).one_or_none()
    if known is not None:
        return known
    if cart.deal_id is not None:
        expire_unpaid_of_cart(session, cart_id, now)
        require_orderable(session, cart.deal_id, now)
    context = buying_context(session, request.buyer_id, company_id=cart.company_id) if request.buyer_id else None
    if context is None or context.company_id != request.company_id or request.buyer_id is None:
        raise NoCompanyChosen
    if context.needs_po and not request.po_number:
        raise PurchaseNumberMissing(field="po_number")
    priced = priced_cart(
        session,
        cart_id,
        country=request.address["country"],
        chosen=request.shipping,
        today=market_day(now),
        vouchers=voucher_wish(cart, user_id=request.buyer_id, email=request.contact.email, now=now),
    )
    if not priced.count:
        raise CartIsEmpty
    if priced.problems:
        raise CartHasProblems
    if priced.card_problem:
        raise ApprovalBelowCardMinimum(**priced.card_problem.text.values)
    require_place(request.address, priced)
    seen = seen_amounts(priced.orders())
    changed = changed_amounts(request.seen, seen)
    if changed:
        raise PricesChanged(changed=changed)
    expire_unpaid_of_cart(session, cart_id, now)
    asked = ApprovalRequest(
        form_token=request.form_token,
        company_id=context.company_id,
        cart_id=cart_id if cart.deal_id else _frozen(session, cart, request.buyer_id, context.company_id),
        deal_id=cart.deal_id,
        asked_by=request.buyer_id,
        total_cents=priced.total_usd.minor,
        seen=seen,
        shown=shown(priced),
        po_number=request.po_number,
        note=note,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    note_event(session, asked, ASKED, request.buyer_id)
    tell_asked(session, asked, company=context.name, who=request.contact.name, market=market, base=base)
    return asked


def note_event(session: Session, request: ApprovalRequest, kind: str, actor_id: UUID | None) -> None:
    """What happened, with the total it happened to."""
    session.add(ApprovalEvent(request_id=request.id, actor_id=actor_id, kind=kind, total_cents=request.total_cents))
    session.flush()


def _frozen(session: Session, cart: Cart, user_id: UUID, company_id: UUID) -> UUID:
    """A cart that nobody can reach but through the request; what was typed at checkout goes along."""
    frozen = Cart(
        token=secrets.token_urlsafe(24),
        kept_for=user_id,
        company_id=company_id,
        draft=dict(cart.draft),
        voucher_ids=list(cart.voucher_ids),
        lines=[],
    )
    session.add(frozen)
    session.flush()
    session.execute(update(CartLine).where(CartLine.cart_id == cart.id).values(cart_id=frozen.id))
    return frozen.id
