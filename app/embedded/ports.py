"""TCP ports on this machine: which are free, and whether somebody answers."""

import contextlib
import secrets
import socket

LOOPBACK = "127.0.0.1"
NEIGHBORS = 20


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now; connections that are still closing do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
        return True


def any_free_port() -> int:
    """A port the system considers free; somebody else may still be faster to take it."""
    return any_free_ports(1)[0]


def any_free_ports(count: int, host: str = LOOPBACK) -> list[int]:
    """Several different ones."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((host, 0))
        return [probe.getsockname()[1] for probe in probes]


def hidden_address() -> tuple[str, int]:
    """Host and port that only this machine reaches and nobody finds by trying.

    Linux answers on all of 127.0.0.0/8: one of 2**24 hosts and some 28,000 ports. Elsewhere only 127.0.0.1 is there,
    and the port alone must be guessed.
    """
    host = "127." + ".".join(str(1 + secrets.randbelow(254)) for _ in range(3))
    try:
        return host, any_free_ports(1, host)[0]
    except OSError:
        return LOOPBACK, any_free_port()


def free_port_near(preferred: int) -> int:
    """The preferred port, else one of the next few, which people still recognize, else any."""
    for port in range(preferred, preferred + NEIGHBORS):
        if is_free(port):
            return port
    return any_free_port()


def answers(port: int) -> bool:
    """Whether somebody accepts connections on the port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
