"""Facts about exchange rates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RatesLoaded:
    """These currencies have a rate that may differ from the one before."""

    currencies: frozenset[str]
