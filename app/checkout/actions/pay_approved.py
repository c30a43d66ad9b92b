"""What was approved is ordered: by the approver or by who asked."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.checkout.errors import AlreadyDecided, AskerLeft
from app.checkout.models import ApprovalRequest, Cart
from app.checkout.queries.approvals import has_asker_left
from app.checkout.rules.approvals import APPROVED
from app.checkout.rules.draft import Draft
from app.checkout.rules.request import CheckoutRequest
from app.orders.rules.purchase import CARD, Contact


def checkout_of(
    session: Session, found: ApprovalRequest, *, form_token: UUID, language: str, paid_by: str = CARD
) -> CheckoutRequest:
    """The order is of who asked, whoever pays it, at the amounts that were approved. Raises AlreadyDecided, AskerLeft."""
    if found.state != APPROVED:
        raise AlreadyDecided
    if has_asker_left(session, found):
        raise AskerLeft
    draft = Draft.read(session.get_one(Cart, found.cart_id).draft)
    return CheckoutRequest(
        form_token=form_token,
        contact=Contact(draft.contact["email"], draft.contact["name"], draft.contact["phone"], language),
        address={"name": draft.contact["name"], **draft.address},
        shipping=draft.shipping,
        seen={name: int(amount) for name, amount in found.seen.items()},
        paid_by=paid_by,
        buyer_id=found.asked_by,
        company_id=found.company_id,
        po_number=found.po_number,
    )
