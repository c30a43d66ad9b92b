"""Invoices and credit notes as pages and files, for the buyer and for the shop."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.db.session import reading
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SHOP_ROLES
from app.invoicing.models import Invoice
from app.invoicing.paper import pdf_answer, title_of, xml_answer
from app.invoicing.queries import invoice_booked, invoice_issued, invoice_received, invoices_received, page_of_shop
from app.orders.queries import order_bought
from app.orders.viewing import viewing
from app.web.limits import DOCUMENT, limiter
from app.web.pages import page

bp = Blueprint("invoicing", __name__)
bp.add_app_template_global(title_of, "invoice_title")


@bp.get("/orders/<number>/invoices")
def received(number: str) -> ResponseReturnValue:
    """Of one order, for whoever sees it."""
    with reading() as session:
        order = order_bought(session, viewing(), number)
        found = invoices_received(session, viewing(), order.number)
    return page("invoicing/received.html", order=order, documents=found)


@bp.get("/orders/<number>/invoices/<written>.pdf")
@limiter.limit(DOCUMENT)
def received_pdf(number: str, written: str) -> ResponseReturnValue:
    with reading() as session:
        return pdf_answer(session, _received(session, number, written))


@bp.get("/orders/<number>/invoices/<written>.xml")
@limiter.limit(DOCUMENT)
def received_xml(number: str, written: str) -> ResponseReturnValue:
    """For the buyer's accounting program."""
    with reading() as session:
        return xml_answer(session, _received(session, number, written))


@bp.get("/desk/invoices")
@require_shop
def issued() -> ResponseReturnValue:
    """All that the shop has issued, the newest first."""
    shop_id, actor = acting_shop(), current_actor()
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id, SHOP_ROLES)
        found = page_of_shop(session, actor, shop_id, cursor=request.args.get("cursor"))
    return page("invoicing/issued.html", shop=shop, documents=found)


@bp.get("/desk/invoices/<written>.pdf")
@limiter.limit(DOCUMENT)
@require_signed_in
def issued_pdf(written: str) -> ResponseReturnValue:
    with reading() as session:
        return pdf_answer(session, invoice_issued(session, current_actor(), acting_shop(), written))


@bp.get("/desk/invoices/<written>.xml")
@limiter.limit(DOCUMENT)
@require_signed_in
def issued_xml(written: str) -> ResponseReturnValue:
    """For the seller's accounting program."""
    with reading() as session:
        return xml_answer(session, invoice_issued(session, current_actor(), acting_shop(), written))


@bp.get("/books/invoices/<uuid:invoice_id>.pdf")
@limiter.limit(DOCUMENT)
@require_signed_in
def booked_pdf(invoice_id: UUID) -> ResponseReturnValue:
    """Of any shop, for who reads all books: where a line of the VAT summary leads."""
    with reading() as session:
        return pdf_answer(session, invoice_booked(session, current_actor(), invoice_id))


def _received(session: Session, number: str, written: str) -> Invoice:
    order = order_bought(session, viewing(), number)
    return invoice_received(session, viewing(), order.number, written)
