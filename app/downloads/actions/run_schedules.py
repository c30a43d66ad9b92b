"""Asking for what is due by the calendar."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.downloads.actions.keep_schedule import end_schedule
from app.downloads.models import ReportFile, ReportSchedule
from app.downloads.queries import recipients_of
from app.downloads.rules import days_of, next_due
from app.identity.models import Organization
from app.jobs.queue import enqueue


def run_next(session: Session, now: datetime) -> bool:
    """The file of the schedule that is due longest; False when none is. What was missed comes too, one file after another.

    Who may not read the report any more gets nothing, and a schedule without readers ends.
    """
    due = select(ReportSchedule).where(ReportSchedule.ended_at.is_(None), ReportSchedule.due_at <= now)
    schedule = session.scalars(
        due.order_by(ReportSchedule.due_at, ReportSchedule.id).limit(1).with_for_update(skip_locked=True)
    ).one_or_none()
    if schedule is None:
        return False
    if not recipients_of(session, schedule):
        end_schedule(session, schedule, None, now=now)
        return True
    organization = session.get_one(Organization, schedule.organization_id)
    first, last = days_of(schedule.every, organization.time_zone, schedule.due_at)
    file = ReportFile(
        schedule_id=schedule.id, organization_id=organization.id, report=schedule.report, first_day=first,
        last_day=last, format=schedule.format, locale=schedule.locale,
    )  # fmt: skip
    session.add(file)
    schedule.due_at = next_due(schedule.every, organization.time_zone, schedule.due_at)
    session.flush()
    enqueue(session, "downloads.make_file", file_id=str(file.id))
    return True
