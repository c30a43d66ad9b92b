"""Invoices and credit notes, for programs of both sides."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_programs
from app.access.rules import BUY, ORDERS_READ
from app.api.document import PREFIX
from app.api.schemas import ShopPageQuerySchema, ShopQuerySchema, page_body, page_schema
from app.db.session import reading
from app.documents.proforma import answers_pdf
from app.invoicing.models import Invoice
from app.invoicing.paper import XML, pdf_answer, xml_answer
from app.invoicing.queries import invoice_issued, invoice_received, invoices_received, page_of_shop
from app.invoicing.schemas import InvoiceSchema, InvoicesSchema, invoice_body
from app.orders.programs import bought_by
from app.orders.queries import order_bought
from app.web.limits import DOCUMENT, limiter

bought = Blueprint(
    "invoices_received", __name__, url_prefix=f"{PREFIX}/orders", description="Invoices of what was bought"
)
sold = Blueprint("invoices_issued", __name__, url_prefix=f"{PREFIX}/shop/invoices", description="Invoices of a shop")
BLUEPRINTS = (bought, sold)


@bought.get("/<number>/invoices")
@for_programs(BUY)
@bought.response(200, InvoicesSchema)
def received(number: str) -> dict[str, Any]:
    """Of one order, as they were issued; none for a short while after it is paid, and none of private persons."""
    viewer = bought_by()
    with reading() as session:
        order = order_bought(session, viewer, number)
        return {"rows": [invoice_body(one) for one in invoices_received(session, viewer, order.number)]}


@bought.get("/<number>/invoices/<written>.pdf")
@for_programs(BUY)
@limiter.limit(DOCUMENT, key_func=as_person)
@answers_pdf
def received_pdf(number: str, written: str) -> Response:
    """In the asker's language."""
    with reading() as session:
        return pdf_answer(session, _received(session, number, written))


@bought.get("/<number>/invoices/<written>.xml")
@for_programs(BUY)
@limiter.limit(DOCUMENT, key_func=as_person)
@bought.response(200, {"type": "string"}, content_type=XML)
def received_xml(number: str, written: str) -> Response:
    """UBL 2.1: `Invoice` or `CreditNote`."""
    with reading() as session:
        return xml_answer(session, _received(session, number, written))


@sold.get("")
@for_programs(ORDERS_READ)
@sold.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@sold.response(200, page_schema(InvoiceSchema))
def issued(asked: dict[str, Any]) -> dict[str, Any]:
    """The newest first."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        found = page_of_shop(session, actor, shop_id, cursor=asked["cursor"], size=asked["size"])
        return page_body(found, invoice_body)


@sold.get("/<written>.pdf")
@for_programs(ORDERS_READ)
@limiter.limit(DOCUMENT, key_func=as_person)
@sold.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@answers_pdf
def issued_pdf(asked: dict[str, Any], written: str) -> Response:
    """In the asker's language."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return pdf_answer(session, invoice_issued(session, actor, shop_id, written))


@sold.get("/<written>.xml")
@for_programs(ORDERS_READ)
@limiter.limit(DOCUMENT, key_func=as_person)
@sold.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@sold.response(200, {"type": "string"}, content_type=XML)
def issued_xml(asked: dict[str, Any], written: str) -> Response:
    """UBL 2.1: `Invoice` or `CreditNote`."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return xml_answer(session, invoice_issued(session, actor, shop_id, written))


def _received(session: Session, number: str, written: str) -> Invoice:
    viewer = bought_by()
    order = order_bought(session, viewer, number)
    return invoice_received(session, viewer, order.number, written)
