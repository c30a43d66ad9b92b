"""When a token was last used, to the hour: a write a request would cost more than the request."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app.access.models import ApiToken
from app.access.rules import USED_EVERY


def note_use(session: Session, token_id: UUID, now: datetime) -> None:
    is_old = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < now - USED_EVERY)
    session.execute(update(ApiToken).where(ApiToken.id == token_id, is_old).values(last_used_at=now))
