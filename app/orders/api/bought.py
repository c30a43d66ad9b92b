"""What an account bought, for its own programs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import as_person, for_buyers
from app.access.rules import BUY
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema, page_body, page_schema
from app.api.uploads import takes_files
from app.db.session import reading
from app.media.uploads import sent_files
from app.orders.account_schemas import OrderDetailSchema, OrderRowSchema, ReportSchema, row_body
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.release_part import release_part
from app.orders.api.shared import acted, order_detail
from app.orders.lists import bought_orders
from app.orders.models import Order
from app.orders.programs import bought_by
from app.orders.queries import order_bought
from app.orders.signed_schemas import SignedWishSchema, signed_of
from app.web.limits import UPLOAD, limiter

bp = Blueprint("bought", __name__, url_prefix=f"{PREFIX}/orders", description="What an account bought")


@bp.get("")
@for_buyers(BUY)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(OrderRowSchema))
def orders(asked: dict[str, Any]) -> dict[str, Any]:
    """Everything the account bought or is about to, the newest first."""
    with reading() as session:
        found = bought_orders(session, bought_by(), cursor=asked["cursor"], size=asked["size"])
        return page_body(found, lambda row: row_body(row, for_seller=False))


@bp.get("/<number>")
@for_buyers(BUY)
@bp.response(200, OrderDetailSchema)
def order(number: str) -> dict[str, Any]:
    """One order: goods, parcels, the five steps and what happens next."""
    with reading() as session:
        return order_detail(session, order_bought(session, bought_by(), number), for_seller=False)


@bp.post("/<number>/receipt")
@for_buyers(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SignedWishSchema, required=False)
@bp.response(200, OrderDetailSchema)
def receive(_headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """The buyer has the goods: the seller is paid. Cannot be taken back; a buyer with an own wallet signs `release`."""
    viewer, signed = bought_by(), signed_of(sent)
    return _acted(
        number, lambda session, found, now: confirm_receipt(session, viewer, found.id, now=now, signed=signed)
    )


@bp.post("/<number>/parts/<int(max=99):position>/release")
@for_buyers(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SignedWishSchema)
@bp.response(200, OrderDetailSchema)
def release(_headers: dict[str, str], sent: dict[str, Any], number: str, position: int) -> Response:
    """A buyer with an own wallet signs `release` of a part that is due; the rest stays held."""
    viewer, signed = bought_by(), signed_of(sent)
    return _acted(number, lambda session, found, _now: release_part(session, viewer, found.id, position, signed=signed))


@bp.post("/<number>/cancellation")
@for_buyers(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SignedWishSchema, required=False)
@bp.response(200, OrderDetailSchema)
def cancel(_headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """Ask for the money of an order that has not left; who is late loses it.

    A buyer with an own wallet signs `cancel_unshipped` where the chain decides.
    """
    viewer, signed = bought_by(), signed_of(sent)
    return _acted(number, lambda session, found, now: cancel_order(session, viewer, found.id, now=now, signed=signed))


@bp.post("/<number>/problem")
@for_buyers(BUY)
@limiter.limit(UPLOAD, key_func=as_person)
@takes_files
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReportSchema)
@bp.response(200, OrderDetailSchema)
def report(_headers: dict[str, str], problem: dict[str, Any], number: str) -> Response:
    """Something is wrong: the money stays held until somebody of the market decides. Pictures and PDFs may go with it."""
    viewer, files, signed = bought_by(), sent_files(problem["files"]), signed_of(problem)
    said = {"reason": problem["reason"], "text": problem["text"]}

    def act(session: Session, found: Order, now: datetime) -> None:
        open_dispute(session, viewer, found.id, **said, now=now, signed=signed, files=files)

    return _acted(number, act)


def _acted(number: str, act: Callable[[Session, Order, datetime], object]) -> Response:
    viewer = bought_by()

    def find(session: Session) -> Order:
        return order_bought(session, viewer, number)

    return acted(find, act, for_seller=False)
