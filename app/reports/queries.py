"""Reading a settlement report. Whose rows may be read is decided here, before anything is read."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.db.sql_files import statements_in
from app.identity.actor import Actor, market_role
from app.identity.errors import ShopNotFound
from app.identity.models import Organization
from app.identity.rules.roles import ACCOUNTING, MARKET, READING_BOOKS
from app.reports.rules import Period, SettlementLine, line_of

AT_ONCE = 1_000
statement = statements_in(Path(__file__).with_name("sql"))


@dataclass(frozen=True)
class Scope:
    """Whose report: one seller, or the market (`seller_id` None); its name and the time zone of its cut-offs."""

    seller_id: UUID | None
    name: str
    slug: str
    time_zone: str


def scope_for(session: Session, actor: Actor, slug: str | None) -> Scope:
    """The shop called `slug`, or without one the market for its own people and the first shop for a seller.

    Raises ShopNotFound for what is not this person's to read.
    """
    reads_all = market_role(actor, *READING_BOOKS)
    query = select(Organization)
    if slug:
        query = query.where(Organization.slug == slug)
    elif reads_all:
        query = query.where(Organization.kind == MARKET)
    if not reads_all:
        query = query.where(Organization.id.in_(actor.organizations(ACCOUNTING)), Organization.kind != MARKET)
    found = session.scalars(query.order_by(Organization.created_at, Organization.id).limit(1)).one_or_none()
    if found is None:
        raise ShopNotFound
    return scope_of(found)


def scope_of(organization: Organization) -> Scope:
    """For who was found to be allowed to read it."""
    seller_id = None if organization.kind == MARKET else organization.id
    return Scope(seller_id, organization.name, organization.slug, organization.time_zone)


def settlement_lines(session: Session, scope: Scope, period: Period) -> Generator[SettlementLine]:
    """Lines in order, read in portions: a report of any length needs the memory of one portion.

    Whoever does not read it to its end closes it.
    """
    balance, _ = balances_around(session, scope, period)
    query = statement("settlement_lines").execution_options(yield_per=AT_ONCE)
    values = {"starts_at": period.starts_at, "ends_at": period.ends_at, "seller_id": scope.seller_id}
    with session.execute(query, values) as rows:
        for row in rows:
            line = line_of(row, period.time_zone, balance_before=balance)
            balance = line.balance_after
            yield line


def balances_around(session: Session, scope: Scope, period: Period) -> tuple[int, int]:
    """(opening, closing) of what the market holds for the seller, in base units."""
    moments = {"starts_at": period.starts_at, "ends_at": period.ends_at, "seller_id": scope.seller_id}
    found = session.execute(statement("balances_around"), moments).one()
    return int(found.opening), int(found.closing)


def not_final(session: Session, scope: Scope) -> Sequence[Row[*tuple[Any, ...]]]:
    """What has happened but may still be taken back."""
    return session.execute(statement("not_final"), {"seller_id": scope.seller_id}).all()


def shops_to_choose(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """(slug, name) of the shops this person may choose between."""
    query = select(Organization.slug, Organization.name).where(Organization.status != "pending")
    if market_role(actor, *READING_BOOKS):
        query = query.where(Organization.kind != MARKET)
    else:
        query = query.where(Organization.id.in_(actor.organizations(ACCOUNTING)))
    return [(row.slug, row.name) for row in session.execute(query.order_by(Organization.name, Organization.id))]
