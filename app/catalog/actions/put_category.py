"""A category of the market."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalog.models import Category


def put_category(session: Session, *, slug: str, names: dict[str, str], tint: str) -> None:
    """Add it behind the others, or give the one with that address new names. `names` by language, English among them."""
    last = select(func.coalesce(func.max(Category.position), -1) + 1).scalar_subquery()
    statement = insert(Category).values(slug=slug, names=names, tint=tint, position=last)
    session.execute(statement.on_conflict_do_update(index_elements=["slug"], set_={"names": names, "tint": tint}))
