"""A company that buys, and what it says about itself."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.companies.errors import CompanyNotFound
from app.companies.models import BuyingFor, Company
from app.companies.queries import company_run_by
from app.companies.rules.spending import usable_tax_number
from app.db.locks import lock_one
from app.identity.actions.create_shop import ShopTerms, settled
from app.identity.actor import Actor
from app.identity.errors import SignInNeeded
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import APPROVER
from app.identity.rules.shops import usable_name


@dataclass(frozen=True)
class CompanyTerms:
    """`kind`: company or sole_trader. `needs_po`: orders need a number of the company's own."""

    name: str
    kind: str
    country: str
    tax_number: str = ""
    needs_po: bool = False


def open_company(session: Session, actor: Actor, terms: CompanyTerms) -> UUID:
    """Its founder is its first approver, without a limit, and buys for it from now on.

    A company that only buys has no shop: as a shop it is closed. Raises SignInNeeded, UnusableShopName, UnusableChoice,
    UnservedCountry, UnusableTaxNumber.
    """
    if actor.user_id is None:
        raise SignInNeeded
    tax_number = usable_tax_number(terms.tax_number)
    columns = settled(ShopTerms(name=terms.name, kind=terms.kind, country=terms.country, place=""))
    session.get_one(User, actor.user_id, with_for_update=True)  # a twin of this form waits here
    known = _opened_before(session, actor.user_id, columns, tax_number)
    if known is not None:
        return known
    organization = Organization(slug=f"buyer-{secrets.token_hex(6)}", status="closed", **columns)
    session.add(organization)
    session.flush()
    session.add(Company(organization_id=organization.id, tax_number=tax_number, needs_po=terms.needs_po))
    session.add(Member(organization_id=organization.id, user_id=actor.user_id, role=APPROVER))
    session.merge(BuyingFor(user_id=actor.user_id, organization_id=organization.id))
    record_act(session, actor.user_id, "company.open", organization.id, name=organization.name)
    return organization.id


def _opened_before(session: Session, user_id: UUID, said: Mapping[str, object], tax_number: str) -> UUID | None:
    """A company with the very same name and number that this person approves for: the form was sent twice."""
    same = (getattr(Organization, name) == said[name] for name in ("name", "kind", "country"))
    own = Member.user_id == user_id, Member.role == APPROVER, Company.tax_number == tax_number
    query = select(Organization.id).join(Company).join(Member, Member.organization_id == Organization.id)
    return session.scalar(query.where(*own, *same).limit(1))


def edit_company(
    session: Session, actor: Actor, company_id: UUID, *, name: str, tax_number: str, needs_po: bool
) -> None:
    """Later orders carry the new words; placed ones keep theirs. Raises CompanyNotFound for who is no approver of it."""
    company = lock_one(session, company_run_by(actor, company_id, {APPROVER}), missing=CompanyNotFound)
    organization = session.get_one(Organization, company_id)
    organization.name = usable_name(name)
    company.tax_number, company.needs_po = usable_tax_number(tax_number), needs_po
    session.flush()
    record_act(session, actor.user_id, "company.edit", company_id, name=organization.name)
