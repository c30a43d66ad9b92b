"""An approver says yes or no; who asked may take it back."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, lazyload

from app.checkout.actions.ask_approval import note_event
from app.checkout.actions.change_cart import lock_cart, new_cart, put_again
from app.checkout.actions.tell_approval import tell_decided
from app.checkout.errors import ApprovalNotFound, CartHasProblems, OverLimit
from app.checkout.models import ApprovalRequest, Cart, CartLine
from app.checkout.queries.approvals import approvals_decided_by, approvals_seen_by
from app.checkout.queries.carts import cart_of, voucher_wish
from app.checkout.queries.pricing import priced_cart
from app.checkout.rules.approvals import APPROVED, ASKED, DECLINED, OPEN, WITHDRAWN, require_next, shown
from app.checkout.rules.draft import Draft
from app.checkout.rules.priced_cart import PricedCart
from app.companies.queries import buying_context
from app.companies.rules.spending import needs_approval
from app.config.days import market_day
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.money.amounts import usd
from app.orders.actions.expire_group import expire_unpaid_of_cart
from app.orders.errors import PricesChanged
from app.orders.rules.pricing import changed_amounts, seen_amounts
from app.quotes.actions.lock_deal import lock_deal
from app.quotes.actions.order_deal import state_of
from app.quotes.rules.deals import require_open


def approve(
    session: Session, actor: Actor, request_id: UUID, *, seen: Mapping[str, int], market: str, base: str, now: datetime
) -> None:
    """Prices are looked at again: what the approver saw must be what is asked now. Within the approver's own limit.

    A second yes changes nothing. Raises ApprovalNotFound for who is no approver of the company, AlreadyDecided,
    CartHasProblems, PricesChanged, OverLimit, and DealIsOver.
    """
    request = locked_with_deal(session, approvals_decided_by(actor).where(ApprovalRequest.id == request_id), now)
    if request.state == APPROVED:
        return
    require_next(request.state, APPROVED)
    cart = price_of_request(session, request, now)
    if cart.problems or not cart.count:
        raise CartHasProblems
    live = seen_amounts(cart.orders())
    changed = changed_amounts(seen, live)
    if changed:
        raise PricesChanged(changed=changed)
    _require_own_limit(session, actor, request, cart.total_usd.minor)
    request.seen, request.shown, request.total_cents = live, [dict(line) for line in shown(cart)], cart.total_usd.minor
    _decided(session, request, APPROVED, actor, now)
    tell_decided(session, request, market=market, base=base)


def decline(
    session: Session, actor: Actor, request_id: UUID, *, reason: str, market: str, base: str, now: datetime
) -> None:
    """The goods go back into the cart of who asked; a deal stands until its time is over. Twice is once.

    Raises ApprovalNotFound, AlreadyDecided.
    """
    request = _locked(session, approvals_decided_by(actor).where(ApprovalRequest.id == request_id))
    if request.state == DECLINED:
        return
    require_next(request.state, DECLINED)
    request.reason = reason
    _decided(session, request, DECLINED, actor, now)
    _back_into_cart(session, request, now)
    tell_decided(session, request, market=market, base=base)


def withdraw(session: Session, actor: Actor, request_id: UUID, *, now: datetime) -> None:
    """By who asked; the goods go back into the cart, and a deal stands. Twice is once. Raises ApprovalNotFound, AlreadyDecided."""
    own = approvals_seen_by(actor).where(ApprovalRequest.id == request_id, ApprovalRequest.asked_by == actor.user_id)
    request = _locked(session, own)
    if request.state == WITHDRAWN:
        return
    require_next(request.state, WITHDRAWN)
    _decided(session, request, WITHDRAWN, actor, now)
    _back_into_cart(session, request, now)


def ask_again(session: Session, actor: Actor, request_id: UUID, *, now: datetime) -> None:
    """Prices moved after the yes: what is asked now is put before the approvers once more.

    Raises ApprovalNotFound, AlreadyDecided, CartHasProblems, DealIsOver.
    """
    request = locked_with_deal(session, approvals_seen_by(actor).where(ApprovalRequest.id == request_id), now)
    require_next(request.state, ASKED)
    cart = price_of_request(session, request, now)
    if cart.problems or not cart.count:
        raise CartHasProblems
    request.seen, request.shown = seen_amounts(cart.orders()), [dict(line) for line in shown(cart)]
    request.total_cents, request.state, request.decided_by, request.decided_at = cart.total_usd.minor, ASKED, None, None
    note_event(session, request, "asked_again", actor.user_id)


def price_of_request(session: Session, request: ApprovalRequest, now: datetime) -> PricedCart:
    """What the frozen cart costs just now, for who asked, buying for the company."""
    frozen = session.get_one(Cart, request.cart_id, options=[lazyload(Cart.lines)])
    draft = Draft.read(frozen.draft)
    wish = voucher_wish(frozen, user_id=request.asked_by, email=draft.contact.get("email", ""), now=now)
    return priced_cart(
        session,
        request.cart_id,
        country=draft.country or "KH",
        chosen=draft.shipping,
        today=market_day(now),
        vouchers=wish,
    )


def locked_with_deal(session: Session, allowed: Select[ApprovalRequest], now: datetime) -> ApprovalRequest:
    """The deal it is about first, as whoever ends the deal does: what is over cannot be agreed to. Raises DealIsOver."""
    deal_id = session.scalar(allowed.with_only_columns(ApprovalRequest.deal_id))
    deal = lock_deal(session, deal_id) if deal_id else None
    request = _locked(session, allowed)
    if deal is not None and request.state in OPEN:
        require_open(state_of(deal, now))
    return request


def _locked(session: Session, query: object) -> ApprovalRequest:
    found: ApprovalRequest = lock_one(session, query, missing=ApprovalNotFound)  # type: ignore[arg-type]
    return found


def _decided(session: Session, request: ApprovalRequest, state: str, actor: Actor, now: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, actor.user_id, now
    note_event(session, request, state, actor.user_id)


def _require_own_limit(session: Session, actor: Actor, request: ApprovalRequest, total_cents: int) -> None:
    assert actor.user_id is not None
    context = buying_context(session, actor.user_id, company_id=request.company_id, for_order=True)
    if context is None:
        raise ApprovalNotFound
    if needs_approval(context.limit_cents, total_cents):
        raise OverLimit(limit=usd(context.limit_cents or 0))


def _back_into_cart(session: Session, request: ApprovalRequest, now: datetime) -> None:
    """Into the cart the person has now; the larger quantity stays where goods are in both. An unpaid checkout ends."""
    lock_cart(session, request.cart_id)
    expire_unpaid_of_cart(session, request.cart_id, now)
    if request.deal_id is not None:  # its own cart stays as it is
        return
    rows = session.execute(select(CartLine.variant_id, CartLine.quantity).where(CartLine.cart_id == request.cart_id))
    wants = {row.variant_id: row.quantity for row in rows}
    cart = cart_of(session, token=None, user_id=request.asked_by) or new_cart(session, user_id=request.asked_by)
    if wants:
        put_again(session, cart.id, wants, now=now)
