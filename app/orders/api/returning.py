"""What a buyer sends back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.access.current import as_person, for_buyers, form_token, once_as
from app.access.rules import BUY
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema
from app.api.uploads import takes_files
from app.db.session import reading
from app.media.uploads import sent_files
from app.orders.account_schemas import counts_of
from app.orders.actions.request_return import request_return
from app.orders.actions.send_return import cancel_return, send_return
from app.orders.api.shared import return_detail, returns_detail
from app.orders.models import Order
from app.orders.programs import bought_by
from app.orders.queries import order_bought
from app.orders.return_models import OrderReturn
from app.orders.return_schemas import ReturnSchema, ReturnSentSchema, ReturnsSchema, ReturnWishSchema
from app.web.limits import UPLOAD, limiter

bp = Blueprint(
    "returning", __name__, url_prefix=f"{PREFIX}/orders/<number>/returns", description="What a buyer sends back"
)


@bp.get("")
@for_buyers(BUY)
@bp.response(200, ReturnsSchema)
def returns(number: str) -> dict[str, Any]:
    """All of the order; at most one of them runs."""
    with reading() as session:
        return returns_detail(session, order_bought(session, bought_by(), number))


@bp.post("")
@for_buyers(BUY)
@limiter.limit(UPLOAD, key_func=as_person)
@takes_files
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReturnWishSchema)
@bp.response(201, ReturnSchema)
def ask(_headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """Ask to send goods back; the money stays held meanwhile. Pictures and PDFs may go with it."""
    viewer, counts, files = bought_by(), counts_of(sent), sent_files(sent["files"])

    def act(session: Session, order: Order, now: datetime) -> OrderReturn:
        wish = {"reason": sent["reason"], "text": sent["text"], "files": files}
        return request_return(session, viewer, order.id, counts=counts, form_token=form_token(), now=now, **wish)

    return _acted(number, act, 201)


@bp.post("/<uuid:return_id>/parcel")
@for_buyers(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReturnSentSchema)
@bp.response(200, ReturnSchema)
def sent(_headers: dict[str, str], parcel: dict[str, str], number: str, return_id: UUID) -> Response:
    """The goods were given to a carrier."""
    viewer = bought_by()
    return _acted(
        number, lambda session, order, now: send_return(session, viewer, order.id, return_id, now=now, **parcel)
    )


@bp.post("/<uuid:return_id>/cancellation")
@for_buyers(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ReturnSchema)
def cancel(_headers: dict[str, str], number: str, return_id: UUID) -> Response:
    """Keep the goods after all."""
    viewer = bought_by()
    return _acted(number, lambda session, order, now: cancel_return(session, viewer, order.id, return_id, now=now))


def _acted(number: str, act: Callable[[Session, Order, datetime], OrderReturn], status: int = 200) -> Response:
    viewer = bought_by()

    def work(session: Session) -> dict[str, Any]:
        order = order_bought(session, viewer, number)
        return return_detail(session, order, act(session, order, datetime.now(UTC)))

    return once_as(ReturnSchema, work, status)
