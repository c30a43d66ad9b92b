"""A private seller leaves: tax papers stay only where tax was withheld, because the return names them."""

from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.withholding.models import OrderTaxTerms, SellerStatement, SellerTaxNumber


def forget_tax_papers(session: Session, organization_id: UUID) -> None:
    """Tax number and statements; nothing where something was withheld."""
    withheld = exists().where(OrderTaxTerms.organization_id == organization_id)
    if session.scalar(select(withheld)):
        return
    for papers in (SellerTaxNumber, SellerStatement):
        session.execute(delete(papers).where(papers.organization_id == organization_id))
