"""Pages of companies that buy: opening one, its people, invitations, and for whom somebody buys."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.companies.actions.answer_invitation import answer_invitation
from app.companies.actions.change_colleague import change_colleague, remove_colleague
from app.companies.actions.choose_company import choose_company
from app.companies.actions.invite_colleague import invite_colleague, withdraw_invitation
from app.companies.actions.open_company import edit_company, open_company
from app.companies.errors import CompanyNotFound, LastApprover
from app.companies.forms import CompanyForm, EditCompanyForm, InviteForm, RoleForm
from app.companies.models import Company
from app.companies.queries import (
    buying_context,
    colleagues,
    companies_of,
    company_run_by,
    invitations_to,
    odd_tax_number,
    open_invitations,
    tax_number_form,
)
from app.config.settings import Settings
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_account, current_actor, require_signed_in
from app.identity.rules.roles import APPROVER
from app.money.amounts import usd
from app.parties.words import OWN_ODDITY_WORDS
from app.web.forms import BaseForm
from app.web.limits import INVITE, UPLOAD, limiter
from app.web.pages import PROBLEM, flash, go_on, page, safe_next
from app.web.problem_words import sentence

bp = Blueprint("companies", __name__)


@bp.get("/companies")
@require_signed_in
def index() -> ResponseReturnValue:
    """The companies one buys for, and invitations to others."""
    account = current_account()
    assert account is not None
    with reading() as session:
        found = companies_of(session, account.actor)
        invited = invitations_to(session, account.id)
        context = buying_context(session, account.id)
    return page("companies/index.html", companies=found, invitations=invited, context=context)


@bp.route("/companies/new", methods=["GET", "POST"])
@require_signed_in
def new_company() -> ResponseReturnValue:
    form = CompanyForm(data={"kind": "company"})
    form.offer()
    if form.validate_on_submit():
        try:
            made = in_transaction(lambda session: open_company(session, current_actor(), form.terms()))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("The company is set up, and you are buying for it. Invite your colleagues here."))
            return go_on(f"/companies/{made}")
    return page("companies/new.html", 422 if form.is_submitted() else 200, form=form)


@bp.route("/companies/<uuid:company_id>", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(INVITE, methods=["POST"])
def company(company_id: UUID) -> ResponseReturnValue:
    """Its people and their limits; approvers invite more."""
    form = InviteForm(data={"role": "purchaser"})
    form.offer()
    if form.is_submitted():
        _found(company_id, approving=True)
        if form.validate():
            try:
                in_transaction(partial(_invite, company_id, form))
            except DomainError as error:
                form.add_problem(error)
            else:
                flash(_("Invited by mail."))
                return go_on(f"/companies/{company_id}")
    return _company_page(company_id, form)


@bp.route("/companies/<uuid:company_id>/settings", methods=["GET", "POST"])
@require_signed_in
def settings(company_id: UUID) -> ResponseReturnValue:
    found = _found(company_id, approving=True)
    said = {"name": found.organization.name, "tax_number": found.tax_number, "needs_po": found.needs_po}
    form = EditCompanyForm(data=said)
    if form.validate_on_submit():
        try:
            in_transaction(partial(_edit, company_id, form))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved."))
            return go_on(f"/companies/{company_id}")
    return page(
        "companies/settings.html", 422 if form.is_submitted() else 200, form=form, company=found,
        number=tax_number_form(found.organization.country), odd=_odd(found),
    )  # fmt: skip


@bp.route("/companies/<uuid:company_id>/members/<uuid:member_id>", methods=["GET", "POST"])
@require_signed_in
@limiter.limit(UPLOAD, methods=["POST"])
def member(company_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Role and limit of one colleague."""
    found = _found(company_id, approving=True)
    with reading() as session:
        row = next((one for one in colleagues(session, company_id) if one.id == member_id), None)
    if row is None:
        raise CompanyNotFound
    limit = usd(row.limit_cents) if row.limit_cents is not None else None
    form = RoleForm(data={"role": row.role, "limit": limit})
    form.offer()
    if form.validate_on_submit():
        try:
            in_transaction(partial(_change, member_id, form))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved. It counts from the next order on."))
            return go_on(f"/companies/{company_id}")
    return page("companies/member.html", 422 if form.is_submitted() else 200, form=form, company=found, member=row)


@bp.post("/companies/members/<uuid:member_id>/remove")
@require_signed_in
def remove(member_id: UUID) -> ResponseReturnValue:
    """By an approver, or by oneself."""
    BaseForm().validate()
    try:
        company_id = in_transaction(lambda session: remove_colleague(session, current_actor(), member_id))
    except LastApprover as error:
        flash(sentence(error), PROBLEM)
        return go_on(safe_next("/companies"))
    flash(_("Taken out of the company."))
    is_mine = current_actor().member_of(company_id, {APPROVER})
    return go_on(f"/companies/{company_id}" if is_mine else "/companies")


@bp.post("/companies/invitations/<uuid:invitation_id>/withdraw")
@require_signed_in
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    company_id = in_transaction(lambda session: withdraw_invitation(session, current_actor(), invitation_id))
    flash(_("The invitation was taken back."))
    return go_on(f"/companies/{company_id}")


@bp.post("/companies/invitations/<uuid:invitation_id>/<any(agree, decline):verb>")
@require_signed_in
def answer(invitation_id: UUID, verb: str) -> ResponseReturnValue:
    BaseForm().validate()
    in_transaction(partial(_answer, invitation_id, verb == "agree"))
    flash(_("You belong to the company now and buy for it.") if verb == "agree" else _("Declined."))
    return go_on("/companies")


@bp.post("/buying-for")
@require_signed_in
def choose() -> ResponseReturnValue:
    """`company`: an id, or empty for oneself."""
    BaseForm().validate()
    typed = request.form.get("company", "")
    try:
        company_id = UUID(typed) if typed else None
    except ValueError:
        raise CompanyNotFound from None
    in_transaction(lambda session: choose_company(session, current_actor(), company_id))
    flash(_("From now on you buy for the company, at its prices.") if company_id else _("You buy for yourself now."))
    return go_on(safe_next("/cart"))


def _found(company_id: UUID, *, approving: bool = False) -> Company:
    """Raises CompanyNotFound for a stranger; for a purchaser too, where approvers only may."""
    query = company_run_by(current_actor(), company_id, *([{APPROVER}] if approving else []))
    with reading() as session:
        return load_one(session, query, missing=CompanyNotFound)


def _company_page(company_id: UUID, form: InviteForm) -> ResponseReturnValue:
    found, actor = _found(company_id), current_actor()
    with reading() as session:
        people = colleagues(session, company_id)
        invited = open_invitations(session, company_id)
    return page(
        "companies/company.html", 422 if form.is_submitted() else 200, form=form, company=found, people=people,
        invitations=invited, approves=actor.member_of(company_id, {APPROVER}), me=actor.user_id, odd=_odd(found),
    )  # fmt: skip


def _odd(company: Company) -> str | None:
    """What is odd about its tax number, to be translated."""
    odd = odd_tax_number(company)
    return OWN_ODDITY_WORDS[odd] if odd else None


def _invite(company_id: UUID, form: InviteForm, session: Session) -> None:
    market: Settings = current_app.config["SETTINGS"]
    invite_colleague(
        session, current_actor(), company_id, email=form.email.data or "", role=form.role.data or "",
        limit_cents=form.limit_cents, market=market.market_name, link=f"{market.public_url}/companies",
    )  # fmt: skip


def _edit(company_id: UUID, form: EditCompanyForm, session: Session) -> None:
    edit_company(
        session, current_actor(), company_id, name=form.name.data or "", tax_number=form.tax_number.data or "",
        needs_po=bool(form.needs_po.data),
    )  # fmt: skip


def _change(member_id: UUID, form: RoleForm, session: Session) -> None:
    change_colleague(session, current_actor(), member_id, role=form.role.data or "", limit_cents=form.limit_cents)


def _answer(invitation_id: UUID, agrees: bool, session: Session) -> None:
    answer_invitation(session, current_actor(), invitation_id, agrees=agrees, now=datetime.now(UTC))
