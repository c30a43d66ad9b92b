"""Categories: few, and on nearly every page."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.catalog.errors import CategoryNotFound
from app.catalog.models import Category, Listing
from app.catalog.queries.shelf import on_sale
from app.media.models import Picture


@dataclass(frozen=True)
class CategoryTile:
    """`count` is None where nobody counted."""

    id: UUID
    slug: str
    names: dict[str, str]
    tint: str
    picture: str | None
    count: int | None = None


def categories(session: Session) -> list[CategoryTile]:
    """All, in the market's order."""
    return [CategoryTile(*row) for row in session.execute(_tiles())]


def categories_with_counts(session: Session) -> list[CategoryTile]:
    """All, with how many goods are on sale in each."""
    counted = on_sale(select(Listing.category_id, func.count().label("count"))).group_by(Listing.category_id).subquery()
    query = _tiles().add_columns(func.coalesce(counted.c.count, 0))
    query = query.outerjoin(counted, counted.c.category_id == Category.id)
    return [CategoryTile(*row) for row in session.execute(query)]


def category_by_slug(session: Session, slug: str) -> CategoryTile:
    """Raises CategoryNotFound."""
    row = session.execute(_tiles().where(Category.slug == slug)).one_or_none()
    if row is None:
        raise CategoryNotFound
    return CategoryTile(*row)


@cache
def _tiles() -> Select[*tuple[Any, ...]]:
    return (
        select(Category.id, Category.slug, Category.names, Category.tint, Picture.sha256)
        .outerjoin(Picture, Picture.id == Category.picture_id)
        .order_by(Category.position, Category.id)
    )
