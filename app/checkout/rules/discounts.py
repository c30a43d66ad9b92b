"""Vouchers on a cart: what each takes off which line, exactly, and always leaving a cent to pay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.checkout.rules.priced_cart import CartItem, PricedCart, PricedSeller, total_usd
from app.money.amounts import Money, Rate, shares_of, usd
from app.vouchers.errors import VoucherNotForTheseGoods, VoucherRefused
from app.vouchers.rules.terms import Offer, require_usable


@dataclass(frozen=True)
class CartVoucher:
    """A voucher in a cart and what it takes off, or why it takes off nothing. `organization_id` None is the market's."""

    id: UUID
    code: str
    organization_id: UUID | None
    off: Money
    refusal: VoucherRefused | None = None

    @property
    def applies(self) -> bool:
        return self.refusal is None and bool(self.off)


class Offers:
    """The vouchers of one cart while it is priced: at most one of each seller and one of the market's."""

    def __init__(self, offers: Sequence[Offer], now: datetime) -> None:
        self._now = now
        self._waiting = {offer.organization_id: offer for offer in offers}
        self._said: list[CartVoucher] = []

    def lower(
        self, shop: UUID, items: Sequence[CartItem], rate: Rate, shipping: Money
    ) -> tuple[Sequence[CartItem], str | None]:
        """The shop's lines, lowered if it has a voucher here that can be used; and that voucher's code."""
        offer = self._waiting.pop(shop, None)
        if offer is None:
            return items, None
        try:
            lowered = less_by_seller(items, offer, rate, shipping, self._now)
        except VoucherRefused as refusal:
            self._said.append(refused(offer, refusal))
            return items, None
        off = usd(sum(item.line.discount_cents for item in lowered))
        self._said.append(CartVoucher(offer.id, offer.code, shop, off))
        return lowered, offer.code if off else None

    def cart(self, sellers: Sequence[PricedSeller], country: str) -> PricedCart:
        """With the market's voucher on top, and a word on every voucher."""
        markets = self._waiting.pop(None, None)
        if markets is not None:
            try:
                sellers = less_by_market(sellers, markets, self._now)
            except VoucherRefused as refusal:
                self._said.append(refused(markets, refusal))
            else:
                off = total_usd(one.market_usd for one in sellers)
                self._said.append(CartVoucher(markets.id, markets.code, None, off))
        return PricedCart(sellers, country, (*self._said, *map(not_here, self._waiting.values())))


def refused(offer: Offer, refusal: VoucherRefused) -> CartVoucher:
    return CartVoucher(offer.id, offer.code, offer.organization_id, usd(0), refusal)


def not_here(offer: Offer) -> CartVoucher:
    """Its shop has nothing in the cart any more."""
    return refused(offer, VoucherNotForTheseGoods(field="code", code=offer.code))


def less_by_seller(
    items: Sequence[CartItem], offer: Offer, rate: Rate, shipping: Money, now: datetime
) -> Sequence[CartItem]:
    """The lines of one seller with its voucher's share on each; `shipping` in US dollars. Raises VoucherRefused.

    The discount is split in the seller's currency and each lowered line is converted as a whole, as it was without one.
    """
    weights = [item.line.total.minor if _lowers(offer, item) else 0 for item in items]
    goods = Money(sum(weights), rate.currency)
    require_usable(offer, goods, now)
    shares = shares_of(offer.discount_of(goods).minor, weights)
    lowered = [_lowered(item, share, rate) for item, share in zip(items, shares, strict=True)]
    if total_usd(item.line.net_usd for item in lowered) + shipping:
        return lowered
    dearest = max(range(len(items)), key=lambda index: shares[index])
    least = rate.least_paid
    lowered[dearest] = _lowered(items[dearest], items[dearest].line.total.minor - least.minor, rate)
    return lowered


def _lowers(offer: Offer, item: CartItem) -> bool:
    """Samples have a price of their own, and no voucher lowers it."""
    return not item.line.is_sample and offer.covers(item.line.listing_id, item.category_id)


def _lowered(item: CartItem, share: int, rate: Rate) -> CartItem:
    line = item.line
    rest = rate.to_usd(Money(line.total.minor - share, rate.currency))
    return replace(item, line=replace(line, discount_minor=share, discount_cents=line.usd.minor - rest.minor))


def less_by_market(sellers: Sequence[PricedSeller], offer: Offer, now: datetime) -> list[PricedSeller]:
    """Every seller gets its price; the buyer pays less, and of each order at least one cent. Raises VoucherRefused."""
    lines = [(one, item) for one in sellers for item in one.items]
    weights = [item.line.net_usd.minor if _lowers(offer, item) else 0 for _, item in lines]
    goods = usd(sum(weights))
    require_usable(offer, goods, now)
    shares = shares_of(offer.discount_of(goods).minor, weights)
    found, start = [], 0
    for one in sellers:
        own = shares[start : start + len(one.items)]
        start += len(one.items)
        kept = _capped(own, one.total_usd.minor - 1)
        items = [
            replace(item, line=replace(item.line, market_cents=share))
            for item, share in zip(one.items, kept, strict=True)
        ]
        found.append(replace(one, items=items, market_voucher_code=offer.code if sum(kept) else None))
    return found


def _capped(shares: Sequence[int], most: int) -> list[int]:
    """Together at most `most`: the largest share gives way first."""
    kept, over = list(shares), sum(shares) - max(most, 0)
    for index in sorted(range(len(kept)), key=lambda index: -kept[index]):
        if over <= 0:
            break
        cut = min(over, kept[index])
        kept[index] -= cut
        over -= cut
    return kept
