"""What the chain said, for the packages above. *Seen* follows the head and may be taken back; *final* never is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.ledger.entries import LogRef


@dataclass(frozen=True)
class LegSeen:
    """The state of an order's leg at the head changed: an inclusion, or a reorg that took one back. Units of the token."""

    order_id: UUID
    is_funded: bool
    amount: int
    released: int
    refunded: int
    is_disputed: bool


@dataclass(frozen=True)
class LegFundedFinal:
    order_id: UUID
    units: int
    tx_hash: bytes
    at: datetime


@dataclass(frozen=True)
class LegReleasedFinal:
    """`net` went to the seller, `fee` to the market; `reason`: confirmed, claimed, resolved, settled or timeout.

    `released`: what the leg has released so far, fee included. `log`: where it stands on chain.
    """

    order_id: UUID
    net: int
    fee: int
    remaining: int
    reason: str
    tx_hash: bytes
    at: datetime
    released: int
    log: LogRef


@dataclass(frozen=True)
class LegRefundedFinal:
    """`to_treasury`: the card must be given back `cents`; otherwise `units` are already in the buyer's wallet.

    `cents` are those this refund completes: parts of a cent wait for the next refund of the leg.
    """

    order_id: UUID
    units: int
    cents: int
    remaining: int
    reason: str
    to_treasury: bool
    tx_hash: bytes
    at: datetime


@dataclass(frozen=True)
class LegDisputedFinal:
    order_id: UUID
    at: datetime


@dataclass(frozen=True)
class EscrowUnfunded:
    """A card was charged, but the escrow's time to be funded passed: nothing can be deposited any more."""

    order_group_id: UUID
    at: datetime


@dataclass(frozen=True)
class TokensRedeemedFinal:
    """A seller's tokens were burned for a redemption."""

    redemption_id: UUID
    units: int
    at: datetime


@dataclass(frozen=True)
class TaxTokensMovedFinal:
    """Withheld tokens, or those of tax given back, are where they belong. `ref`: as `set_tax_aside` gave it."""

    ref: bytes
    at: datetime


@dataclass(frozen=True)
class TaxTokensBurnedFinal:
    """Withheld tokens were burned for a remittance."""

    remittance_id: UUID
    units: int
    at: datetime


@dataclass(frozen=True)
class IntentStuck:
    """The chain refused something for good; a person must look."""

    intent_id: UUID
    kind: str
    problem: str
