"""What was written: mails, conversations, news, reports."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import User
from app.messages.models import Report
from app.messages.queries import conversations as written
from app.moderation.models import ListingReport
from app.notify.models import Notification
from app.notify.queries import mails_about, news_of
from app.privacy.parts.rows import Row, of, text_of
from app.privacy.queries import groups_of
from app.privacy.rules import Subject


def messages(session: Session, subject: Subject) -> list[Row]:
    """Every mail the market has written to this person."""
    if subject.user_id is None:
        (group,) = groups_of(session, subject)
        mails = mails_about(session, [group.id, *(order.id for order in group.orders)], recipient=group.email)
    else:
        mails = mails_about(session, None, recipient=session.get_one(User, subject.user_id).email or "")
    return [of(mail, "created_at", "recipient", "subject", "body", "sent_at") for mail in mails]


def conversations(session: Session, subject: Subject) -> list[Row]:
    """What this person and shops wrote to each other; files by name, each can be fetched where it was sent."""
    orders = [order.id for group in groups_of(session, subject) for order in group.orders]
    return [dict(row._mapping) for row in written(session, subject.user_id, orders)]  # noqa: SLF001 - as above


def news(session: Session, subject: Subject) -> list[Row]:
    if subject.user_id is None:
        return []
    found = session.scalars(news_of(subject.user_id).order_by(Notification.created_at, Notification.id))
    return [of(line, "created_at", "kind", "values", "link", "read_at") for line in found]


def reports(session: Session, subject: Subject) -> list[Row]:
    """Messages this person has reported to the market."""
    if subject.user_id is None:
        return []
    query = select(Report).where(Report.reporter_id == subject.user_id).order_by(Report.reported_at, Report.id)
    return [of(report, "reported_at", "reason", "text", "state", "decided_at") for report in session.scalars(query)]


def goods_reports(session: Session, subject: Subject) -> list[Row]:
    """Goods this person reported, and what came of it."""
    if subject.user_id is None:
        return []
    query = select(ListingReport).where(ListingReport.reporter_id == subject.user_id)
    rows = session.scalars(query.order_by(ListingReport.reported_at, ListingReport.id))
    columns = ("reason", "text", "reported_at", "state", "decided_at", "decision")
    return [{"goods": text_of(row.listing.titles), **of(row, *columns)} for row in rows.unique()]
