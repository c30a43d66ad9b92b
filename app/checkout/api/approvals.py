"""Orders above one's limit: asking the approvers of a company, and deciding."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from flask import Response, current_app
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import as_person, asking_person, for_programs, once_as
from app.access.rules import COMPANIES
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema, money_body, page_schema
from app.checkout.actions.ask_approval import ask_approval
from app.checkout.actions.decide_approval import approve, ask_again, decline, price_of_request, withdraw
from app.checkout.actions.pay_approved import checkout_of
from app.checkout.actions.place_cart import place_cart
from app.checkout.actions.start_card_payment import start_card_payment
from app.checkout.actions.take_over_approval import take_over
from app.checkout.api.shared import checkout_request, placed_body
from app.checkout.errors import ApprovalNotFound, CartNotFound
from app.checkout.models import ApprovalRequest, Cart
from app.checkout.paying import card_links_with_key, home_country, policy
from app.checkout.queries.approvals import approvals_page, approvals_seen_by, deal_asked_about, has_asker_left
from app.checkout.queries.carts import cart_of, cart_of_deal
from app.checkout.rules.approvals import OPEN, state_at
from app.checkout.rules.draft import CONTACT
from app.checkout.schemas import (
    ApprovalRowSchema,
    ApprovalSchema,
    ApprovalWishSchema,
    PaidBySchema,
    PlacedSchema,
    ReasonSchema,
    SeenSchema,
    TakeOverSchema,
    draft_of,
)
from app.config.settings import Settings
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.money.amounts import Money, usd
from app.onramp.stripe_values import SessionCall
from app.orders.models import OrderGroup
from app.orders.rules.pricing import seen_amounts
from app.orders.rules.purchase import TERMS, Contact
from app.quotes.actions.order_deal import state_of as deal_state_of
from app.quotes.errors import DealNotFound
from app.quotes.rules.deals import DealState
from app.web.languages import current_locale
from app.web.limits import PLACE_ORDER, limiter

bp = Blueprint("approval_requests", __name__, url_prefix=f"{PREFIX}/approvals", description="Approvals of a company")
asking_of_deal = Blueprint(
    "ask_approval_of_deal",
    __name__,
    url_prefix=f"{PREFIX}/deals/<uuid:deal_id>/cart",
    description="Asking for approval",
)
asking = Blueprint("ask_approval", __name__, url_prefix=f"{PREFIX}/account/cart", description="Asking for approval")


@asking.post("/approval")
@for_programs(COMPANIES)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@asking.arguments(IdempotencyKeySchema, location="headers")
@asking.arguments(ApprovalWishSchema)
@asking.response(201, ApprovalSchema)
def ask(headers: dict[str, str], wish: dict[str, Any]) -> Response:
    """Put the cart of the account before the approvers. It is frozen as it was seen; nothing is held meanwhile."""
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        cart = cart_of(session, token=None, user_id=actor.user_id)
        if cart is None:
            raise CartNotFound
        return _asked(session, actor, cart, headers["key"], wish)

    return once_as(ApprovalSchema, work, 201)


@asking_of_deal.post("/approval")
@for_programs(COMPANIES)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@asking_of_deal.arguments(IdempotencyKeySchema, location="headers")
@asking_of_deal.arguments(ApprovalWishSchema)
@asking_of_deal.response(201, ApprovalSchema)
def ask_about_deal(headers: dict[str, str], wish: dict[str, Any], deal_id: UUID) -> Response:
    """Put a deal before the approvers. Its goods stay held until the deal's time is over, and the request ends with it."""
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        cart = cart_of_deal(session, deal_id, actor.user_id)
        if cart is None:
            raise DealNotFound
        return _asked(session, actor, cart, headers["key"], wish)

    return once_as(ApprovalSchema, work, 201)


@bp.get("")
@for_programs(COMPANIES)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(ApprovalRowSchema))
def approvals(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own requests, and for an approver all of the company; the newest first."""
    with reading() as session:
        found = approvals_page(session, asking_person(), cursor=asked["cursor"], size=asked["size"])
        rows = [{**row._mapping, "total_usd": money_body(usd(row.total_cents))} for row in found.rows]  # noqa: SLF001
        return {"rows": rows, "next_cursor": found.next_cursor}


@bp.get("/<uuid:request_id>")
@for_programs(COMPANIES)
@bp.response(200, ApprovalSchema)
def one(request_id: UUID) -> dict[str, Any]:
    """What is asked for, and the amounts of this moment."""
    with reading() as session:
        return _body(session, asking_person(), request_id)


@bp.post("/<uuid:request_id>/approval")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SeenSchema)
@bp.response(200, ApprovalSchema)
def agree(_headers: dict[str, str], sent: dict[str, Any], request_id: UUID) -> Response:
    """An approver says yes to the amounts that were read, within the own limit."""
    return _decided(
        request_id,
        lambda session, actor, now: approve(session, actor, request_id, seen=sent["amounts"], now=now, **_market()),
    )


@bp.post("/<uuid:request_id>/refusal")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReasonSchema)
@bp.response(200, ApprovalSchema)
def refuse(_headers: dict[str, str], sent: dict[str, str], request_id: UUID) -> Response:
    """An approver says no; the goods go back into the cart of who asked."""
    return _decided(
        request_id,
        lambda session, actor, now: decline(session, actor, request_id, reason=sent["reason"], now=now, **_market()),
    )


@bp.post("/<uuid:request_id>/withdrawal")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ApprovalSchema)
def take_back(_headers: dict[str, str], request_id: UUID) -> Response:
    """By who asked; the goods go back into the cart."""
    return _decided(request_id, lambda session, actor, now: withdraw(session, actor, request_id, now=now))


@bp.post("/<uuid:request_id>/repetition")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ApprovalSchema)
def again(_headers: dict[str, str], request_id: UUID) -> Response:
    """Prices moved after the yes: ask once more, with those of now."""
    return _decided(request_id, lambda session, actor, now: ask_again(session, actor, request_id, now=now))


@bp.post("/<uuid:request_id>/takeover")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(TakeOverSchema)
@bp.response(200, ApprovalSchema)
def go_on_with(_headers: dict[str, str], sent: dict[str, Any], request_id: UUID) -> Response:
    """By an approver, when who asked has left the company: it is then theirs to order."""
    read = draft_of(sent, country=home_country())[CONTACT]
    contact = Contact(read["email"], read["name"], read["phone"], read.get("language", current_locale()))
    return _decided(request_id, lambda session, actor, now: take_over(session, actor, request_id, contact, now=now))


@bp.post("/<uuid:request_id>/order")
@for_programs(COMPANIES)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(PaidBySchema, required=False)
@bp.response(201, PlacedSchema)
def order(headers: dict[str, str], sent: dict[str, str], request_id: UUID) -> dict[str, Any]:
    """Order what was approved and get the card page; the same key is the same order, also after a 503."""
    return placed_body(*in_transaction(partial(_placed, asking_person(), request_id, headers["key"], sent["paid_by"])))


def _asked(session: Session, actor: Actor, cart: Cart, key: str, wish: dict[str, Any]) -> dict[str, Any]:
    sent = checkout_request(cart, key, wish, actor.user_id)
    made = ask_approval(session, cart.id, sent, note=wish["note"], now=datetime.now(UTC), **_market())
    return _body(session, actor, made.id)


def _placed(
    actor: Actor, request_id: UUID, key: str, paid_by: str, session: Session
) -> tuple[OrderGroup, SessionCall | None]:
    found = _found(session, actor, request_id)
    sent = checkout_of(session, found, form_token=uuid5(request_id, key), language=current_locale(), paid_by=paid_by)
    if paid_by == TERMS:
        return place_cart(session, found.cart_id, sent, policy(), datetime.now(UTC)), None
    return start_card_payment(session, found.cart_id, sent, policy(), card_links_with_key(), datetime.now(UTC))


def _decided(request_id: UUID, decide: Callable[[Session, Actor, datetime], None]) -> Response:
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        _found(session, actor, request_id)
        decide(session, actor, datetime.now(UTC))
        session.flush()
        session.expire_all()
        return _body(session, actor, request_id)

    return once_as(ApprovalSchema, work)


def _found(session: Session, actor: Actor, request_id: UUID) -> ApprovalRequest:
    """Raises ApprovalNotFound for a stranger."""
    return load_one(session, approvals_seen_by(actor).where(ApprovalRequest.id == request_id), missing=ApprovalNotFound)


def _body(session: Session, actor: Actor, request_id: UUID) -> dict[str, Any]:
    """What `ApprovalSchema` puts into JSON."""
    found = _found(session, actor, request_id)
    deal, now = deal_asked_about(session, found), datetime.now(UTC)
    is_over = deal is not None and deal_state_of(deal, now) is not DealState.AGREED
    state = state_at(found.state, is_deal_over=is_over)
    cart = price_of_request(session, found, now) if state in OPEN else None
    live = seen_amounts(cart.orders()) if cart and cart.count and not cart.problems else None
    same = ("id", "company_id", "deal_id", "po_number", "note", "reason", "asked_at", "decided_at", "order_group_id")
    return {
        **{name: getattr(found, name) for name in same},
        "state": state,
        "ends_at": deal.valid_until if deal else None,
        "total_usd": money_body(usd(found.total_cents)),
        "lines": [
            {
                **line,
                "price": money_body(Money(line["price_minor"], line["currency"])),
                "total_usd": money_body(usd(line["cents"])),
            }
            for line in found.shown
        ],
        "amounts": live,
        "has_asker_left": state in OPEN and has_asker_left(session, found),
        "has_changed": live is not None and live != found.seen,
        "history": [
            {"kind": event.kind, "at": event.at, "total_usd": money_body(usd(event.total_cents))}
            for event in found.events
        ],
    }


def _market() -> dict[str, str]:
    market: Settings = current_app.config["SETTINGS"]
    return {"market": market.market_name, "base": market.public_url}
