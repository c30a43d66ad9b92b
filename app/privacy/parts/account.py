"""The person: account, shops, addresses, programs, and what the log says."""

from typing import Any

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from app.access.models import ApiToken
from app.addresses.queries import addresses_of
from app.audit.models import AuditEntry
from app.identity.models import Member, MemberInvitation, Organization, User
from app.identity.rules.roles import OWNER
from app.parties.models import Dossier, Paper
from app.privacy.parts.rows import Row, of
from app.privacy.queries import groups_of
from app.privacy.rules import Subject
from app.saved.queries import saved_shown
from app.withholding.models import SellerStatement, SellerTaxNumber

SIGN_IN = "user.sign_in"


def profile(session: Session, subject: Subject) -> list[Row]:
    if subject.user_id is None:
        return [of(group, "name", "email", "phone", "locale") for group in groups_of(session, subject)]
    user = session.get_one(User, subject.user_id)
    columns = ("id", "name", "email", "locale", "created_at", "confirmed_at", "wallet_address")
    return [{**of(user, *columns), "has_password": user.password is not None}]


def roles(session: Session, subject: Subject) -> list[Row]:
    if subject.user_id is None:
        return []
    query = (
        select(Organization.name, Organization.kind, Organization.country, Member.role, Member.created_at)
        .join(Organization, Organization.id == Member.organization_id)
        .where(Member.user_id == subject.user_id)
        .order_by(Member.created_at, Member.id)
    )
    return [dict(row._mapping) for row in session.execute(query)]  # noqa: SLF001 - its public name for a mapping


def invitations(session: Session, subject: Subject) -> list[Row]:
    """Roles that shops offered to this address."""
    if subject.email is None:
        return []
    query = (
        select(MemberInvitation, Organization.name)
        .join(Organization, Organization.id == MemberInvitation.organization_id)
        .where(MemberInvitation.email == subject.email)
        .order_by(MemberInvitation.invited_at, MemberInvitation.id)
    )
    columns = ("role", "invited_at", "expires_at", "accepted_at", "withdrawn_at")
    return [{"shop": name, **of(invitation, *columns)} for invitation, name in session.execute(query)]


def dossiers(session: Session, subject: Subject) -> list[Row]:
    """What was told of the shops this person owns."""
    query = (
        select(Dossier, Organization.name)
        .join(Organization, Organization.id == Dossier.organization_id)
        .join(Member, Member.organization_id == Organization.id)
        .where(Member.user_id == subject.user_id, Member.role == OWNER)
        .order_by(Organization.created_at, Organization.id)
    )
    columns = ("kind", "legal_name", "registration_number", "tax_number", "attested_version", "attested_at", "review")
    return [{"shop": name, **of(dossier, *columns)} for dossier, name in session.execute(query)]


def papers(session: Session, subject: Subject) -> list[Row]:
    """Documents of those shops, by name; the files are on the page “Documents” of each shop."""
    query = (
        select(Paper, Organization.name)
        .join(Organization, Organization.id == Paper.organization_id)
        .join(Member, Member.organization_id == Organization.id)
        .where(Member.user_id == subject.user_id, Member.role == OWNER)
        .order_by(Paper.uploaded_at, Paper.id)
    )
    columns = ("kind", "name", "media_type", "byte_count", "sha256", "uploaded_at")
    return [{"shop": name, **of(paper, *columns)} for paper, name in session.execute(query)]


def tax(session: Session, subject: Subject) -> list[Row]:
    """Tax numbers and statements of the shops this person owns, and what this person signed for any."""
    if subject.user_id is None:
        return []
    owned = select(Member.organization_id).where(Member.user_id == subject.user_id, Member.role == OWNER)
    numbers = (
        select(Organization.name, SellerTaxNumber.tax_number)
        .join(SellerTaxNumber, SellerTaxNumber.organization_id == Organization.id)
        .where(Organization.id.in_(owned))
        .order_by(Organization.id)
    )
    statements = (
        select(Organization.name, SellerStatement)
        .join(SellerStatement, SellerStatement.organization_id == Organization.id)
        .where(SellerStatement.signed_by == subject.user_id)
        .order_by(SellerStatement.signed_at, SellerStatement.id)
    )
    columns = ("country", "year", "wording", "signed_at", "withdrawn_at")
    return [
        *({"shop": name, "tax_number": number} for name, number in session.execute(numbers)),
        *({"shop": name, **of(statement, *columns)} for name, statement in session.execute(statements)),
    ]


def addresses(session: Session, subject: Subject) -> list[Row]:
    """Each place once, with the name and number the courier was given; and those kept in the account."""
    found: dict[tuple[Any, ...], Row] = {}
    groups = groups_of(session, subject)
    for group in groups:
        row = {**group.address, "phone": group.phone}
        found.setdefault(tuple(sorted(row.items())), row)
    for saved in addresses_of(session, subject.user_id) if subject.user_id else ():
        if saved.address not in [group.address for group in groups]:
            found.setdefault(tuple(sorted(saved.address.items())), saved.address)
    return list(found.values())


def sign_ins(session: Session, subject: Subject) -> list[Row]:
    return _acts(session, subject, is_sign_in=True)


def tokens(session: Session, subject: Subject) -> list[Row]:
    """What programs may do for this person; never what opens it."""
    query = select(ApiToken).where(ApiToken.user_id == subject.user_id).order_by(ApiToken.id)
    columns = ("name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    return [of(token, *columns) for token in session.scalars(query)] if subject.user_id else []


def acts(session: Session, subject: Subject) -> list[Row]:
    """What the log of acts says of this person: what they did and what was done to their account or checkout."""
    return _acts(session, subject, is_sign_in=False)


def _acts(session: Session, subject: Subject, *, is_sign_in: bool) -> list[Row]:
    who = subject.user_id or subject.order_group_id
    about = or_(
        AuditEntry.actor_id == subject.user_id if subject.user_id else false(),
        AuditEntry.subject_id == who,
        AuditEntry.details["user_id"].astext == str(who),
    )
    of_kind = AuditEntry.action == SIGN_IN if is_sign_in else AuditEntry.action != SIGN_IN
    query = select(AuditEntry).where(about, of_kind).order_by(AuditEntry.at, AuditEntry.id)
    return [of(entry, "at", "action", "subject_id", "details") for entry in session.scalars(query)]


def report_settings(session: Session, subject: Subject) -> list[Row]:
    columns = ("name", "report", "account", "days", "first_day", "last_day", "made_at")
    return [
        {"whose": organization.name, **of(kept, *columns)}
        for kept, organization in saved_shown(session, subject.user_id)
    ]
