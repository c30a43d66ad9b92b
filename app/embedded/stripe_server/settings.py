"""What the operator of the test server may choose when starting it."""

from dataclasses import dataclass
from pathlib import Path

API_VERSION = "2026-10-28.endive"
DAY = 86_400


@dataclass(frozen=True)
class Settings:
    """Amounts are minor units, times are seconds of the server's own clock."""

    state_file: Path
    api_key: str
    webhook_url: str | None = None
    webhook_secret: str | None = None
    webhook_events: tuple[str, ...] = ("*",)
    public_url: str | None = None
    settle_after: int = 2
    available_after: int = 2 * DAY
    fee_basis_points: int = 290
    fee_fixed_minor: int = 30
    dispute_fee_minor: int = 1500
    automatic_payouts: bool = True
    retry_base_seconds: float = 1.0
    retry_cap_seconds: float = 60.0
    delivery_timeout_seconds: float = 10.0

    def payment_fee_minor(self, amount_minor: int) -> int:
        """Stripe's list price for cards, rounded half up to the minor unit: percent of the amount plus a fixed part."""
        return (amount_minor * self.fee_basis_points + 5_000) // 10_000 + self.fee_fixed_minor
