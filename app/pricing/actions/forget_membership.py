"""Taking a person out of customer groups."""

from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.pricing.models import GroupMember


def forget_membership(session: Session, user_id: UUID, *, email: str | None) -> None:
    """Every place in a group that names their address or that they agreed to."""
    ways = [GroupMember.user_id == user_id, *([GroupMember.email == email] if email else [])]
    session.execute(delete(GroupMember).where(or_(*ways)))
    session.execute(update(GroupMember).where(GroupMember.invited_by == user_id).values(invited_by=None))
