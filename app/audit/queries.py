"""Reading the audit log. Its pages belong to the operator; the caller has checked that."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.db.paging import Page, fetch_page


def acts(
    session: Session, *, subject_id: UUID | None = None, cursor: str | None = None, size: int = 50
) -> Page[AuditEntry]:
    """The newest acts first, of one subject or of all."""
    query = select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor_id,
        AuditEntry.action,
        AuditEntry.subject_id,
        AuditEntry.details,
    )
    if subject_id is not None:
        query = query.where(AuditEntry.subject_id == subject_id)
    return fetch_page(session, query, order=[AuditEntry.at, AuditEntry.id], descending=True, cursor=cursor, size=size)


def has_done(session: Session, actor_id: UUID | None, action: str, subject_id: UUID, **details: Any) -> bool:
    """Whether this person did it: tells a form that is sent twice from one that somebody else sends."""
    mine = exists().where(
        AuditEntry.actor_id == actor_id,
        AuditEntry.action == action,
        AuditEntry.subject_id == subject_id,
        AuditEntry.details.contains(details),
    )
    return bool(session.scalar(select(mine)))
