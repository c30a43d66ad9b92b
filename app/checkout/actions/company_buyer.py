"""At the moment of ordering: for whom is bought, and may this person order so much at once."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.checkout.errors import BuyerChanged, OverLimit, PurchaseNumberMissing
from app.checkout.models import ApprovalRequest, Cart
from app.checkout.rules.request import CheckoutRequest
from app.companies.queries import BuyingContext, buying_context
from app.companies.rules.spending import needs_approval
from app.money.amounts import Money, usd
from app.orders.rules.purchase import CompanyBuyer


def company_that_buys(session: Session, cart_id: UUID, request: CheckoutRequest, total: Money) -> CompanyBuyer | None:
    """None for who buys for oneself. The limit is the one of this moment: who lowers it waits for us, or we for them.

    Raises BuyerChanged, PurchaseNumberMissing, OverLimit.
    """
    if request.buyer_id is None:
        return None
    frozen_for = session.scalar(select(Cart.company_id).where(Cart.id == cart_id))
    context = buying_context(session, request.buyer_id, company_id=frozen_for, for_order=True)
    has_left = frozen_for is not None and context is None
    if has_left or (context.company_id if context else None) != request.company_id:
        raise BuyerChanged
    if context is None:
        return None
    if context.needs_po and not request.po_number:
        raise PurchaseNumberMissing(field="po_number")
    if needs_approval(context.limit_cents, total.minor) and not _is_approved(session, cart_id, total):
        raise OverLimit(limit=usd(context.limit_cents or 0))
    return _printed(context, request.po_number)


def _printed(context: BuyingContext, po_number: str) -> CompanyBuyer:
    return CompanyBuyer(context.company_id, context.name, context.tax_number, po_number)


def _is_approved(session: Session, cart_id: UUID, total: Money) -> bool:
    """Approved for at least that much: what became cheaper since needs no new word."""
    approved = select(ApprovalRequest.total_cents).where(
        ApprovalRequest.cart_id == cart_id, ApprovalRequest.state == "approved"
    )
    cents = session.scalar(approved)
    return cents is not None and total.minor <= cents
