"""A quote is begun by one who sells for the shop and finished by the same or another one; no buyer sees it before it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import N_
from app.identity.actor import Actor
from app.identity.models import User
from app.identity.rules.roles import SELLING
from app.rfqs.actions.lock_request import lock_asked, state_of
from app.rfqs.errors import DraftGone, DraftMoved, RequestMoved
from app.rfqs.models import Asked, Quote, QuoteDraft
from app.rfqs.rules.life import QuoteState, require_quotable

A_COLLEAGUE = N_("A colleague")


def keep_quote_draft(
    session: Session,
    actor: Actor,
    asked_id: UUID,
    content: Mapping[str, Any],
    *,
    version: int,
    seen: int,
    now: datetime,
) -> QuoteDraft:
    """In the place of what was kept before. The same content again changes nothing.

    `version` is the last one sent, `seen` the number of the draft, 0 for none, that stood on the page. Raises RequestNotFound,
    RequestIsOver, RequestDecided, RequestMoved, DraftMoved, DraftGone.
    """
    asked, rfq = lock_asked(session, actor, asked_id, SELLING)
    newest = select(Quote).where(Quote.asked_id == asked.id).order_by(Quote.version.desc()).limit(1)
    last = session.scalars(newest).one_or_none()
    require_quotable(state_of(rfq, now), QuoteState(last.state) if last else None)
    if version != (last.version if last else 0):
        raise RequestMoved
    draft = session.get(QuoteDraft, asked.id, populate_existing=True)
    if draft is not None and draft.content == content:
        return draft
    require_unmoved(session, draft, seen)
    if draft is None:
        draft = QuoteDraft(asked_id=asked.id, number=1, content=dict(content), kept_by=actor.user_id, kept_at=now)
        session.add(draft)
    else:
        draft.number, draft.content, draft.kept_by, draft.kept_at = seen + 1, dict(content), actor.user_id, now
    session.flush()
    return draft


def drop_quote_draft(session: Session, actor: Actor, asked_id: UUID) -> None:
    """Twice is once. Raises RequestNotFound."""
    asked, _rfq = lock_asked(session, actor, asked_id, SELLING)
    draft = session.get(QuoteDraft, asked.id)
    if draft is not None:
        session.delete(draft)
        session.flush()


def finish_draft(session: Session, asked: Asked, seen: int | None) -> None:
    """What was begun is sent, and is no draft any more; the request is locked. `seen` None: by who saw no draft at all.

    Raises DraftMoved, DraftGone.
    """
    draft = session.get(QuoteDraft, asked.id, populate_existing=True)
    if seen is not None:
        require_unmoved(session, draft, seen)
    if draft is not None:
        session.delete(draft)
        session.flush()


def require_unmoved(session: Session, draft: QuoteDraft | None, seen: int) -> None:
    """`seen` is the number of the draft that was looked at, 0 for none. Raises DraftMoved, DraftGone."""
    if draft is None and seen:
        raise DraftGone
    if draft is not None and draft.number != seen:
        name = session.scalar(select(User.name).where(User.id == draft.kept_by))
        raise DraftMoved(who=name or A_COLLEAGUE)
