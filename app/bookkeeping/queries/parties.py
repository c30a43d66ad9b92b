"""Whose a balance from before the market began is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import Session

from app.bookkeeping.errors import AmbiguousParty, CarriedNotFound, UnknownParty
from app.bookkeeping.rules import BY_PARTY, OWED_TO_BUYERS, PartyBalance
from app.identity.models import Organization, User
from app.identity.rules.roles import MARKET
from app.ledger.models import AccountBalance, LedgerAccount


@dataclass(frozen=True)
class NamedBalance:
    """A line as somebody typed it: whose it is, in words."""

    line: int
    number: str
    party: str
    cents: int


@dataclass(frozen=True)
class Carried:
    """What is still open with one party, US cents on the natural side."""

    number: str
    owner: UUID
    name: str
    cents: int


def found_parties(session: Session, typed: Sequence[NamedBalance]) -> list[PartyBalance]:
    """Shops and companies by short or whole name, buyers by e-mail address. Two queries however many.

    Raises UnknownParty, AmbiguousParty.
    """
    people = {one.party.casefold() for one in typed if one.number == OWED_TO_BUYERS}
    firms = {one.party.casefold() for one in typed} - people
    known: dict[tuple[bool, str], set[UUID]] = {}
    for user_id, email in session.execute(select(User.id, User.email).where(User.email.in_(people))):
        known[True, email or ""] = {user_id}
    by_slug: dict[str, UUID] = {}
    rows = session.execute(
        select(Organization.id, Organization.slug, func.lower(Organization.name)).where(
            Organization.kind != MARKET, or_(Organization.slug.in_(firms), func.lower(Organization.name).in_(firms))
        )
    )
    for firm_id, slug, name in rows:
        by_slug[slug] = firm_id
        known.setdefault((False, name), set()).add(firm_id)
    known |= {(False, slug): {firm_id} for slug, firm_id in by_slug.items()}
    return [PartyBalance(one.number, _one(known, one), one.cents) for one in typed]


def _one(known: Mapping[tuple[bool, str], set[UUID]], typed: NamedBalance) -> UUID:
    found = known.get((typed.number == OWED_TO_BUYERS, typed.party.casefold()), set())
    if not found:
        raise UnknownParty(line=typed.line, party=typed.party, field="parties")
    if len(found) > 1:
        raise AmbiguousParty(line=typed.line, party=typed.party, field="parties")
    return next(iter(found))


def party_names(session: Session, owners: Collection[UUID | None]) -> dict[UUID, str]:
    """As accountants call them: the firm's name, the person's e-mail address."""
    ids = [owner for owner in owners if owner is not None]
    if not ids:
        return {}
    firms = select(Organization.id, Organization.name).where(Organization.id.in_(ids))
    people = select(User.id, func.coalesce(User.email, User.name)).where(User.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(union_all(firms, people))}


def carried(session: Session, owner: UUID | None = None) -> list[Carried]:
    """All that is still open, or what is open with one of them, by account and party."""
    query = (
        select(
            LedgerAccount.number,
            LedgerAccount.owner_id,
            func.coalesce(Organization.name, User.email, User.name, "").label("name"),
            (AccountBalance.balance * LedgerAccount.natural_side).label("cents"),
        )
        .join(AccountBalance, AccountBalance.account_id == LedgerAccount.id)
        .outerjoin(Organization, Organization.id == LedgerAccount.owner_id)
        .outerjoin(User, User.id == LedgerAccount.owner_id)
        .where(LedgerAccount.number.in_(BY_PARTY), AccountBalance.balance != 0)
        .order_by(LedgerAccount.number, LedgerAccount.owner_id)
    )
    if owner is not None:
        query = query.where(LedgerAccount.owner_id == owner)
    return [Carried(row.number, row.owner_id, row.name, int(row.cents)) for row in session.execute(query)]


def carried_with(session: Session, number: str, owner: UUID) -> Carried:
    """Raises CarriedNotFound."""
    found = next((one for one in carried(session, owner) if one.number == number), None)
    if found is None:
        raise CarriedNotFound
    return found
