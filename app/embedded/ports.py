"""TCP ports on this machine: which are free, and whether somebody answers."""

import secrets
import socket

LOOPBACK = "127.0.0.1"
NEIGHBORS = 20
FIRST_UNNAMED = 20_000
FIRST_OUTGOING = 32_768


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on the port now; connections that are still closing do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
        return True


def any_free_port() -> int:
    """A port the system considers free; somebody else may still be faster to take it."""
    return any_free_ports(1)[0]


def any_free_ports(count: int) -> list[int]:
    """Several different ones, which stay free while their server is away for a restart.

    They lie below 32768, where Linux begins to take ports for outgoing connections (`ip_local_port_range`): any program
    that opens one could take a port which the system itself had proposed.
    """
    found: list[int] = []
    while len(found) < count:
        port = FIRST_UNNAMED + secrets.randbelow(FIRST_OUTGOING - FIRST_UNNAMED)
        if port not in found and is_free(port):
            found.append(port)
    return found


def hidden_address() -> tuple[str, int]:
    """Host and port that only this machine reaches and nobody finds by trying.

    Linux answers on all of 127.0.0.0/8: one of 2**24 hosts and some 12,000 ports. Elsewhere only 127.0.0.1 is there,
    and the port alone must be guessed.
    """
    host = "127." + ".".join(str(1 + secrets.randbelow(254)) for _ in range(3))
    port = any_free_port()
    return (host if is_free(port, host) else LOOPBACK), port


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
