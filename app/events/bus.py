"""Publishing facts. Handlers run at once, in order, in the publisher's transaction; an exception undoes all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

Subscribers = Mapping[type, Sequence[Callable[[Session, Any], None]]]
_subscribers: dict[type, tuple[Callable[[Session, Any], None], ...]] = {}


def install(subscribers: Subscribers) -> None:
    """Replace the table of who reacts to what. Called once, by `app.reactions`."""
    _subscribers.clear()
    _subscribers.update({event: tuple(handlers) for event, handlers in subscribers.items()})


def publish(session: Session, event: object) -> None:
    """Tell every subscriber of the event's type."""
    for handler in _subscribers.get(type(event), ()):
        handler(session, event)
