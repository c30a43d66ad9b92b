"""Keeping, changing and deleting the addresses of an account."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.addresses.errors import AddressBookIsFull, AddressKnown, AddressNotFound
from app.addresses.models import SavedAddress
from app.addresses.queries import own_address
from app.addresses.rules import MOST, address_key
from app.db.locks import lock_one
from app.identity.models import User


def keep_address(
    session: Session, user_id: UUID, address: Mapping[str, str], *, now: datetime, is_used: bool = False
) -> UUID:
    """Add it, or find it again; the first one is the default. Raises AddressBookIsFull."""
    _stand_in_line(session, user_id)
    key = address_key(address)
    others = select(func.count()).where(SavedAddress.user_id == user_id, SavedAddress.key != key)
    count = session.scalar(others) or 0
    if count >= MOST:
        raise AddressBookIsFull(most=MOST)
    has_default = session.scalar(
        select(SavedAddress.id).where(SavedAddress.user_id == user_id, SavedAddress.is_default)
    )
    used = {"used_at": now} if is_used else {}
    found = session.scalar(
        upsert(SavedAddress)
        .values(user_id=user_id, key=key, address=dict(address), is_default=has_default is None, created_at=now, **used)
        .on_conflict_do_update(index_elements=["user_id", "key"], set_={"key": key, **used})
        .returning(SavedAddress.id)
    )
    assert found is not None
    return found


def change_address(session: Session, user_id: UUID, address_id: UUID, address: Mapping[str, str]) -> None:
    """Orders that went there keep what was printed. Raises AddressNotFound, AddressKnown."""
    _stand_in_line(session, user_id)
    saved, key = lock_one(session, own_address(user_id, address_id), missing=AddressNotFound), address_key(address)
    same = select(SavedAddress.id).where(
        SavedAddress.user_id == user_id, SavedAddress.key == key, SavedAddress.id != saved.id
    )
    if session.scalar(same) is not None:
        raise AddressKnown
    saved.address, saved.key = dict(address), key


def make_default(session: Session, user_id: UUID, address_id: UUID) -> None:
    """Raises AddressNotFound."""
    _stand_in_line(session, user_id)
    saved = lock_one(session, own_address(user_id, address_id), missing=AddressNotFound)
    session.execute(
        update(SavedAddress).where(SavedAddress.user_id == user_id, SavedAddress.is_default).values(is_default=False)
    )
    session.execute(update(SavedAddress).where(SavedAddress.id == saved.id).values(is_default=True))


def delete_address(session: Session, user_id: UUID, address_id: UUID) -> None:
    """Twice is once. The one used last becomes the default where the default went."""
    _stand_in_line(session, user_id)
    gone = session.scalar(
        delete(SavedAddress)
        .where(SavedAddress.id == address_id, SavedAddress.user_id == user_id)
        .returning(SavedAddress.is_default)
    )
    if gone:
        heir = select(SavedAddress.id).where(SavedAddress.user_id == user_id)
        first = heir.order_by(SavedAddress.used_at.desc().nulls_last(), SavedAddress.id).limit(1).scalar_subquery()
        session.execute(update(SavedAddress).where(SavedAddress.id == first).values(is_default=True))


def forget_addresses(session: Session, user_id: UUID) -> None:
    """All of them."""
    session.execute(delete(SavedAddress).where(SavedAddress.user_id == user_id))


def _stand_in_line(session: Session, user_id: UUID) -> None:
    """One change of a book at a time, so that its default is one and its end is kept."""
    session.get_one(User, user_id, with_for_update={"key_share": True})
