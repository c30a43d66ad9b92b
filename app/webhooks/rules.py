"""What is told, how often it is tried, and which addresses may be asked."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit
from uuid import UUID

from app.credit.events import TermsMove
from app.errors import N_
from app.identity.rules.roles import APPROVER, OWNING
from app.orders.rules.status import FactKind
from app.webhooks.errors import NoKinds, TooManyEndpoints, UnusableAddress

VERSION = "1"
KEEPING = OWNING | {APPROVER}
"""Of a shop its owner, of a company that buys an approver: one organization has only one of the two."""
TEST, OUT_OF_STOCK = "test", "listing.out_of_stock"
OF_ORDERS: Mapping[FactKind, str] = {
    FactKind.PAID: "order.paid",
    FactKind.CANCELED: "order.canceled",
    FactKind.SHIPPED: "order.shipped",
    FactKind.DELIVERED: "order.delivered",
    FactKind.RECEIVED: "order.received",
    FactKind.DISPUTED: "order.disputed",
    FactKind.RESOLVED: "order.resolved",
    FactKind.LEG_RELEASED: "order.released",
    FactKind.MONEY_RETURNED: "order.refunded",
    FactKind.ON_TERMS: "order.on_terms",
    FactKind.DUE_MOVED: "order.due_moved",
    FactKind.SETTLED_OUTSIDE: "order.settled_outside",
    FactKind.OWED_AGAIN: "order.owed_again",
}
OWED = (FactKind.ON_TERMS, FactKind.DUE_MOVED, FactKind.OWED_AGAIN)
"""Told with the day to pay."""
DUE, OVERDUE = "order.due", "order.overdue"
OF_TERMS: Mapping[TermsMove, str] = {
    TermsMove.GIVEN: "terms.given",
    TermsMove.CHANGED: "terms.changed",
    TermsMove.WITHDRAWN: "terms.withdrawn",
}
KINDS: Mapping[str, str] = {
    "order.paid": N_("An order was paid"),
    "order.canceled": N_("An order was canceled"),
    "order.shipped": N_("An order was handed to the carrier"),
    "order.delivered": N_("An order was delivered"),
    "order.received": N_("The buyer confirmed an order"),
    "order.disputed": N_("The buyer reported a problem"),
    "order.resolved": N_("A dispute was decided"),
    "order.released": N_("Money of an order was released to you"),
    "order.refunded": N_("Money of an order is back with the buyer"),
    "order.on_terms": N_("An order was placed, to be paid later"),
    "order.due_moved": N_("The seller gave more time to pay"),
    DUE: N_("An order on terms is to be paid soon, or today"),
    OVERDUE: N_("An order on terms is overdue"),
    "order.settled_outside": N_("An order on terms was settled outside the market"),
    "order.owed_again": N_("A payment came to nothing and the order is owed again"),
    "terms.given": N_("A shop lets a company pay later"),
    "terms.changed": N_("A shop changed the terms of a company"),
    "terms.withdrawn": N_("A shop lets a company not pay later any more"),
    "rfq.received": N_("A buyer asks your shop for a quote"),
    "rfq.declined": N_("A shop sends no quote"),
    "quote.sent": N_("A shop sent a version of a quote"),
    "quote.countered": N_("The buyer asks for other terms than those of a quote"),
    "quote.accepted": N_("A quote was accepted"),
    "quote.declined": N_("Another quote was chosen, or the request was taken back"),
    "quote.withdrawn": N_("A shop took a quote back"),
    "quote.expired": N_("The time of a quote is over"),
    OUT_OF_STOCK: N_("A choice of your goods is sold out"),
}
OF_COMPANIES: Mapping[str, str] = {
    **{kind: words for kind, words in KINDS.items() if kind not in ("rfq.received", "quote.declined", OUT_OF_STOCK)},
    "order.released": N_("Money of an order was released to the seller"),
    "terms.given": N_("A shop lets your company pay later"),
    "terms.changed": N_("A shop changed the terms of your company"),
    "terms.withdrawn": N_("A shop lets your company not pay later any more"),
}
"""What a company that buys can be told, in its words."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""Between one try and the next, as Standard Webhooks advises: ten tries in three days."""
GIVEN_UP_AFTER = timedelta(days=3)
OVERLAP = timedelta(hours=24)
KEEP = timedelta(days=30)
MOST_ENDPOINTS = 10
LONGEST_ADDRESS, LONGEST_ANSWER = 500, 500
GONE = 410
_EMBEDDED = tuple(IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


def message_id(delivery_id: UUID) -> str:
    return f"msg_{delivery_id.hex}"


def secret_of(seed: str, endpoint_id: UUID, version: int) -> str:
    """What an endpoint's messages are signed with: derived, so that no copy of the database holds it."""
    key = hmac.digest(bytes.fromhex(seed), f"webhook:{endpoint_id}:{version}".encode(), "sha256")
    return "whsec_" + base64.b64encode(key).decode()


def next_try(attempts: int, now: datetime) -> datetime | None:
    """After so many tries that failed; None when it is given up."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def is_taken(status: int) -> bool:
    """Only a 2xx says so: who is led elsewhere has not taken it."""
    return 200 <= status < 300  # noqa: PLR2004 - the class of success


def is_given_up(failing_since: datetime, now: datetime) -> bool:
    """Nothing was taken for days: the address is not asked any more."""
    return now - failing_since >= GIVEN_UP_AFTER


def require_address(url: str, *, allows_inside: bool) -> None:
    """`allows_inside`: http and private addresses are allowed, for trying out. Raises UnusableAddress."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnusableAddress(field="url") from error
    schemes = {"https", "http"} if allows_inside else {"https"}
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_ADDRESS
    if not is_plain or parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise UnusableAddress(field="url")
    if port == 0:
        raise UnusableAddress(field="url")
    if not allows_inside and _is_inside(parts.hostname):
        raise UnusableAddress(field="url")


def require_kinds(kinds: tuple[str, ...]) -> None:
    if not kinds or not set(kinds) <= set(KINDS):
        raise NoKinds(field="kinds")


def require_room(count: int) -> None:
    if count >= MOST_ENDPOINTS:
        raise TooManyEndpoints(most=MOST_ENDPOINTS)


def is_public(address: str) -> bool:
    """Whether it is somebody's on the open internet: not this machine, not its network, not a way round into either."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return _is_open(ip.ipv4_mapped)
        if any(ip in net for net in _EMBEDDED):
            return False
    return _is_open(ip)


def _is_open(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


def _is_inside(host: str) -> bool:
    """A name is looked up when it is asked; a number tells at once."""
    try:
        return not is_public(host)
    except ValueError:
        return host.rstrip(".").endswith(("localhost", ".local", ".internal"))
