"""Ordering by code: send codes, see what was found, mend it, put it all into the cart."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE, fields
from sqlalchemy.orm import Session

from app.access.current import as_person, for_programs, form_token, once_as, person_id
from app.access.rules import BUY
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema
from app.checkout.actions.change_cart import open_cart
from app.checkout.carts import account_cart_body
from app.db.locks import load_one
from app.db.session import reading
from app.purchasing.actions.quick_order import add_to_cart, drop_line, keep_quick_order, mend_line
from app.purchasing.errors import QuickOrderNotFound
from app.purchasing.queries import quick_counts, quick_lines, quick_order_of
from app.purchasing.schemas import (
    MendedSchema,
    PutIntoCartSchema,
    QuickOrderSchema,
    QuickWishSchema,
    quick_body,
    typed_lines,
)
from app.web.limits import UPLOAD, limiter

bp = Blueprint("quick_orders", __name__, url_prefix=f"{PREFIX}/account/quick-orders", description="Ordering by code")
LARGEST_POSITION = 2**31 - 1


class LinesQuerySchema(PageQuerySchema):
    only_problems = fields.Boolean(load_default=False)


@bp.post("")
@for_programs(BUY)
@limiter.limit(UPLOAD, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(QuickWishSchema)
@bp.response(201, QuickOrderSchema)
def send(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Codes and quantities. Many are looked up after this answer: ask again while `state` is waiting."""
    user_id = person_id()

    def work(session: Session) -> dict[str, Any]:
        lines = typed_lines(sent)
        made = keep_quick_order(session, user_id, lines, form_token=form_token(), shop=sent["shop"])
        return _body(session, user_id, made.token)

    return once_as(QuickOrderSchema, work, 201)


@bp.get("/<token>")
@for_programs(BUY)
@bp.arguments(LinesQuerySchema, location="query", unknown=RAISE)
@bp.response(200, QuickOrderSchema)
def one(asked: dict[str, Any], token: str) -> dict[str, Any]:
    """What was found, line by line."""
    with reading() as session:
        return _body(session, person_id(), token, **asked)


@bp.put("/<token>/lines/<int:position>")
@for_programs(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(MendedSchema)
@bp.response(200, QuickOrderSchema)
def mend(_headers: dict[str, str], sent: dict[str, Any], token: str, position: int) -> Response:
    """Look one line up again, as it is sent now."""
    user_id = person_id()

    def work(session: Session) -> dict[str, Any]:
        mend_line(
            session, token, user_id, min(position, LARGEST_POSITION), sku=sent["sku"], quantity=sent["quantity"],
            problem="", chosen=sent["variant_id"],
        )  # fmt: skip
        session.expire_all()
        return _body(session, user_id, token)

    return once_as(QuickOrderSchema, work)


@bp.delete("/<token>/lines/<int:position>")
@for_programs(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, QuickOrderSchema)
def drop(_headers: dict[str, str], token: str, position: int) -> Response:
    """Take one line out; twice is once."""
    user_id = person_id()

    def work(session: Session) -> dict[str, Any]:
        drop_line(session, token, user_id, min(position, LARGEST_POSITION))
        return _body(session, user_id, token)

    return once_as(QuickOrderSchema, work)


@bp.post("/<token>/cart")
@for_programs(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, PutIntoCartSchema)
def to_cart(_headers: dict[str, str], token: str) -> Response:
    """Everything without a problem into the cart of the account."""
    user_id = person_id()

    def work(session: Session) -> dict[str, Any]:
        cart = open_cart(session, token=None, user_id=user_id)
        put_count, left = add_to_cart(session, token, user_id, cart.id, now=datetime.now(UTC))
        session.flush()
        return {"put_count": put_count, "left_count": left, "cart": account_cart_body(session, cart)}

    return once_as(PutIntoCartSchema, work)


def _body(
    session: Session,
    user_id: UUID,
    token: str,
    *,
    only_problems: bool = False,
    cursor: str | None = None,
    size: int = 100,
) -> dict[str, Any]:
    order = load_one(session, quick_order_of(token, user_id), missing=QuickOrderNotFound)
    page = quick_lines(session, order.id, only_problems=only_problems, cursor=cursor, size=size)
    return quick_body(order, quick_counts(session, order.id), page)
