"""Other prices from a quantity on. The whole quantity is bought at the price it reaches, not only what is above."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.pricing.errors import UnusableTiers

MOST_TIERS = 10
LARGEST_FROM = 1_000_000


@dataclass(frozen=True, order=True)
class Tier:
    """From so many on, each costs `price_minor`, in minor units of the shop's currency."""

    from_quantity: int
    price_minor: int


def require_tiers(tiers: Sequence[Tier], *, minimum: int) -> None:
    """`minimum` is the smallest quantity sold, which has the usual price. Raises UnusableTiers."""
    starts = [tier.from_quantity for tier in tiers]
    fits = all(minimum < start <= LARGEST_FROM for start in starts) and all(tier.price_minor > 0 for tier in tiers)
    if not fits or len(set(starts)) < len(starts) or len(starts) > MOST_TIERS:
        raise UnusableTiers(field="tiers", minimum=minimum, most=MOST_TIERS)


def reached(price_minor: int, tiers: Iterable[Tier], quantity: int) -> int:
    """The price of each when `quantity` are bought: that of the last tier begun, else the usual one."""
    begun = [tier for tier in tiers if tier.from_quantity <= quantity]
    return max(begun).price_minor if begun else price_minor


def kept(tiers: Iterable[Tier]) -> list[Any]:
    """As a column keeps them, by quantity."""
    return [{"from": tier.from_quantity, "minor": tier.price_minor} for tier in sorted(tiers)]


def read_kept(column: Iterable[Mapping[str, int]]) -> tuple[Tier, ...]:
    """Back from the column."""
    return tuple(Tier(row["from"], row["minor"]) for row in column)
