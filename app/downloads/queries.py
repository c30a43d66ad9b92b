"""Reading files and schedules. Whose they are is decided here, before anything is read."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.downloads.errors import FileNotFound
from app.downloads.making import Wanted
from app.downloads.models import ReportFile, ReportRecipient, ReportSchedule
from app.downloads.rules import EXPIRED
from app.identity.actor import Actor, market_role
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import ACCOUNTANT, ACCOUNTING, MARKET, OPERATOR, READING_BOOKS

KEEPERS = (OPERATOR, ACCOUNTANT)
"""Who keeps schedules of the market's reports; an auditor reads and changes nothing."""
SHOWN = 100


def files_of(actor: Actor) -> Select[ReportFile]:
    """Files this person may fetch: own ones and those of schedules that write to them, of reports they still may read."""
    receives = exists().where(
        ReportRecipient.schedule_id == ReportFile.schedule_id, ReportRecipient.user_id == actor.user_id
    )
    return select(ReportFile).where(
        or_(ReportFile.user_id == actor.user_id, receives), _is_readable(actor, ReportFile.organization_id)
    )


def files_shown(session: Session, actor: Actor) -> Sequence[Row[*tuple[ReportFile, str, str, str]]]:
    """(file, name, slug and time zone of its organization), the newest first."""
    query = (
        files_of(actor)
        .add_columns(Organization.name, Organization.slug, Organization.time_zone)
        .join(Organization, Organization.id == ReportFile.organization_id)
        .where(ReportFile.state != EXPIRED)
        .order_by(ReportFile.asked_at.desc(), ReportFile.id.desc())
        .limit(SHOWN)
    )
    return session.execute(query).all()


def file_shown(session: Session, actor: Actor, file_id: UUID) -> Row[*tuple[ReportFile, str, str]]:
    """(file, name and slug of its organization). Raises FileNotFound."""
    query = (
        files_of(actor)
        .add_columns(Organization.name, Organization.slug)
        .join(Organization, Organization.id == ReportFile.organization_id)
        .where(ReportFile.id == file_id, ReportFile.state != EXPIRED)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise FileNotFound
    return found


def wanted_of(file: ReportFile) -> Wanted:
    return Wanted(file.report, file.format, file.first_day, file.last_day, file.account)


def schedules_of(actor: Actor) -> Select[ReportSchedule]:
    """Schedules of organizations whose reports this person reads, ended ones among them."""
    return select(ReportSchedule).where(_is_readable(actor, ReportSchedule.organization_id))


def schedules_shown(session: Session, actor: Actor) -> list[tuple[ReportSchedule, str, list[Any]]]:
    """(running schedule, name of its organization, people it writes to), the newest first."""
    query = (
        schedules_of(actor)
        .add_columns(Organization.name)
        .join(Organization, Organization.id == ReportSchedule.organization_id)
        .where(ReportSchedule.ended_at.is_(None))
        .order_by(ReportSchedule.made_at.desc(), ReportSchedule.id.desc())
        .limit(SHOWN)
    )
    found = session.execute(query).all()
    people = (
        select(ReportRecipient.schedule_id, User.id, User.name, User.email)
        .join(User, User.id == ReportRecipient.user_id)
        .where(ReportRecipient.schedule_id.in_([schedule.id for schedule, _name in found]))
        .order_by(User.email, User.id)
    )
    rows = session.execute(people).all()
    return [(schedule, name, [row for row in rows if row.schedule_id == schedule.id]) for schedule, name in found]


def schedules_kept_by(actor: Actor) -> Select[ReportSchedule]:
    """Those this person may stop: of the own shops, or of the market for its operators and accountants."""
    return schedules_of(actor).where(_is_kept(actor, ReportSchedule.organization_id))


def organizations_kept_by(session: Session, actor: Actor) -> Sequence[Organization]:
    """Whose reports this person may have sent by the calendar; the market first."""
    query = select(Organization).where(_is_kept(actor, Organization.id))
    return session.scalars(query.order_by(Organization.kind != MARKET, Organization.created_at, Organization.id)).all()


def readers_of(organization: Organization) -> Select[*tuple[UUID, str, str | None, str]]:
    """(user, name, address, language) of everybody who may read all reports of this organization and has an address."""
    roles: Collection[str] = READING_BOOKS if organization.kind == MARKET else ACCOUNTING
    return (
        select(User.id, User.name, User.email, User.locale)
        .join(Member, Member.user_id == User.id)
        .where(Member.organization_id == organization.id, Member.role.in_(roles), User.active, User.email.is_not(None))
        .order_by(User.email, User.id)
    )


def recipients_of(session: Session, schedule: ReportSchedule) -> Sequence[Row[*tuple[UUID, str, str | None, str]]]:
    """Whom it writes to now: only who may still read the report."""
    organization = session.get_one(Organization, schedule.organization_id)
    chosen = exists().where(ReportRecipient.schedule_id == schedule.id, ReportRecipient.user_id == User.id)
    return session.execute(readers_of(organization).where(chosen)).all()


def _is_readable(actor: Actor, organization_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    if market_role(actor, *READING_BOOKS):
        return true()
    return organization_id.in_(actor.organizations(ACCOUNTING))


def _is_kept(actor: Actor, organization_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    own = organization_id.in_(actor.organizations(ACCOUNTING))
    if not market_role(actor, *KEEPERS):
        return own
    return or_(own, organization_id == select(Organization.id).where(Organization.kind == MARKET).scalar_subquery())
