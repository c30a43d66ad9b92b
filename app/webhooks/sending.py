"""Asking an address that a stranger chose: only on the open internet, for a short time, never led elsewhere.

The name is looked up once and the connection goes to just the address that was judged, so that a name which answers
differently the second time (DNS rebinding) gains nothing. Redirects are not followed: their answer is the answer.
"""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from urllib.parse import urlsplit

from app.webhooks.actions.deliver import Outcome
from app.webhooks.errors import NotDelivered
from app.webhooks.rules import LONGEST_ANSWER, is_public

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 15.0
_TLS = ssl.create_default_context()


def post(url: str, body: bytes, headers: Mapping[str, str], *, allows_inside: bool) -> Outcome:
    """What the address answered, or why there is no answer."""
    try:
        return _post(url, body, headers, allows_inside=allows_inside)
    except NotDelivered as refusal:
        return Outcome(None, str(refusal))
    except TimeoutError:
        return Outcome(None, "no answer in time")
    except ssl.SSLError as error:
        return Outcome(None, f"no safe connection: {error.reason or 'certificate not accepted'}")
    except (OSError, HTTPException, ValueError) as error:
        return Outcome(None, f"no answer: {type(error).__name__}")


def _post(url: str, body: bytes, headers: Mapping[str, str], *, allows_inside: bool) -> Outcome:
    parts = urlsplit(url)
    is_safe = parts.scheme == "https"
    if not is_safe and not allows_inside:
        raise NotDelivered("only https addresses are asked")
    host, port = parts.hostname or "", parts.port or (443 if is_safe else 80)
    connection = (HTTPSConnection if is_safe else HTTPConnection)(host, port, timeout=CONNECT_SECONDS)
    connection.auto_open = 0  # it never looks the name up by itself
    connection.sock = _connected(host, port, allows_inside=allows_inside)
    is_over = Event()
    ending = Timer(
        TOTAL_SECONDS, _end, [connection, is_over]
    )  # a socket's time-out is of each wait; this one is of the whole
    ending.daemon = True
    ending.start()
    try:
        if is_safe:
            connection.sock = _TLS.wrap_socket(connection.sock, server_hostname=host, do_handshake_on_connect=False)
            connection.sock.do_handshake()
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        answer = connection.getresponse()
        text = answer.read(LONGEST_ANSWER).decode("utf-8", "replace").replace("\x00", "")
        if is_over.is_set():  # what came until then reads like an answer that is whole
            raise TimeoutError
        return Outcome(answer.status, text)
    finally:
        ending.cancel()
        connection.close()


def _connected(host: str, port: int, *, allows_inside: bool) -> socket.socket:
    """To one of the addresses of the name, all of which were judged. Raises NotDelivered."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotDelivered("the name of the address is not known") from error
    if not allows_inside and not all(is_public(str(place[0])) for *_kind, place in found):
        raise NotDelivered("the address is not on the open internet")
    problem: OSError | None = None
    for family, kind, protocol, _name, place in found[:4]:
        plain = socket.socket(family, kind, protocol)
        plain.settimeout(CONNECT_SECONDS)
        try:
            plain.connect(place)
        except OSError as error:
            problem = error
            plain.close()
        else:
            return plain
    raise problem or NotDelivered("the name of the address is not known")


def _end(connection: HTTPConnection, is_over: Event) -> None:
    is_over.set()
    with suppress(OSError, ValueError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
