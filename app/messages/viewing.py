"""Who looks at a page of messages: the signed-in person, and the orders whose link this browser has opened."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Select

from app.identity.current import current_actor
from app.messages.parties import Party

Opened = Select[*tuple[Any]] | None
_KEY = "phsar.opened_orders"


def set_opened_orders(app: Flask, loader: Callable[[], Opened]) -> None:
    """`loader` selects the ids of the orders a link has opened in the browser that asks; None when there are none."""
    app.extensions[_KEY] = loader


def current_party() -> Party:
    return Party(current_actor(), current_app.extensions[_KEY]())
