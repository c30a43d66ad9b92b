"""Taking a person out of companies that buy."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.companies.models import BuyingFor, CompanyInvitation


def forget_colleague(session: Session, user_id: UUID, *, email: str | None) -> None:
    """Invitations to their address, and for whom they bought. The membership and its limit go with the account."""
    session.execute(delete(BuyingFor).where(BuyingFor.user_id == user_id))
    if email:
        session.execute(delete(CompanyInvitation).where(CompanyInvitation.email == email))
    session.execute(update(CompanyInvitation).where(CompanyInvitation.invited_by == user_id).values(invited_by=None))
