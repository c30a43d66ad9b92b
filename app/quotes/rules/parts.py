"""Whether the money of what was agreed leaves escrow in parts: a deposit, a part when the goods leave, then the rest."""

from dataclasses import dataclass

from app.identity.rules.roles import PRIVATE_PERSON
from app.money.amounts import BPS, BPS_PER_PERCENT
from app.quotes.errors import UnusableParts

MOST_DEPOSIT_BPS = 5_000
MOST_BEFORE_ACCEPTANCE_BPS = 8_000
"""What is paid out cannot be held back in a dispute: a buyer always keeps a part that is worth disputing."""


@dataclass(frozen=True)
class PaymentParts:
    """Shares of the whole order in hundredths of a percent; the rest is due when the buyer accepts the goods."""

    deposit_bps: int = 0
    shipment_bps: int = 0

    def __bool__(self) -> bool:
        return bool(self.deposit_bps or self.shipment_bps)

    @property
    def rest_bps(self) -> int:
        return BPS - self.deposit_bps - self.shipment_bps


AT_ONCE = PaymentParts()


def require_parts(parts: PaymentParts) -> None:
    """Raises UnusableParts when the buyer would keep too little to dispute."""
    is_sane = 0 <= parts.deposit_bps <= MOST_DEPOSIT_BPS and parts.shipment_bps >= 0
    if not is_sane or parts.deposit_bps + parts.shipment_bps > MOST_BEFORE_ACCEPTANCE_BPS:
        raise UnusableParts(
            field="deposit",
            deposit=MOST_DEPOSIT_BPS // BPS_PER_PERCENT,
            before=MOST_BEFORE_ACCEPTANCE_BPS // BPS_PER_PERCENT,
        )


def require_parts_of(parts: PaymentParts, *, kind: str) -> None:
    """A private person sells one thing and sends it: no deposit is asked of a buyer. Raises UnusableParts."""
    require_parts(parts if kind != PRIVATE_PERSON or not parts else PaymentParts(BPS))
