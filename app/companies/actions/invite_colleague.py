"""Asking somebody to buy for a company, and taking that back."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, lazyload

from app.audit.actions.record_act import record_act
from app.companies import mails
from app.companies.errors import CompanyNotFound, InvitationNotFound, InvitedAlready
from app.companies.models import CompanyInvitation
from app.companies.queries import company_run_by
from app.companies.rules.spending import may_become, require_limit
from app.db.locks import load_one, lock_one
from app.identity.actions.register_user import normal_email
from app.identity.actor import Actor
from app.identity.errors import UnusableChoice
from app.identity.models import Organization
from app.identity.queries import user_by_email
from app.identity.rules.roles import APPROVER, BUYING_ROLES
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def invite_colleague(
    session: Session,
    actor: Actor,
    company_id: UUID,
    *,
    email: str,
    role: str,
    limit_cents: int | None,
    market: str,
    link: str,
) -> UUID:
    """The person agrees once signed in with that address. Whether it has an account is not said.

    Raises CompanyNotFound for who is no approver of it, InvitedAlready, UnusableChoice, UnusableLimit.
    """
    load_one(session, company_run_by(actor, company_id, {APPROVER}), missing=CompanyNotFound)
    if role not in BUYING_ROLES:
        raise UnusableChoice(field="role")
    require_limit(limit_cents)
    address = normal_email(email)
    values = {
        "organization_id": company_id,
        "email": address,
        "role": role,
        "limit_cents": limit_cents,
        "invited_by": actor.user_id,
    }
    made = session.scalar(
        insert(CompanyInvitation).values(values).on_conflict_do_nothing().returning(CompanyInvitation.id)
    )
    if made is None:
        raise InvitedAlready(field="email")
    known, company = user_by_email(session, address), session.get_one(Organization, company_id)
    locale = known.locale if known else "en"
    words = {"company": company.name, "market": market, "link": link}
    send_mail(
        session,
        key=f"company-invitation:{made}",
        recipient=address,
        locale=locale,
        subject=in_language(locale, mails.INVITED_SUBJECT, **words),
        body=in_language(locale, mails.INVITED_BODY, **words),
    )
    record_act(session, actor.user_id, "company.invite", company_id, invitation_id=str(made), role=role)
    return made


def withdraw_invitation(session: Session, actor: Actor, invitation_id: UUID) -> UUID:
    """Gives the company. Twice is once. Raises InvitationNotFound for who is no approver of it, and when it was answered."""
    mine = actor.organizations({APPROVER})
    query = select(CompanyInvitation).where(
        CompanyInvitation.id == invitation_id, CompanyInvitation.organization_id.in_(mine)
    )
    invitation = lock_one(session, query.options(lazyload(CompanyInvitation.organization)), missing=InvitationNotFound)
    if invitation.state == "withdrawn":
        return invitation.organization_id
    if not may_become(invitation.state, "withdrawn"):
        raise InvitationNotFound
    invitation.state = "withdrawn"
    record_act(session, actor.user_id, "company.withdraw", invitation.organization_id, invitation_id=str(invitation_id))
    return invitation.organization_id
