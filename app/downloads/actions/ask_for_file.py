"""Asking for a file that a job makes."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.downloads.errors import NoSuchFormat, TooManyFiles
from app.downloads.making import Wanted, formats_of, is_of_shops, reports_for
from app.downloads.models import ReportFile
from app.downloads.rules import MAKING, MOST_FILES, READY, WAITING
from app.identity.actor import Actor
from app.identity.models import Organization
from app.jobs.queue import enqueue
from app.reports.errors import ReportNotFound
from app.reports.queries import scope_for


def ask_for_file(
    session: Session, actor: Actor, slug: str | None, wanted: Wanted, *, locale: str, form_token: UUID
) -> ReportFile:
    """One file of the shop called `slug`, or of the market. The same form again is the same file.

    Raises ReportNotFound, ShopNotFound, NoSuchFormat, TooManyFiles.
    """
    if wanted.report not in reports_for(actor):
        raise ReportNotFound
    if wanted.format not in formats_of(wanted.report):
        raise NoSuchFormat
    scope = scope_for(session, actor, slug if is_of_shops(wanted.report) else None)
    organization_id = session.scalars(select(Organization.id).where(Organization.slug == scope.slug)).one()
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"report files:{actor.user_id}", 0))))
    own = select(ReportFile).where(ReportFile.user_id == actor.user_id)
    same = session.scalars(own.where(ReportFile.form_token == form_token)).one_or_none()
    if same is not None:
        return same
    kept = own.where(ReportFile.state.in_((WAITING, MAKING, READY)))
    if session.scalars(select(func.count()).select_from(kept.subquery())).one() >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    file = ReportFile(
        user_id=actor.user_id, form_token=form_token, organization_id=organization_id, report=wanted.report,
        account=wanted.account, first_day=wanted.first, last_day=wanted.last, format=wanted.format, locale=locale,
    )  # fmt: skip
    session.add(file)
    session.flush()
    enqueue(session, "downloads.make_file", file_id=str(file.id))
    return file
