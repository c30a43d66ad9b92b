"""Asking for a file that a job makes."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config.days import today_in
from app.downloads.errors import NoSuchFormat, TooManyFiles
from app.downloads.making import Wanted, formats_of, is_of_shops, reports_for
from app.downloads.models import ReportFile
from app.downloads.rules import MAKING, MOST_FILES, READY, WAITING
from app.identity.actor import Actor
from app.identity.models import Organization
from app.jobs.queue import enqueue
from app.ledger.chart import CHART
from app.reports.errors import ReportNotFound
from app.reports.queries import scope_for
from app.reports.rules import period_of
from app.reports.tables.all import TABLES


def wanted_from(
    session: Session, actor: Actor, slug: str | None, *, report: str, format: str, days: tuple[str | None, str | None],  # noqa: A002 - its name
    account: str,
) -> Wanted:  # fmt: skip
    """Of what was typed: without days the running month, by the clock of whose report it is; no account where there is none.

    Raises ShopNotFound, ImpossiblePeriod.
    """
    time_zone = scope_for(session, actor, slug).time_zone
    period = period_of(*days, time_zone=time_zone, today=today_in(time_zone))
    is_by_account = report in TABLES and TABLES[report].by_account
    return Wanted(report, format, period.first, period.last, account if is_by_account and account in CHART else "")


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
