"""The lines behind the figures of a seller's money: each order, each journal."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.orm import Session

from app.payouts.errors import NoSuchRelease

_FOLDER = Path(__file__).with_name("sql")
SHOWN = 50
"""Lines on the page; the settlement report has all of them."""


@cache
def _statement(name: str) -> TextClause:
    return text((_FOLDER / f"{name}.sql").read_text("utf-8"))


def held_lines(session: Session, organization_id: UUID, *, size: int = SHOWN) -> Sequence[Row[Any]]:
    """Orders with money still in escrow, the next to be released first: number, units, is_disputed, auto_release_at."""
    return session.execute(_statement("held_lines"), {"organization_id": organization_id, "size": size}).all()


def movements(session: Session, organization_id: UUID, *, size: int = SHOWN) -> Sequence[Row[Any]]:
    """Releases, burnings and withheld tax, newest first, with the transaction each stands in; units signed, in positive."""
    return session.execute(_statement("movements"), {"organization_id": organization_id, "size": size}).all()


def order_number(session: Session, order_id: UUID) -> str:
    """How people know an order; its id where there is none of the name."""
    found = session.execute(text("SELECT number FROM orders WHERE id = :order_id"), {"order_id": order_id}).scalar()
    return str(found or order_id)


def order_called(session: Session, number: str) -> UUID:
    """The order that people call by this number, however spaced. Raises NoSuchRelease."""
    plain = "".join(number.split()).upper()
    found = session.execute(text("SELECT id FROM orders WHERE number = :number"), {"number": plain}).scalar()
    if not isinstance(found, UUID):
        raise NoSuchRelease(field="number")
    return found


def claim_lines(session: Session, organization_id: UUID, *, size: int = SHOWN) -> Sequence[Row[Any]]:
    """Orders that a buyer's bank took back after their release, the newest first: number, cents, left_cents, state."""
    return session.execute(_statement("claim_lines"), {"organization_id": organization_id, "size": size}).all()
