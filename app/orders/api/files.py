"""Files of returns and disputes, for programs of both sides."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.access.current import acting_shop, for_buyers, for_programs
from app.access.rules import BUY, ORDERS_READ
from app.api.document import PREFIX
from app.api.schemas import ShopQuerySchema
from app.db.session import reading
from app.identity.actor import ANONYMOUS, Actor
from app.media.uploads import answers_file, handed_out
from app.orders.programs import bought_by
from app.orders.queries import Viewer
from app.orders.return_queries import file_shown

bought = Blueprint("files_of_bought", __name__, url_prefix=f"{PREFIX}/orders/files", description="Files of an order")
sold = Blueprint("files_of_sold", __name__, url_prefix=f"{PREFIX}/shop/orders/files", description="Files of an order")


@bought.get("/<uuid:file_id>")
@for_buyers(BUY)
@answers_file
def buyers(file_id: UUID) -> Response:
    """What either side has shown of an order one bought: a picture as WebP, a PDF as it was sent."""
    return _file(bought_by(), ANONYMOUS, file_id)


@sold.get("/<uuid:file_id>")
@for_programs(ORDERS_READ)
@sold.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@answers_file
def sellers(asked: dict[str, Any], file_id: UUID) -> Response:
    """What either side has shown of an order of the shop: a picture as WebP, a PDF as it was sent."""
    return _file(Viewer(), acting_shop(asked["shop"])[0], file_id)


def _file(viewer: Viewer, actor: Actor, file_id: UUID) -> Response:
    with reading() as session:
        found = file_shown(session, viewer, actor, file_id)
        return handed_out(found.kind, found.name, found.content)
