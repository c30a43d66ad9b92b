"""Schedules: made, stopped, left."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.downloads.errors import NoSuchFormat, ReaderNeeded, ScheduleNotFound, TooManySchedules
from app.downloads.making import formats_of, is_of_shops, reports_for
from app.downloads.models import ReportRecipient, ReportSchedule
from app.downloads.queries import organizations_kept_by, readers_of, schedules_kept_by, schedules_of
from app.downloads.rules import MOST_SCHEDULES, next_due
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.identity.rules.roles import MARKET
from app.reports.errors import ReportNotFound


def make_schedule(
    session: Session, actor: Actor, organization_id: UUID, *, report: str, format: str, every: str,  # noqa: A002 - its name
    recipients: Collection[UUID], locale: str, form_token: UUID, now: datetime,
) -> ReportSchedule:  # fmt: skip
    """From the next morning on that is due. The same form again is the same schedule.

    Raises ShopNotFound, ReportNotFound, NoSuchFormat, ReaderNeeded, TooManySchedules.
    """
    assert actor.user_id is not None
    kept = {one.id: one for one in organizations_kept_by(session, actor)}
    organization = kept.get(organization_id)
    if organization is None:
        raise ShopNotFound
    if report not in reports_for(actor) or not (organization.kind == MARKET or is_of_shops(report)):
        raise ReportNotFound(field="report")
    if format not in formats_of(report):
        raise NoSuchFormat(field="format")
    lock = f"report schedules:{organization_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lock, 0))))
    running = select(ReportSchedule).where(ReportSchedule.organization_id == organization_id)
    same = session.scalars(
        select(ReportSchedule).where(ReportSchedule.made_by == actor.user_id, ReportSchedule.form_token == form_token)
    ).one_or_none()
    if same is not None:
        return same
    count = select(func.count()).select_from(running.where(ReportSchedule.ended_at.is_(None)).subquery())
    if session.scalars(count).one() >= MOST_SCHEDULES:
        raise TooManySchedules(most=MOST_SCHEDULES)
    allowed = {row[0] for row in session.execute(readers_of(organization))}
    chosen = set(recipients)
    if not chosen or not chosen <= allowed:
        raise ReaderNeeded(field="recipients")
    schedule = ReportSchedule(
        organization_id=organization_id, report=report, format=format, every=every, locale=locale,
        made_by=actor.user_id, form_token=form_token, due_at=next_due(every, organization.time_zone, now),
    )  # fmt: skip
    session.add(schedule)
    session.flush()
    session.add_all(ReportRecipient(schedule_id=schedule.id, user_id=user_id) for user_id in sorted(chosen))
    record_act(
        session, actor.user_id, "report_schedule.make", schedule.id, report=report, every=every,
        recipients=[str(user_id) for user_id in sorted(chosen)],
    )  # fmt: skip
    return schedule


def stop_schedule(session: Session, actor: Actor, schedule_id: UUID, *, now: datetime) -> None:
    """For everybody it writes to; one that is stopped stays so. Raises ScheduleNotFound."""
    asked = schedules_kept_by(actor).where(ReportSchedule.id == schedule_id)
    end_schedule(session, lock_one(session, asked, missing=ScheduleNotFound), actor.user_id, now=now)


def leave_schedule(session: Session, actor: Actor, schedule_id: UUID, *, now: datetime) -> None:
    """No more mails of it to this person, if it wrote to them; one that writes to nobody ends. Raises ScheduleNotFound."""
    asked = schedules_of(actor).where(ReportSchedule.id == schedule_id)
    schedule = lock_one(session, asked, missing=ScheduleNotFound)
    own = ReportRecipient.schedule_id == schedule_id, ReportRecipient.user_id == actor.user_id
    if session.scalar(delete(ReportRecipient).where(*own).returning(ReportRecipient.user_id)) is None:
        return
    record_act(session, actor.user_id, "report_schedule.leave", schedule_id)
    if not session.scalar(select(exists().where(ReportRecipient.schedule_id == schedule_id))):
        end_schedule(session, schedule, actor.user_id, now=now)


def end_schedule(session: Session, schedule: ReportSchedule, actor_id: UUID | None, *, now: datetime) -> None:
    if schedule.ended_at is not None:
        return
    schedule.ended_at = now
    record_act(session, actor_id, "report_schedule.end", schedule.id, report=schedule.report)
