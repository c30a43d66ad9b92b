"""Whether a connection from the pool still has a server at its other end, asked without a round trip."""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

LONG_IDLE_SECONDS = 30  # after that long, a firewall in between may have forgotten the connection and told nobody
_CLOSED_OR_SAYS_SOMETHING = select.POLLIN | select.POLLHUP | select.POLLERR


def check_when_taken(engine: Engine) -> None:
    """Replace dead connections when they are taken from the pool, and with them all others that are as old.

    A server that ends says goodbye or closes the socket: either makes it readable, which the kernel answers in
    microseconds. Only one that lay idle for long is asked by a statement, as `pool_pre_ping` does each time.
    """

    @event.listens_for(engine, "checkin")
    def note_time(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def require_alive(connection: Any, record: Any, _proxy: Any) -> None:
        idle_since = record.info.get("idle_since")
        if idle_since is None:  # new
            return
        if connection.closed or _is_readable(connection.fileno()):
            raise InvalidatePoolError
        if time.monotonic() - idle_since > LONG_IDLE_SECONDS and not _answers(engine, connection):
            raise InvalidatePoolError


def _is_readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, _CLOSED_OR_SAYS_SOMETHING)
    return bool(poll.poll(0))


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return bool(engine.dialect.do_ping(connection))
    except engine.dialect.loaded_dbapi.Error:
        return False
