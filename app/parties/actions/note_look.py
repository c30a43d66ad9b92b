"""Remembering how a shop's name looks."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.parties.models import ShopLook
from app.parties.rules.looks import skeleton


def note_look(session: Session, organization_id: UUID, name: str) -> bool:
    """Whether it looks different from before; the first time it does not."""
    look = skeleton(name)
    known = session.get(ShopLook, organization_id)
    if known is not None and known.skeleton == look:
        return False
    written = insert(ShopLook).values(organization_id=organization_id, skeleton=look)
    session.execute(written.on_conflict_do_update(index_elements=["organization_id"], set_={"skeleton": look}))
    if known is not None:
        session.refresh(known)
    return known is not None
