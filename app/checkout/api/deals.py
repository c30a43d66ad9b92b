"""Ordering what was agreed on: a cart of its own, with just these goods at just these prices."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.access.current import as_person, asking_person, for_programs, require_scope
from app.access.rules import BUY, COMPANIES
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema
from app.checkout.api.shared import changed, placed
from app.checkout.carts import account_cart_body, without_token
from app.checkout.errors import ApprovalRunning
from app.checkout.models import Cart
from app.checkout.queries.approvals import request_on_deal
from app.checkout.queries.carts import cart_of_deal
from app.checkout.schemas import AccountCartSchema, AccountOrderWishSchema, DealCartContentSchema, PlacedSchema
from app.db.session import in_transaction, reading
from app.quotes.errors import DealNotFound
from app.web.limits import PLACE_ORDER, limiter

bp = Blueprint("deal_cart", __name__, url_prefix=f"{PREFIX}/deals/<uuid:deal_id>/cart", description="Ordering a deal")


@bp.get("")
@for_programs(BUY)
@bp.response(200, AccountCartSchema)
def show_cart(deal_id: UUID) -> ResponseReturnValue:
    """What was agreed on, with shipping of this moment and what stands in the way."""
    with reading() as session:
        return jsonify(account_cart_body(session, _cart(session, deal_id)))


@bp.patch("")
@for_programs(BUY)
@bp.arguments(DealCartContentSchema)
@bp.response(200, AccountCartSchema)
def change_cart(content: dict[str, Any], deal_id: UUID) -> ResponseReturnValue:
    """Contact, address or shipping; sent twice it changes nothing more."""
    return jsonify(in_transaction(partial(_changed, deal_id, content)))


@bp.post("/order")
@for_programs(BUY)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(AccountOrderWishSchema)
@bp.response(201, PlacedSchema)
def order(headers: dict[str, str], wish: dict[str, Any], deal_id: UUID) -> dict[str, Any]:
    """Order the deal and get the card page; the same key is the same order, also after a 503."""
    if wish["company_id"] is not None:
        require_scope(COMPANIES)
    with reading() as session:
        cart = _cart(session, deal_id)
        _require_not_asked(session, deal_id)
    return placed(cart, headers["key"], wish, buyer_id=asking_person().user_id)


def _cart(session: Session, deal_id: UUID) -> Cart:
    cart = cart_of_deal(session, deal_id, asking_person().user_id)
    if cart is None:
        raise DealNotFound
    return cart


def _changed(deal_id: UUID, content: dict[str, Any], session: Session) -> dict[str, Any]:
    cart = _cart(session, deal_id)
    _require_not_asked(session, deal_id)
    return without_token(changed(session, cart.id, content))


def _require_not_asked(session: Session, deal_id: UUID) -> None:
    """What was put before an approver is neither changed nor ordered past the approver. Raises ApprovalRunning."""
    if request_on_deal(session, asking_person(), deal_id) is not None:
        raise ApprovalRunning
