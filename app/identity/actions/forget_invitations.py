"""Taking addresses out of invitations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_
from sqlalchemy.orm import Session

from app.identity.models import MemberInvitation
from app.identity.rules.invitations import KEPT_AFTERWARDS


def forget_old_invitations(session: Session, now: datetime) -> None:
    """Those that were accepted, withdrawn or over a month ago; the log of acts still says who invited for which role."""
    ended = func.coalesce(MemberInvitation.accepted_at, MemberInvitation.withdrawn_at, MemberInvitation.expires_at)
    session.execute(delete(MemberInvitation).where(ended < now - KEPT_AFTERWARDS))


def forget_invitations_of(session: Session, *, email: str | None, organization_ids: Sequence[UUID]) -> None:
    """Those to a person who is erased, and those into shops that close with them."""
    session.execute(
        delete(MemberInvitation).where(
            or_(MemberInvitation.email == email, MemberInvitation.organization_id.in_(organization_ids))
        )
    )
