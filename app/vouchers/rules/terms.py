"""What a voucher promises, and whether it can be kept just now."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.money.amounts import Money, share_of
from app.vouchers.errors import (
    ImpossibleVoucher,
    ImpossibleVoucherDays,
    VoucherExpired,
    VoucherNeedsMore,
    VoucherNotForTheseGoods,
    VoucherNotYet,
    VoucherStopped,
    VoucherUsedByYou,
    VoucherUsedUp,
)

MOST_BPS = 9_000
MOST_USES = 1_000_000
MOST_SCOPES = 50


@dataclass(frozen=True)
class VoucherTerms:
    """As somebody asks for it. Amounts in the currency of who pays for it; None is no limit."""

    code: str
    currency: str
    percent_bps: int | None = None
    amount_minor: int | None = None
    minimum_minor: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    most_uses: int | None = None
    most_per_buyer: int | None = 1
    listing_ids: Collection[UUID] = ()
    category_ids: Collection[UUID] = ()


@dataclass(frozen=True)
class Offer:
    """A voucher as it stands for one cart. `organization_id` is None for the market's; `ends_at` is not within it."""

    id: UUID
    code: str
    organization_id: UUID | None
    percent_bps: int | None
    amount: Money | None
    minimum: Money
    starts_at: datetime
    ends_at: datetime | None
    is_stopped: bool = False
    is_used_up: bool = False
    is_used_by_buyer: bool = False
    listing_ids: Collection[UUID] = field(default_factory=frozenset)
    category_ids: Collection[UUID] = field(default_factory=frozenset)

    @property
    def is_for_all(self) -> bool:
        return not self.listing_ids and not self.category_ids

    def covers(self, listing_id: UUID, category_id: UUID | None) -> bool:
        return self.is_for_all or listing_id in self.listing_ids or category_id in self.category_ids

    def discount_of(self, goods: Money) -> Money:
        """What it takes off goods that it covers; never more than they cost."""
        if self.percent_bps is not None:
            return share_of(goods, self.percent_bps)
        assert self.amount is not None
        return min(self.amount, goods)


@dataclass(frozen=True)
class VoucherUse:
    """One voucher on one checkout; `cents` is what it took off."""

    voucher_id: UUID
    cents: int


def require_usable(offer: Offer, goods: Money, now: datetime) -> None:
    """`goods` is what the covered goods cost. Raises one kind of VoucherRefused, the most final reason first."""
    named = {"field": "code", "code": offer.code}
    if offer.is_stopped:
        raise VoucherStopped(**named)
    if offer.ends_at is not None and now >= offer.ends_at:
        raise VoucherExpired(**named, day=offer.ends_at)
    if now < offer.starts_at:
        raise VoucherNotYet(**named, day=offer.starts_at)
    if offer.is_used_up:
        raise VoucherUsedUp(**named)
    if offer.is_used_by_buyer:
        raise VoucherUsedByYou(**named)
    if not goods:
        raise VoucherNotForTheseGoods(**named)
    if goods < offer.minimum:
        raise VoucherNeedsMore(**named, minimum=offer.minimum, goods=goods)


def require_possible(terms: VoucherTerms, now: datetime) -> None:
    """Raises ImpossibleVoucher, ImpossibleVoucherDays."""
    if (terms.percent_bps is None) == (terms.amount_minor is None):
        raise ImpossibleVoucher(field="percent")
    if terms.percent_bps is not None and not 0 < terms.percent_bps <= MOST_BPS:
        raise ImpossibleVoucher(field="percent")
    if terms.amount_minor is not None and terms.amount_minor <= 0:
        raise ImpossibleVoucher(field="amount")
    begins = terms.starts_at or now
    if terms.ends_at is not None and (terms.ends_at <= begins or terms.ends_at <= now):
        raise ImpossibleVoucherDays(field="last_day")
