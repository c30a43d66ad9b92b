"""A program may not act any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.access.errors import TokenNotFound
from app.access.models import ApiToken
from app.access.queries import tokens_made_by
from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor


def revoke_token(session: Session, actor: Actor, token_id: UUID, *, now: datetime) -> ApiToken:
    """From the next request on. Twice is once. Raises TokenNotFound for somebody else's."""
    token = lock_one(session, tokens_made_by(actor).where(ApiToken.id == token_id), missing=TokenNotFound)
    if token.revoked_at is None:
        token.revoked_at = now
        record_act(session, actor.user_id, "token.revoke", token.id, prefix=token.prefix)
    return token


def forget_tokens(session: Session, user_id: UUID) -> None:
    """When a person is erased: nothing of them acts any more, and the names they gave go too."""
    session.execute(delete(ApiToken).where(ApiToken.user_id == user_id))
