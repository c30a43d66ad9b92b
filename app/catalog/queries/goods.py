"""One listing, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Integer, bindparam, or_, select, true
from sqlalchemy.orm import Session, lazyload, selectinload

from app.catalog.errors import ListingNotFound
from app.catalog.models import Listing, ListingPicture, Variant, is_offered
from app.catalog.queries.private import on_sale_to
from app.catalog.rules.quantities import largest_quantity
from app.catalog.rules.samples import samples_left
from app.db.sql_files import read_statement
from app.identity.actor import Actor, market_role
from app.identity.models import Organization
from app.identity.rules.roles import OPERATOR
from app.identity.rules.shops import SHOWN
from app.money.amounts import Money, Rate
from app.pricing.queries import NO_OFFERS, Buyer, Offers
from app.pricing.rules.winning import ListOffer, price_steps

NEWEST, TOGETHER = 6, 4

# Of a limit that it cannot read PostgreSQL expects a tenth of all rows, and plans anew each time: a millisecond in a large shop.
_VERSION = read_statement(Path(__file__).parents[1] / "sql" / "goods_version.sql").bindparams(
    bindparam("newest", NEWEST, Integer, literal_execute=True),
    bindparam("together", TOGETHER, Integer, literal_execute=True),
)
_VARIANTS = (
    select(Variant)
    .where(Variant.listing_id == bindparam("listing_id"), is_offered())
    .order_by(Variant.position, Variant.id)
)


@dataclass(frozen=True)
class GoodsVersion:
    """Goods on show at this moment, by what their page is made from.

    `goods` is another one with every change of the listing, its seller, its category, the newest goods of the same shop
    or those bought together with it; `sending`, of the seller's ways of sending; `offered`, of what can be chosen, price
    and stock of each and the rate they are converted at. `number` names the listing.
    """

    number: int
    sending: str | None
    goods: str
    offered: str


@dataclass(frozen=True)
class Sample:
    """What a sample of a choice costs, and how many can be ordered just now by who has had none."""

    variant: Variant
    price: Money
    price_usd: Money
    largest: int


@dataclass(frozen=True)
class PriceRow:
    """What each costs from that quantity on; `list_name` of the price list that says so, else empty."""

    from_quantity: int
    price: Money
    price_usd: Money
    list_name: str = ""


@dataclass(frozen=True)
class Choice:
    """A variant with what it costs and how many can be asked for just now.

    `price` is of the smallest quantity for this buyer, `usual_usd` what others pay; `prices`, of larger quantities.
    """

    variant: Variant
    price: Money
    price_usd: Money
    largest: int
    prices: Sequence[PriceRow] = ()
    list_name: str = ""
    usual_usd: Money | None = None
    sample: Sample | None = None

    def at(self, quantity: int) -> PriceRow:
        """The price of each when that many are bought."""
        first = PriceRow(1, self.price, self.price_usd, self.list_name)
        return [first, *(row for row in self.prices if row.from_quantity <= quantity)][-1]

    @property
    def is_sold_out(self) -> bool:
        return self.largest == 0


def listing_shown(session: Session, actor: Actor, slug: str, buyer: Buyer | None = None) -> Listing:
    """A listing everybody may see, that is private to this `buyer` among others, or that the actor's own shop is preparing.

    Raises ListingNotFound. Two queries.

    The operator sees every one: a shop is approved after a look at what it is going to sell.
    """
    is_theirs = true() if market_role(actor, OPERATOR) else Listing.organization_id.in_(actor.organizations())
    query = (
        select(Listing)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(Listing.slug == slug, or_(on_sale_to(buyer) & Organization.status.in_(SHOWN), is_theirs))
        .options(lazyload(Listing.variants), selectinload(Listing.pictures).joinedload(ListingPicture.picture))
    )
    listing = session.execute(query).unique().scalar_one_or_none()
    if listing is None:
        raise ListingNotFound
    return listing


def variants_of(session: Session, listing_id: UUID) -> Sequence[Variant]:
    """What of a listing can be chosen, and the samples, in the seller's order, with price and stock of this moment."""
    return session.scalars(_VARIANTS, {"listing_id": listing_id}).all()


def goods_version(session: Session, slug: str) -> GoodsVersion | None:
    """Of goods that everybody may see; None of others. One query."""
    row = session.execute(_VERSION, {"slug": slug, "shown": list(SHOWN)}).one_or_none()
    return GoodsVersion(*row) if row else None


def choices(listing: Listing, variants: Sequence[Variant], rate: Rate, offers: Offers = NO_OFFERS) -> list[Choice]:
    """What each variant costs, and how many can be had. `rate` is that of the listing's currency, `offers` the buyer's."""
    samples = {variant.sample_of_id: _sample(listing, variant, rate) for variant in variants if variant.is_sample}
    return [
        _choice(listing, variant, rate, offers.get(variant.id, ()), samples.get(variant.id))
        for variant in variants
        if not variant.is_sample
    ]


def _sample(listing: Listing, variant: Variant, rate: Rate) -> Sample | None:
    price = Money(variant.price_minor, listing.currency)
    price_usd = rate.to_usd(price)
    most = samples_left(listing.sample_most, had=0, beside=0, available=variant.available)
    return Sample(variant, price, price_usd, most) if price_usd else None


def _choice(
    listing: Listing, variant: Variant, rate: Rate, offers: Sequence[ListOffer], sample: Sample | None
) -> Choice:
    usual = Money(variant.price_minor, listing.currency)
    (_start, first), *more = price_steps(usual, variant.tiers, offers, minimum=listing.min_quantity)
    return Choice(
        variant,
        first.price,
        rate.to_usd(first.price),
        largest_quantity(listing.min_quantity, listing.quantity_step, variant.available),
        [PriceRow(start, won.price, rate.to_usd(won.price), won.list_name) for start, won in more],
        first.list_name,
        rate.to_usd(usual),
        sample,
    )
