"""What was bought, for programs."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from app.access.current import for_programs, once_as, person_id
from app.access.rules import BUY
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema
from app.db.session import reading
from app.orders.actions.claim_orders import claim_by_email, claim_by_link
from app.orders.programs import bought_by
from app.orders.queries import Viewer, group_shown
from app.orders.schemas import OrderGroupSchema, OrderKeySchema, group_body

bp = Blueprint("order_groups", __name__, url_prefix=f"{PREFIX}/order-groups", description="What was bought")


class ClaimedSchema(Schema):
    order_group_ids = fields.List(fields.UUID(), metadata={"description": "What came into the account just now"})


@bp.get("/<uuid:order_group_id>")
@bp.arguments(OrderKeySchema, location="headers")
@bp.response(200, OrderGroupSchema)
def order_group(headers: dict[str, str], order_group_id: UUID) -> dict[str, Any]:
    """How it stands: paid, sent, released. Without its key there is nothing here."""
    with reading() as session:
        return group_body(group_shown(session, Viewer(access_tokens=(headers["key"],)), order_group_id))


@bp.post("/<uuid:order_group_id>/claim")
@for_programs(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(OrderKeySchema, location="headers")
@bp.response(200, OrderGroupSchema)
def claim(_once: dict[str, str], headers: dict[str, str], order_group_id: UUID) -> Response:
    """What was bought without an account comes into the one of the token, by the key that opens it."""
    viewer = bought_by(headers["key"])

    def work(session: Session) -> dict[str, Any]:
        claim_by_link(session, viewer, order_group_id)
        return group_body(group_shown(session, viewer, order_group_id))

    return once_as(OrderGroupSchema, work)


@bp.post("/claims")
@for_programs(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ClaimedSchema)
def claim_all(_headers: dict[str, str]) -> Response:
    """Everything that was bought without an account with the account's own confirmed address."""
    user_id = person_id()
    return once_as(ClaimedSchema, lambda session: {"order_group_ids": claim_by_email(session, user_id)})
