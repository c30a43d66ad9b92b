"""Which of several prices is paid. One rule, the same on the page of goods, in the cart and at checkout.

1. The usual price is that of the tier the quantity reaches, else the variant's own.
2. Each price list of the buyer's groups makes an offer: its own price for the variant (with its own tiers), else its
   percentage off the usual price, rounded half to even to the minor unit and never below one.
3. A *fixed* list decides alone, also where its price is higher; of several fixed ones the lowest.
4. Otherwise the lowest of all is paid; on a tie the usual price, so that nothing is called special that is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.money.amounts import Money, percent_off
from app.pricing.rules.tiers import Tier, reached

USUAL, TIER, LIST = "usual", "tier", "list"


@dataclass(frozen=True)
class ListOffer:
    """What one price list says of one variant: a price of its own, else `off_bps` hundredths of a percent off."""

    list_id: UUID
    name: str
    is_fixed: bool
    off_bps: int = 0
    price_minor: int | None = None
    tiers: Sequence[Tier] = ()

    def price(self, usual: Money, quantity: int) -> Money:
        if self.price_minor is None:
            return percent_off(usual, self.off_bps)
        return Money(reached(self.price_minor, self.tiers, quantity), usual.currency)


@dataclass(frozen=True)
class Winning:
    """The price of each, and why: `kind` is USUAL, TIER or LIST; `list_name` of the list that won."""

    price: Money
    kind: str
    list_name: str = ""


def winning_price(price: Money, tiers: Sequence[Tier], offers: Sequence[ListOffer], quantity: int) -> Winning:
    """What each costs this buyer when `quantity` are bought. `price` is the variant's own."""
    usual = Money(reached(price.minor, tiers, quantity), price.currency)
    best = Winning(usual, TIER if any(tier.from_quantity <= quantity for tier in tiers) else USUAL)
    fixed = [offer for offer in offers if offer.is_fixed]
    listed = [Winning(offer.price(usual, quantity), LIST, offer.name) for offer in fixed or offers]
    cheapest = min(listed, key=lambda one: one.price.minor, default=best)
    return cheapest if fixed or cheapest.price < best.price else best


def price_steps(
    price: Money, tiers: Sequence[Tier], offers: Sequence[ListOffer], *, minimum: int
) -> list[tuple[int, Winning]]:
    """(from quantity, price) for every quantity at which the price becomes another one; the first is `minimum`."""
    steps: list[tuple[int, Winning]] = []
    for start in sorted({minimum, *_starts(tiers, offers)}):
        won = winning_price(price, tiers, offers, start)
        if start >= minimum and (not steps or steps[-1][1].price != won.price):
            steps.append((start, won))
    return steps


def _starts(tiers: Iterable[Tier], offers: Iterable[ListOffer]) -> set[int]:
    return {tier.from_quantity for tier in (*tiers, *(tier for offer in offers for tier in offer.tiers))}
