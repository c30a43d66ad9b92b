"""Finding pictures."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.media.models import Picture


def pictures_in_order(session: Session, picture_ids: Sequence[UUID]) -> list[Picture]:
    """In the order asked for; those that are not there are left out."""
    found = {picture.id: picture for picture in session.scalars(select(Picture).where(Picture.id.in_(picture_ids)))}
    return [found[picture_id] for picture_id in picture_ids if picture_id in found]
