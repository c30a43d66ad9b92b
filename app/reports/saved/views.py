"""Kept settings: listed, kept from the page of a report, opened, deleted."""

from functools import partial
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.config.days import today_in
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import current_actor, require_signed_in
from app.identity.models import Organization
from app.reports.errors import ReportNotFound
from app.reports.on_screen import ON_SCREEN, address, may_read
from app.reports.queries import organization_for, scope_for, scope_of
from app.reports.rules import period_of
from app.reports.saved.forms import KeepForm
from app.saved.actions.keep_settings import drop_settings, keep_settings
from app.saved.errors import SettingsNotFound
from app.saved.models import SavedReport
from app.saved.queries import saved_by, saved_shown
from app.saved.rules import DAYS, days_of
from app.web.forms import BaseForm
from app.web.limits import WRITE, limiter
from app.web.pages import flash, go_on, page

bp = Blueprint("saved", __name__)


@bp.get("/books/saved")
@require_signed_in
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/books/saved")
@require_signed_in
@limiter.limit(WRITE)
def keep() -> ResponseReturnValue:
    """What the page of a report showed. What is wrong with its name is said here, with the form to mend it."""
    form = KeepForm()
    if form.validate_on_submit():
        try:
            in_transaction(partial(_keep, current_actor(), form))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Kept. It stands here, and on your desk."))
            return go_on(url_for("saved.show"))
    return _page(form, 422)


def _keep(actor: Actor, form: KeepForm, session: Session) -> None:
    assert actor.user_id is not None
    report = form.report.data or ""
    if not may_read(actor, report):
        raise ReportNotFound
    organization = organization_for(session, actor, form.shop.data or None)
    scope = scope_of(organization)
    today = today_in(scope.time_zone)
    period = period_of(form.first.data, form.last.data, time_zone=scope.time_zone, today=today)
    keep_settings(
        session, actor.user_id, name=form.name.data or "", report=report, organization_id=organization.id,
        account=form.account.data or "", days=form.days.data, chosen=(period.first, period.last),
        form_token=form.token,
    )  # fmt: skip


@bp.get("/books/saved/<uuid:settings_id>")
@require_signed_in
def open_one(settings_id: UUID) -> ResponseReturnValue:
    """Leads on to the report, of the days that these settings mean today."""
    actor = current_actor()
    with reading() as session:
        kept = load_one(session, saved_by(actor.user_id).where(SavedReport.id == settings_id), missing=SettingsNotFound)
        scope = scope_of(session.get_one(Organization, kept.organization_id))
    first, last = days_of(kept.days, (kept.first_day, kept.last_day), today_in(scope.time_zone))
    shop = scope.slug if scope.seller_id else None
    return go_on(address(kept.report, shop=shop, first=first, last=last, account=kept.account))


@bp.post("/books/saved/<uuid:settings_id>/delete")
@require_signed_in
def delete(settings_id: UUID) -> ResponseReturnValue:
    if BaseForm().validate_on_submit():
        actor = current_actor()
        in_transaction(lambda session: drop_settings(session, actor.user_id, settings_id))
        flash(_("Deleted."))
    return go_on(url_for("saved.show"))


def _page(form: KeepForm | None = None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        scope_for(session, actor, None)  # a buyer has no reports
        kept = saved_shown(session, actor.user_id)
    return page("reports/saved.html", status, kept=kept, titles=ON_SCREEN, days_meant=DAYS, form=form)
