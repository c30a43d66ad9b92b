"""What was bought, for programs."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from app.api.document import PREFIX
from app.db.session import reading
from app.orders.queries import Viewer, group_shown
from app.orders.schemas import OrderGroupSchema, OrderKeySchema, group_body

bp = Blueprint("order_groups", __name__, url_prefix=f"{PREFIX}/order-groups", description="What was bought")


@bp.get("/<uuid:order_group_id>")
@bp.arguments(OrderKeySchema, location="headers")
@bp.response(200, OrderGroupSchema)
def order_group(headers: dict[str, str], order_group_id: UUID) -> dict[str, Any]:
    """How it stands: paid, sent, released. Without its key there is nothing here."""
    with reading() as session:
        return group_body(group_shown(session, Viewer(access_tokens=(headers["key"],)), order_group_id))
