"""Pure settlement rules: terms, references, and what a leg's logs add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from eth_utils.crypto import keccak

REASONS = ("confirmed", "claimed", "returned", "unshipped", "resolved", "settled", "timeout")
SIGNATURE_BYTES = 65
MINT_BEYOND_RESERVE = "minting would exceed the reserve"
"""Why an intent waits; it goes by itself when the reserve grew."""
FLOAT_TOO_SMALL = "the float does not hold it"
"""As the one above: who resells tokens has to buy some."""
GRACE = timedelta(days=2)
LATEST = 2**256 - 1  # the last second a contract can count


@dataclass(frozen=True)
class LegPlan:
    """One order to be put in escrow; `cents` are US cents.

    `through_market`: the seller is paid to the market-held address even with an own wallet, because tax is withheld.
    """

    order_id: UUID
    organization_id: UUID
    cents: int
    fee_bps: int
    ship_by: datetime
    auto_release_at: datetime
    through_market: bool = False


def unsent_until(ship_by: datetime, auto_release_at: datetime) -> datetime:
    """How long goods may be late before their money goes back by itself (DESIGN §6: unshipped after `shipBy`, refunded).

    The seller has two days to ship after all, or the buyer to say something; but never more than half of the time to
    `auto_release_at`, after which the contract takes no cancellation any more.
    """
    return ship_by + min(GRACE, (auto_release_at - ship_by) / 2)


@dataclass(frozen=True)
class LegFact:
    """One log about a leg: `funded`, `released`, `refunded` or `disputed`, with its base units."""

    kind: str
    units: int = 0


@dataclass(frozen=True)
class LegTotals:
    """What the logs of a leg add up to, in base units. Released includes the fee."""

    is_funded: bool = False
    released: int = 0
    refunded: int = 0
    is_disputed: bool = False


def leg_totals(facts: Iterable[LegFact]) -> LegTotals:
    """The state of a leg from its logs in order: the same logs give the same state, so a rollback is a recount."""
    funded, disputed, released, refunded = False, False, 0, 0
    for fact in facts:
        if fact.kind == "funded":
            funded = True
        elif fact.kind == "released":
            released += fact.units
        elif fact.kind == "refunded":
            refunded += fact.units
        elif fact.kind == "disputed":
            disputed = True
    return LegTotals(funded, released, refunded, disputed)


def id_on_chain(identifier: UUID) -> bytes:
    """A UUID as bytes32, right-aligned."""
    return bytes(16) + identifier.bytes


def id_from_chain(value: bytes) -> UUID | None:
    """The UUID in a bytes32, or None when it is not one of ours."""
    return UUID(bytes=value[16:]) if value[:16] == bytes(16) else None


def reference(kind: str, identifier: UUID) -> bytes:
    """The 32-byte reference that makes a mint or burn happen once on chain."""
    return bytes(keccak(text=f"phsar:{kind}:{identifier}"))
