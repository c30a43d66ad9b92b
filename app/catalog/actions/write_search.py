"""Keeping the words of a listing where the search looks."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.catalog.models import Category, Listing
from app.catalog.search import document, tsvector
from app.identity.models import Organization
from app.identity.rules.countries import COUNTRIES

_WRITE = text("UPDATE listings SET search = CAST(:words AS tsvector) WHERE id = :id").bindparams(bindparam("words"))


def write_search(session: Session, listing_ids: Sequence[UUID]) -> None:
    """Write the words of these listings again: titles, seller, category (all languages), place, descriptions."""
    query = (
        select(
            Listing.id,
            Listing.titles,
            Listing.descriptions,
            Organization.name,
            Organization.local_names,
            Organization.place,
            Organization.country,
            Category.names,
        )
        .join(Organization, Organization.id == Listing.organization_id)
        .join(Category, Category.id == Listing.category_id)
        .where(Listing.id.in_(listing_ids))
        .order_by(Listing.id)
    )
    session.flush()
    written = [
        {
            "id": row.id,
            "words": tsvector(
                document(
                    row.titles,
                    row.descriptions,
                    seller=(row.name, *row.local_names.values()),
                    category=row.names.values(),
                    place=(row.place, COUNTRIES[row.country].name),
                )
            ),
        }
        for row in session.execute(query)
    ]
    if written:
        session.execute(_WRITE, written)


def write_search_of_shop(session: Session, organization_id: UUID) -> None:
    """After a shop changed its name or place."""
    write_search(session, session.scalars(select(Listing.id).where(Listing.organization_id == organization_id)).all())
