"""Categories: few, and on nearly every page."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.catalog.errors import CategoryNotFound
from app.catalog.models import Category
from app.media.models import Picture


@dataclass(frozen=True)
class CategoryTile:
    id: UUID
    slug: str
    names: dict[str, str]
    tint: str
    picture: str | None


def categories(session: Session) -> list[CategoryTile]:
    """All, in the market's order."""
    return [CategoryTile(*row) for row in session.execute(_tiles())]


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
