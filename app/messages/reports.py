"""Reading what was reported. Its pages belong to the operator; the caller has checked that."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.db.paging import Page, fetch_page
from app.identity.models import Organization
from app.messages.errors import ReportNotFound
from app.messages.models import Message, Report, Thread
from app.messages.queries import SIZE
from app.messages.rules import OPEN


def report_page(session: Session, state: str, *, cursor: str | None = None) -> Page[Any]:
    """One page of a state: what waits oldest first, what was decided newest first."""
    query = (
        select(
            Report.id,
            Report.reason,
            Report.state,
            Report.reported_at,
            Report.decided_at,
            Message.side,
            Thread.subject_titles,
            Thread.buyer_name,
            Organization.name.label("shop"),
        )
        .join(Message, Message.id == Report.message_id)
        .join(Thread, Thread.id == Message.thread_id)
        .join(Organization, Organization.id == Thread.organization_id)
        .where(Report.state == state)
    )
    order = [Report.reported_at, Report.id]
    return fetch_page(session, query, order=order, descending=state != OPEN, cursor=cursor, size=SIZE)


def report_shown(session: Session, report_id: UUID) -> tuple[Report, Thread]:
    """With its message and thread. Raises ReportNotFound."""
    query = (
        select(Report, Thread)
        .join(Message, Message.id == Report.message_id)
        .join(Thread, Thread.id == Message.thread_id)
        .where(Report.id == report_id)
        .options(contains_eager(Report.message), joinedload(Thread.organization, innerjoin=True))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise ReportNotFound
    return row[0], row[1]
