"""Files of reports to fetch, and schedules."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.downloads.actions.ask_for_file import ask_for_file, wanted_from
from app.downloads.actions.drop_files import remove_file
from app.downloads.actions.keep_schedule import leave_schedule, make_schedule, stop_schedule
from app.downloads.fetching import fetched
from app.downloads.forms import FileForm, ScheduleForm
from app.downloads.making import FORMAT_WORDS, TITLES, is_of_shops, reports_for
from app.downloads.queries import (
    files_shown,
    organizations_kept_by,
    readers_of,
    schedules_kept_by,
    schedules_shown,
)
from app.downloads.rules import PROBLEMS, UNDER_WAY
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import current_actor, require_signed_in
from app.identity.errors import ShopNotFound
from app.identity.models import Organization
from app.identity.rules.roles import MARKET
from app.reports.queries import scope_for
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.limits import WRITE, limiter
from app.web.pages import PROBLEM, flash, go_on, page

bp = Blueprint("downloads", __name__)


@bp.get("/books/downloads")
@require_signed_in
def show() -> ResponseReturnValue:
    """What is being made, and what is ready, for this person."""
    actor = current_actor()
    with reading() as session:
        scope_for(session, actor, None)  # a buyer has no reports
        files = files_shown(session, actor)
    is_moving = any(row[0].state in UNDER_WAY for row in files)
    return page(
        "downloads/files.html", files=files, is_moving=is_moving, titles=TITLES, formats=FORMAT_WORDS,
        problems=PROBLEMS, own=actor.user_id,
    )  # fmt: skip


@bp.post("/books/downloads")
@require_signed_in
@limiter.limit(WRITE)
def ask() -> ResponseReturnValue:
    form = FileForm()
    if not form.validate_on_submit():
        flash(_("This page was open too long. Send it once more: what you typed is still here."), PROBLEM)
        return go_on(url_for("tables.choose"))
    in_transaction(partial(_ask, current_actor(), form, current_locale()))
    flash(_("It is being made. You can leave this page: we write to you when it is ready."))
    return go_on(url_for("downloads.show"))


def _ask(actor: Actor, form: FileForm, locale: str, session: Session) -> None:
    slug, days = form.shop.data or None, (form.first.data, form.last.data)
    report, account = form.report.data or "", form.account.data or ""
    wanted = wanted_from(session, actor, slug, report=report, format=form.format.data or "", days=days, account=account)
    ask_for_file(session, actor, slug, wanted, locale=locale, form_token=form.token)


@bp.get("/books/downloads/<uuid:file_id>")
@require_signed_in
def fetch(file_id: UUID) -> ResponseReturnValue:
    return fetched(current_actor(), file_id)


@bp.post("/books/downloads/<uuid:file_id>/remove")
@require_signed_in
def remove(file_id: UUID) -> ResponseReturnValue:
    if BaseForm().validate_on_submit():
        actor = current_actor()
        in_transaction(lambda session: remove_file(session, actor, file_id))
        flash(_("Removed."))
    return go_on(url_for("downloads.show"))


@bp.route("/books/schedules", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(WRITE, methods=["POST"])
def schedules() -> ResponseReturnValue:
    """Reports that come by the calendar; `?shop=` chooses of whom a new one is."""
    actor, form = current_actor(), ScheduleForm()
    with reading() as session:
        scope_for(session, actor, None)  # a buyer has no reports
        kept = organizations_kept_by(session, actor)
        organization = _chosen(kept)
        people = session.execute(readers_of(organization)).all() if organization else []
        running = schedules_shown(session, actor)
        mine = {row.id for row in session.scalars(schedules_kept_by(actor))}
    reports = [key for key in reports_for(actor) if organization and (organization.kind == MARKET or is_of_shops(key))]
    form.offer(reports, people)
    if form.is_submitted() and organization is None:
        raise ShopNotFound
    if organization and form.validate_on_submit():
        try:
            in_transaction(partial(_make, actor, organization.id, form, current_locale()))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Set up. The first one comes on the next morning that is due."))
            return go_on(url_for("downloads.schedules", shop=organization.slug))
    return page(
        "downloads/schedules.html", 422 if form.is_submitted() else 200, form=form, running=running, mine=mine,
        kept=kept, organization=organization, titles=TITLES, formats=FORMAT_WORDS, own=actor.user_id,
    )  # fmt: skip


def _chosen(kept: Sequence[Organization]) -> Organization | None:
    """Raises ShopNotFound for what this person keeps no schedules of."""
    slug = request.args.get("shop", "")
    if not slug:
        return kept[0] if kept else None
    found = next((one for one in kept if one.slug == slug), None)
    if found is None:
        raise ShopNotFound
    return found


def _make(actor: Actor, organization_id: UUID, form: ScheduleForm, locale: str, session: Session) -> None:
    make_schedule(
        session, actor, organization_id, report=form.report.data, format=form.format.data, every=form.every.data,
        recipients=[UUID(one) for one in form.recipients.data or []], locale=locale, form_token=form.token,
        now=datetime.now(UTC),
    )  # fmt: skip


@bp.post("/books/schedules/<uuid:schedule_id>/stop")
@require_signed_in
def stop(schedule_id: UUID) -> ResponseReturnValue:
    if BaseForm().validate_on_submit():
        actor, now = current_actor(), datetime.now(UTC)
        in_transaction(lambda session: stop_schedule(session, actor, schedule_id, now=now))
        flash(_("Stopped. Nobody gets it any more."))
    return go_on(url_for("downloads.schedules"))


@bp.post("/books/schedules/<uuid:schedule_id>/leave")
@require_signed_in
def leave(schedule_id: UUID) -> ResponseReturnValue:
    if BaseForm().validate_on_submit():
        actor, now = current_actor(), datetime.now(UTC)
        in_transaction(lambda session: leave_schedule(session, actor, schedule_id, now=now))
        flash(_("You do not get it any more."))
    return go_on(url_for("downloads.schedules"))
