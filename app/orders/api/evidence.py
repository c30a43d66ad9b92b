"""A dispute as each side reads it, and what shows its case."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_buyers, for_programs, form_token, once_as
from app.access.rules import BUY, ORDERS_READ, ORDERS_WRITE
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.api.uploads import takes_files
from app.db.session import reading
from app.media.uploads import sent_files
from app.orders.actions.add_evidence import add_buyers_evidence, add_sellers_evidence
from app.orders.api.shared import dispute_detail
from app.orders.models import Order
from app.orders.programs import bought_by
from app.orders.queries import order_bought, order_sold
from app.orders.return_schemas import DisputeSchema, EvidenceWishSchema
from app.web.limits import UPLOAD, limiter

bought = Blueprint("buyers_dispute", __name__, url_prefix=f"{PREFIX}/orders/<number>", description="A buyer's dispute")
sold = Blueprint("shops_dispute", __name__, url_prefix=f"{PREFIX}/shop/orders/<number>", description="A shop's dispute")


@bought.get("/dispute")
@for_buyers(BUY)
@bought.response(200, DisputeSchema)
def buyers(number: str) -> dict[str, Any]:
    """What was reported, what both sides have shown, and what was decided."""
    with reading() as session:
        return dispute_detail(session, order_bought(session, bought_by(), number))


@bought.post("/dispute/evidence")
@for_buyers(BUY)
@limiter.limit(UPLOAD, key_func=as_person)
@takes_files
@bought.arguments(IdempotencyKeySchema, location="headers")
@bought.arguments(EvidenceWishSchema)
@bought.response(201, DisputeSchema)
def add_buyers(_headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """Say how it was, while both sides may. Pictures and PDFs may go with it."""
    viewer, files = bought_by(), sent_files(sent["files"])

    def add(session: Session, order: Order, now: datetime) -> None:
        add_buyers_evidence(session, viewer, order.id, text=sent["text"], files=files, form_token=form_token(), now=now)

    return _added(lambda session: order_bought(session, viewer, number), add)


@sold.get("/dispute")
@for_programs(ORDERS_READ)
@sold.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@sold.response(200, DisputeSchema)
def sellers(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """What was reported, what both sides have shown, and what was decided."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return dispute_detail(session, order_sold(session, actor, number))


@sold.post("/dispute/evidence")
@for_programs(ORDERS_WRITE)
@limiter.limit(UPLOAD, key_func=as_person)
@takes_files
@sold.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@sold.arguments(IdempotencyKeySchema, location="headers")
@sold.arguments(EvidenceWishSchema)
@sold.response(201, DisputeSchema)
def add_sellers(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """Say how it was, while both sides may. Pictures and PDFs may go with it."""
    actor, _shop = acting_shop(asked["shop"])
    files = sent_files(sent["files"])

    def add(session: Session, order: Order, now: datetime) -> None:
        add_sellers_evidence(session, actor, order.id, text=sent["text"], files=files, form_token=form_token(), now=now)

    return _added(lambda session: order_sold(session, actor, number), add)


def _added(find: Callable[[Session], Order], add: Callable[[Session, Order, datetime], None]) -> Response:
    def work(session: Session) -> dict[str, Any]:
        order = find(session)
        add(session, order, datetime.now(UTC))
        session.flush()
        return dispute_detail(session, order)

    return once_as(DisputeSchema, work, 201)
