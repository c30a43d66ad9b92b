"""A port that belongs to somebody else."""

import contextlib
import socket
from collections.abc import Iterator


@contextlib.contextmanager
def occupied_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
