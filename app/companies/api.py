"""Companies that buy, for programs of their people."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.access.current import as_person, asking_person, for_programs, once_as, person_id
from app.access.rules import COMPANIES
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema
from app.companies.actions.answer_invitation import answer_invitation
from app.companies.actions.change_colleague import change_colleague, remove_colleague
from app.companies.actions.choose_company import choose_company
from app.companies.actions.invite_colleague import invite_colleague, withdraw_invitation
from app.companies.actions.open_company import CompanyTerms, edit_company, open_company
from app.companies.errors import CompanyNotFound
from app.companies.queries import (
    buying_context,
    colleagues,
    companies_of,
    company_run_by,
    invitations_to,
    open_invitations,
)
from app.companies.schemas import (
    BuyingForSchema,
    CompaniesSchema,
    CompanySchema,
    CompanyTermsSchema,
    InvitationWishSchema,
    MemberTermsSchema,
    NewCompanySchema,
    company_body,
    invitation_body,
)
from app.config.settings import Settings
from app.db.locks import load_one
from app.db.session import reading
from app.identity.actor import Actor
from app.identity.queries import actor_of
from app.web.limits import SEND_MAIL, limiter

bp = Blueprint("buying_companies", __name__, url_prefix=f"{PREFIX}/companies", description="Companies that buy")
chosen = Blueprint("choose_company", __name__, url_prefix=f"{PREFIX}/account", description="For whom one buys")
BLUEPRINTS = (bp, chosen)


@bp.get("")
@for_programs(COMPANIES)
@bp.response(200, CompaniesSchema)
def companies() -> dict[str, Any]:
    """Those the person buys for, by name, and invitations that wait for an answer."""
    with reading() as session:
        return _all(session, asking_person())


@bp.post("")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NewCompanySchema)
@bp.response(201, CompanySchema)
def found(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """A new one: who opens it is its first approver and buys for it from now on."""
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        made = open_company(session, actor, CompanyTerms(**sent))
        return _one(session, actor_of(session, actor.user_id), made)

    return once_as(CompanySchema, work, 201)


@bp.get("/<uuid:company_id>")
@for_programs(COMPANIES)
@bp.response(200, CompanySchema)
def company(company_id: UUID) -> dict[str, Any]:
    """Its people with role and limit, and whom it has invited."""
    with reading() as session:
        return _one(session, asking_person(), company_id)


@bp.put("/<uuid:company_id>")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(CompanyTermsSchema)
@bp.response(200, CompanySchema)
def edit(_headers: dict[str, str], sent: dict[str, Any], company_id: UUID) -> Response:
    """By an approver. Later orders carry the new words, placed ones keep theirs."""
    actor = asking_person()

    def act(session: Session) -> UUID:
        edit_company(session, actor, company_id, **sent)
        return company_id

    return _acted(act)


@bp.post("/<uuid:company_id>/invitations")
@for_programs(COMPANIES)
@limiter.limit(SEND_MAIL, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(InvitationWishSchema)
@bp.response(201, CompanySchema)
def invite(_headers: dict[str, str], sent: dict[str, Any], company_id: UUID) -> Response:
    """By an approver: somebody is asked by mail to buy for the company."""
    actor, market = asking_person(), _market()

    def act(session: Session) -> UUID:
        link = f"{market.public_url}/companies"
        invite_colleague(session, actor, company_id, **sent, market=market.market_name, link=link)
        return company_id

    return _acted(act, 201)


@bp.delete("/invitations/<uuid:invitation_id>")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, CompanySchema)
def withdraw(_headers: dict[str, str], invitation_id: UUID) -> Response:
    """By an approver: the invitation is taken back."""
    actor = asking_person()
    return _acted(lambda session: withdraw_invitation(session, actor, invitation_id))


@bp.post("/invitations/<uuid:invitation_id>/acceptance")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, CompaniesSchema)
def accept(_headers: dict[str, str], invitation_id: UUID) -> Response:
    """By who was invited, who buys for the company from now on."""
    return _answered(invitation_id, agrees=True)


@bp.post("/invitations/<uuid:invitation_id>/refusal")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, CompaniesSchema)
def decline(_headers: dict[str, str], invitation_id: UUID) -> Response:
    """By who was invited."""
    return _answered(invitation_id, agrees=False)


@bp.put("/members/<uuid:member_id>")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(MemberTermsSchema)
@bp.response(200, CompanySchema)
def change(_headers: dict[str, str], sent: dict[str, Any], member_id: UUID) -> Response:
    """By an approver: role and limit of a colleague, from the next order on."""
    actor = asking_person()
    return _acted(lambda session: change_colleague(session, actor, member_id, **sent))


@bp.delete("/members/<uuid:member_id>")
@for_programs(COMPANIES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, CompaniesSchema)
def remove(_headers: dict[str, str], member_id: UUID) -> Response:
    """By an approver, or by oneself: their orders stay the company's."""
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        remove_colleague(session, actor, member_id)
        session.flush()
        return _all(session, actor_of(session, actor.user_id))

    return once_as(CompaniesSchema, work)


@chosen.put("/buying-for")
@for_programs(COMPANIES)
@chosen.arguments(IdempotencyKeySchema, location="headers")
@chosen.arguments(BuyingForSchema)
@chosen.response(200, CompaniesSchema)
def choose(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Prices, private goods and the next order follow."""
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        choose_company(session, actor, sent["company_id"])
        session.flush()
        return _all(session, actor)

    return once_as(CompaniesSchema, work)


def _answered(invitation_id: UUID, *, agrees: bool) -> Response:
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        answer_invitation(session, actor, invitation_id, agrees=agrees, now=datetime.now(UTC))
        session.expire_all()
        return _all(session, actor_of(session, actor.user_id))

    return once_as(CompaniesSchema, work)


def _acted(act: Callable[[Session], UUID], status: int = 200) -> Response:
    """`act` gives the company, which is answered as it then stands."""
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        company_id = act(session)
        session.flush()
        session.expire_all()
        return _one(session, actor_of(session, actor.user_id), company_id)

    return once_as(CompanySchema, work, status)


def _all(session: Session, actor: Actor) -> dict[str, Any]:
    context = buying_context(session, person_id())
    mine = context.company_id if context else None
    return {
        "rows": [{"id": one.id, "name": one.name, "is_chosen": one.id == mine} for one in companies_of(session, actor)],
        "invitations": [invitation_body(one) for one in invitations_to(session, person_id())],
    }


def _one(session: Session, actor: Actor, company_id: UUID) -> dict[str, Any]:
    """Raises CompanyNotFound for a stranger."""
    company = load_one(session, company_run_by(actor, company_id), missing=CompanyNotFound)
    return company_body(company, colleagues(session, company_id), open_invitations(session, company_id))


def _market() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
