"""Reading the addresses of an account; of nobody else's."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.addresses.errors import AddressNotFound
from app.addresses.models import SavedAddress
from app.db.locks import load_one


def addresses_of(session: Session, user_id: UUID) -> Sequence[SavedAddress]:
    """The default first, then what was used last; at most `rules.MOST` there are."""
    query = select(SavedAddress).where(SavedAddress.user_id == user_id)
    order = (SavedAddress.is_default.desc(), SavedAddress.used_at.desc().nulls_last(), SavedAddress.id)
    return session.scalars(query.order_by(*order)).all()


def own_address(user_id: UUID, address_id: UUID) -> Select[SavedAddress]:
    """That address, if it is this person's; otherwise nothing."""
    return select(SavedAddress).where(SavedAddress.id == address_id, SavedAddress.user_id == user_id)


def address_of(session: Session, user_id: UUID, address_id: UUID) -> SavedAddress:
    """Raises AddressNotFound."""
    return load_one(session, own_address(user_id, address_id), missing=AddressNotFound)
