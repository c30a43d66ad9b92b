"""Pricing carts live. The number of queries does not depend on what is in the cart."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from app.catalog.models import Category, Listing, Variant
from app.catalog.queries.offers import offers_for
from app.catalog.queries.private import private_seen
from app.checkout.models import Cart, CartLine
from app.checkout.queries.carts import held_by_cart, held_of, is_address_of_shop, is_of_shop
from app.checkout.queries.seller import Fixed, Live, Own, Samples, limit_currency, priced_seller
from app.checkout.rules.discounts import Offers
from app.checkout.rules.priced_cart import PricedCart, own_address, own_goods
from app.db.together import at_once
from app.fx.queries import rates_of
from app.identity.models import Organization
from app.orders.rules.samples import SampleBuyer, counted
from app.orders.sample_queries import samples_of
from app.pricing.queries import Buyer
from app.quotes.models import Deal, DealLine
from app.quotes.rules.freight import Freight
from app.quotes.rules.parts import PaymentParts
from app.shipping.models import ShippingRate
from app.vouchers.queries import VoucherWish, offers
from app.withholding.queries import SUPPLY_SPANS, supplied
from app.withholding.rules import Supplied

_OWNER = func.coalesce(Cart.user_id, Cart.kept_for)
_EMAIL = Cart.draft["contact"]["email"].astext

# Made once: a checkout asks these of every page, and putting them together takes longer than PostgreSQL's answer.
_LINES = (
    select(
        CartLine,
        DealLine.price_minor,
        Deal.deposit_bps,
        Deal.shipment_bps,
        Deal.id.label("deal_id"),
        Deal.freight_minor,
        Deal.freight_days,
        Deal.freight_country,
        Deal.incoterm,
        Deal.incoterm_place,
        _OWNER.label("buyer_id"),
        Cart.company_id,
        is_of_shop(_OWNER, Listing.organization_id).label("is_own"),
        _EMAIL.label("email"),
        (_OWNER.is_(None) & is_address_of_shop(_EMAIL, Listing.organization_id)).label("is_own_address"),
        SUPPLY_SPANS.label("supply"),
    )
    .join(Cart, Cart.id == CartLine.cart_id)
    .outerjoin(Deal, Deal.id == Cart.deal_id)
    .outerjoin(DealLine, (DealLine.deal_id == Cart.deal_id) & (DealLine.variant_id == CartLine.variant_id))
    .join(CartLine.variant)
    .join(Variant.listing)
    .options(
        contains_eager(CartLine.variant).options(
            contains_eager(Variant.listing).options(
                joinedload(Listing.organization, innerjoin=True),
                joinedload(Listing.category, innerjoin=True).lazyload(Category.picture),
                joinedload(Listing.picture),
                lazyload(Listing.variants),
            )
        )
    )
    .where(CartLine.cart_id == bindparam("cart_id"))
    .order_by(CartLine.added_at, CartLine.id)
    .execution_options(populate_existing=True)
)
_SHIPPING = (
    select(ShippingRate)
    .where(ShippingRate.organization_id.in_(bindparam("shops", expanding=True)))
    .order_by(ShippingRate.position, ShippingRate.id)
)


@dataclass(frozen=True)
class Contents:
    """What is in a cart. `agreed`: its lines in their order, with the price of one that a deal has fixed, in minor units.

    `buyer`: whose prices count. `fixed`: what else the deal fixes. `taster`: whose samples they are. `own`: which of the
    shops are the buyer's own, and what is said there. `supply`: as in `Live`.
    """

    agreed: Mapping[CartLine, int | None]
    buyer: Buyer | None = None
    fixed: Fixed = field(default_factory=Fixed)
    taster: SampleBuyer = field(default_factory=SampleBuyer)
    own: Own = field(default_factory=dict)
    supply: Supplied = field(default_factory=Supplied)


def priced_cart(
    session: Session,
    cart_id: UUID,
    *,
    country: str,
    chosen: Mapping[UUID, UUID],
    today: date,
    vouchers: VoucherWish | None = None,
    for_order: bool = False,
) -> PricedCart:
    """Every line at its present price and rate, grouped by seller, with what stands in the way.

    `chosen` is a shipping rate per seller; without one the seller's first. `vouchers` are those its owner put in.
    `for_order` locks the variants in id order, then the vouchers, so that what is priced is what is then taken;
    whoever closes or suspends one of the shops waits until it is.
    """
    found = _contents(session, cart_id, country, for_order=for_order)
    lines = list(found.agreed)
    samples = counted((line.variant.listing_id, line.quantity) for line in lines if line.variant.is_sample)
    held, had = _held_and_had(session, cart_id, found.taster, samples)
    live = Live(
        held=held,
        offers=offers_for(session, found.buyer, [line.variant_id for line in lines]),
        seen=private_seen(session, found.buyer, [line.variant.listing for line in lines]),
        agreed=found.agreed,
        fixed=found.fixed,
        samples=Samples(samples, had),
        own=found.own,
        supply=found.supply,
    )
    shops = {shop.id: shop.currency for shop in (line.variant.listing.organization for line in lines)}
    rates = rates_of(session, {*shops.values(), *limit_currency(found.supply, country, today)})
    shipping = _shipping(session, shops)
    by_shop: dict[UUID, list[CartLine]] = defaultdict(list)
    for line in lines:
        by_shop[line.variant.listing.organization_id].append(line)
    is_deal = any(price is not None for price in found.agreed.values())
    wish = None if is_deal else vouchers  # what was agreed on is not lowered again
    offered = Offers(offers(session, wish, cart_id, for_order=for_order), wish.now) if wish else None
    sellers = [
        priced_seller(
            shop_lines,
            shipping[shop],
            rates,
            live,
            country=country,
            chosen=chosen.get(shop),
            today=today,
            offered=offered,
        )
        for shop, shop_lines in by_shop.items()
    ]
    return offered.cart(sellers, country) if offered else PricedCart(sellers, country, is_agreed=is_deal)


def _contents(session: Session, cart_id: UUID, country: str, *, for_order: bool) -> Contents:
    if for_order:
        in_cart = select(CartLine.variant_id).where(CartLine.cart_id == cart_id)
        held = (
            select(Variant.id)
            .join(Listing, Listing.id == Variant.listing_id)
            .join(Organization, Organization.id == Listing.organization_id)
            .where(Variant.id.in_(in_cart))
            .order_by(Variant.id)
            .with_for_update(key_share=True, of=Variant)
            .suffix_with("FOR SHARE OF organizations")
        )
        session.execute(held)
    rows = session.execute(_LINES, {"cart_id": cart_id, "supply_country": country}).unique().all()
    if not rows:
        return Contents({})
    first = rows[0]
    return Contents(
        agreed={row.CartLine: row.price_minor for row in rows},
        buyer=Buyer(first.buyer_id, first.company_id) if first.buyer_id else None,
        fixed=_fixed(first),
        taster=SampleBuyer(first.buyer_id, first.company_id, first.email or "", is_for_chosen=first.company_id is None),
        own={
            row.CartLine.variant.listing.organization_id: own_address if row.is_own_address else own_goods
            for row in rows
            if row.is_own or row.is_own_address
        },
        supply=supplied(first.supply),
    )


def _held_and_had(
    session: Session, cart_id: UUID, taster: SampleBuyer, samples: Collection[UUID]
) -> tuple[Mapping[UUID, int], Mapping[UUID, int]]:
    """Units by variant that the cart itself holds, and by listing the samples its buyer has had."""
    if not samples:
        return held_by_cart(session, cart_id), {}
    held, had = at_once(session, held_of(cart_id), samples_of(taster, samples, but_cart=cart_id))
    return dict(held), dict(had)


def _fixed(row: Any) -> Fixed:
    if row.deal_id is None:
        return Fixed()
    freight = None
    if row.freight_minor is not None:
        freight = Freight(row.freight_minor, row.freight_days, row.freight_country, row.incoterm, row.incoterm_place)
    return Fixed(row.deal_id, PaymentParts(row.deposit_bps, row.shipment_bps), freight)


def _shipping(session: Session, shops: Collection[UUID]) -> dict[UUID, list[ShippingRate]]:
    found: dict[UUID, list[ShippingRate]] = defaultdict(list)
    for rate in session.scalars(_SHIPPING, {"shops": list(shops)}):
        found[rate.organization_id].append(rate)
    return found
