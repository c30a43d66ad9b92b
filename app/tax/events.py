"""Facts about tax presets."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TaxRateEnded:
    """The last known rate of a country ended on `ended_on`, and it is still being used."""

    country: str
    name: str
    rate_bps: int
    ended_on: date
