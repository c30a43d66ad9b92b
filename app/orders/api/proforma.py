"""The pro-forma invoice of an order, for programs of both sides."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.access.current import acting_shop, as_person, for_buyers, for_programs
from app.access.rules import BUY, ORDERS_READ
from app.api.document import PREFIX
from app.api.schemas import ShopQuerySchema
from app.db.session import reading
from app.documents.proforma import answers_pdf, proforma_answer
from app.orders.proforma import proforma_of_order
from app.orders.programs import bought_by
from app.orders.queries import order_bought, order_sold
from app.web.limits import DOCUMENT, limiter

bp = Blueprint("proformas", __name__, url_prefix=PREFIX, description="Pro-forma invoices of orders")


@bp.get("/orders/<number>/proforma.pdf")
@for_buyers(BUY)
@limiter.limit(DOCUMENT, key_func=as_person)
@answers_pdf
def of_bought(number: str) -> Response:
    """In the asker's language; with the scope `companies` also of what one's companies ordered."""
    with reading() as session:
        told = proforma_of_order(session, order_bought(session, bought_by(), number))
    return proforma_answer(told)


@bp.get("/shop/orders/<number>/proforma.pdf")
@for_programs(ORDERS_READ)
@limiter.limit(DOCUMENT, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@answers_pdf
def of_sold(asked: dict[str, Any], number: str) -> Response:
    """To be sent to the buyer."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        told = proforma_of_order(session, order_sold(session, actor, number))
    return proforma_answer(told)
