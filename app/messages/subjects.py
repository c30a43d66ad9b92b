"""What only `app.orders` knows of the order a thread is about; `app.reactions` installs it when a process starts."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.types import Uuid

NO_ORDERS: Select[*tuple[Any]] = select(true().cast(Uuid)).where(~true())
_running: list[Select[*tuple[UUID]]] = []


def install_running(order_ids: Select[*tuple[UUID]]) -> None:
    """`order_ids` selects the orders that are paid and not settled: about these, both sides may always write."""
    _running[:] = [order_ids]


def running_orders() -> Select[*tuple[UUID]]:
    """Raises IndexError in a process that did not start through `app.reactions`."""
    return _running[0]
