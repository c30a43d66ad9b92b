"""Knowing a stored picture."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.media.models import Picture
from app.media.pictures import PreparedPicture

LONGEST_ALT = 250


def add_picture(
    session: Session, prepared: PreparedPicture, *, organization_id: UUID | None, alt: str = "", credit: str = ""
) -> Picture:
    """The row of a picture whose files are saved already; the same bytes twice are one picture."""
    values = {
        "sha256": prepared.sha256,
        "width": prepared.width,
        "height": prepared.height,
        "alt": " ".join(alt.split())[:LONGEST_ALT],
        "credit": credit,
        "organization_id": organization_id,
    }
    session.execute(insert(Picture).values(values).on_conflict_do_nothing(index_elements=["sha256"]))
    return session.scalars(select(Picture).where(Picture.sha256 == prepared.sha256)).one()
