"""Reading carts, and pricing them live. The number of queries does not depend on what is in the cart."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from app.catalog.errors import QuantityNotInSteps, QuantityTooSmall, TooFewLeft
from app.catalog.models import Category, Listing, StockReservation, Variant
from app.catalog.queries.offers import offers_for
from app.catalog.queries.private import private_seen
from app.catalog.rules.listings import ON_SALE
from app.catalog.rules.quantities import largest_quantity, require_quantity
from app.checkout.models import ApprovalRequest, Cart, CartLine
from app.checkout.rules.discounts import Offers
from app.checkout.rules.priced_cart import (
    CartItem,
    PricedCart,
    PricedSeller,
    Problem,
    Seller,
    closed_for_now,
    not_on_sale,
    off_the_market,
    problem_of,
    worth_nothing,
)
from app.db.paging import Page, fetch_page
from app.fx.queries import rates_of
from app.fx.rules import DatedRate
from app.identity.actor import Actor
from app.identity.models import Organization, User
from app.identity.rules.roles import APPROVER, BUYING_ROLES
from app.identity.rules.shops import SHOWN
from app.money.amounts import Money, usd
from app.orders.models import OrderGroup
from app.orders.rules.pricing import QUOTED, PricedLine, PricedShipping, PricedTax, price_line
from app.pricing.queries import Buyer
from app.pricing.queries import Offers as ListOffers
from app.pricing.rules.winning import LIST, Winning, winning_price
from app.quotes.models import Deal, DealLine
from app.quotes.rules.freight import Freight
from app.quotes.rules.parts import AT_ONCE, PaymentParts
from app.shipping.models import ShippingRate
from app.shipping.rules import Load, methods_to
from app.shipping.rules import offered as offered_ways
from app.tax.queries import tax_lines
from app.vouchers.queries import VoucherWish, buyer_key, offers

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
        func.coalesce(Cart.user_id, Cart.kept_for).label("buyer_id"),
        Cart.company_id,
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
_HELD = (
    select(StockReservation.variant_id, func.sum(StockReservation.quantity))
    .join(OrderGroup, OrderGroup.id == StockReservation.order_group_id)
    .where(
        OrderGroup.cart_id == bindparam("cart_id"),
        OrderGroup.state == "pending_payment",
        OrderGroup.authorized_at.is_(None),
        StockReservation.state == "held",
    )
    .group_by(StockReservation.variant_id)
)
_SHIPPING = (
    select(ShippingRate)
    .where(ShippingRate.organization_id.in_(bindparam("shops", expanding=True)))
    .order_by(ShippingRate.position, ShippingRate.id)
)


@dataclass(frozen=True)
class Fixed:
    """What a deal fixes besides goods and prices; without a `freight` the shop's own ways of sending count."""

    deal_id: UUID | None = None
    parts: PaymentParts = AT_ONCE
    freight: Freight | None = None


@dataclass(frozen=True)
class Live:
    """What of this moment the lines need: units held by the cart itself, the buyer's offers, private goods they see.

    `agreed`: the price of one that a deal has fixed, in minor units; `fixed`, how it is paid out and sent.
    """

    held: Mapping[UUID, int]
    offers: ListOffers
    seen: Collection[UUID]
    agreed: Mapping[CartLine, int | None]
    fixed: Fixed


def cart_of(session: Session, *, token: str | None, user_id: UUID | None) -> Cart | None:
    """The account's cart, else the one this browser's cookie names; a cart of another account is nobody's."""
    found = _cart_of(token, user_id)
    return session.scalars(found.options(lazyload(Cart.lines))).one_or_none() if found is not None else None


def cart_of_deal(session: Session, deal_id: UUID, user_id: UUID | None) -> Cart | None:
    """The cart made for the deal, for the buyer who agreed on it and nobody else."""
    found = select(Cart).where(Cart.deal_id == deal_id, Cart.user_id == user_id).options(lazyload(Cart.lines))
    return session.scalars(found).one_or_none()


def _cart_of(token: str | None, user_id: UUID | None) -> Select[Cart] | None:
    ways = [Cart.user_id == user_id] if user_id else []
    if token:
        ways.append((Cart.token == token) & Cart.user_id.is_(None))
    if not ways:
        return None
    return (
        select(Cart)
        .where(or_(*ways), Cart.deal_id.is_(None))
        .order_by(Cart.user_id.is_(None), Cart.created_at, Cart.id)
        .limit(1)
    )


def count_lines(session: Session, *, token: str | None, user_id: UUID | None) -> int:
    """For the header: how many different goods are in the cart."""
    found = _cart_of(token, user_id)
    if found is None:
        return 0
    cart_id = found.with_only_columns(Cart.id).scalar_subquery()
    return int(session.scalars(select(func.count()).where(CartLine.cart_id == cart_id)).one())


def lines_in_cart(user_id: Any) -> ScalarSelect[Any]:
    """As `count_lines`, of an account: part of a query that reads the person anyway. NULL for who has no cart."""
    lines = select(func.count()).where(CartLine.cart_id == Cart.id).correlate(Cart).scalar_subquery()
    cart = select(lines).select_from(Cart).where(Cart.user_id == user_id, Cart.deal_id.is_(None))
    return cart.order_by(Cart.created_at, Cart.id).limit(1).correlate_except(Cart).scalar_subquery()


def voucher_wish(
    cart: Cart, *, user_id: UUID | None, email: str | None, now: datetime, even_if_empty: bool = False
) -> VoucherWish | None:
    """The vouchers of a cart for who is known to buy; None, and nothing is asked, for a cart without any."""
    if not cart.voucher_ids and not even_if_empty:
        return None
    return VoucherWish(cart.voucher_ids, now, buyer_key(user_id=user_id, email=email))


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
    agreed, buyer, fixed = _lines(session, cart_id, for_order=for_order)
    lines = list(agreed)
    listed = offers_for(session, buyer, [line.variant_id for line in lines])
    seen = private_seen(session, buyer, [line.variant.listing for line in lines])
    live = Live(held_by_cart(session, cart_id), listed, seen, agreed, fixed)
    shops = {shop.id: shop.currency for shop in (line.variant.listing.organization for line in lines)}
    rates = rates_of(session, shops.values())
    shipping = _shipping(session, shops)
    by_shop: dict[UUID, list[CartLine]] = defaultdict(list)
    for line in lines:
        by_shop[line.variant.listing.organization_id].append(line)
    is_deal = any(price is not None for price in agreed.values())
    wish = None if is_deal else vouchers  # what was agreed on is not lowered again
    offered = Offers(offers(session, wish, cart_id, for_order=for_order), wish.now) if wish else None
    sellers = [
        _seller(
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
    return offered.cart(sellers, country) if offered else PricedCart(sellers, country)


def _lines(
    session: Session, cart_id: UUID, *, for_order: bool
) -> tuple[dict[CartLine, int | None], Buyer | None, Fixed]:
    """The lines in their order, each with the price of one that a deal has fixed, in minor units; whose prices count, and what else is fixed."""
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
    rows = session.execute(_LINES, {"cart_id": cart_id}).unique().all()
    buyer = Buyer(rows[0].buyer_id, rows[0].company_id) if rows and rows[0].buyer_id else None
    return {row.CartLine: row.price_minor for row in rows}, buyer, _fixed(rows[0]) if rows else Fixed()


def _fixed(row: Any) -> Fixed:
    if row.deal_id is None:
        return Fixed()
    freight = None
    if row.freight_minor is not None:
        freight = Freight(row.freight_minor, row.freight_days, row.freight_country, row.incoterm, row.incoterm_place)
    return Fixed(row.deal_id, PaymentParts(row.deposit_bps, row.shipment_bps), freight)


def buyer_of(cart: Cart) -> Buyer | None:
    """Whose prices and private goods count for a cart; a guest's has none."""
    owner = cart.user_id or cart.kept_for
    return Buyer(owner, cart.company_id) if owner else None


def held_by_cart(session: Session, cart_id: UUID) -> dict[UUID, int]:
    """Units per variant that this cart's own unpaid checkout holds: they are not taken from its owner."""
    rows = session.execute(_HELD, {"cart_id": cart_id})
    return {variant_id: int(quantity) for variant_id, quantity in rows}


def _shipping(session: Session, shops: Collection[UUID]) -> dict[UUID, list[ShippingRate]]:
    found: dict[UUID, list[ShippingRate]] = defaultdict(list)
    for rate in session.scalars(_SHIPPING, {"shops": list(shops)}):
        found[rate.organization_id].append(rate)
    return found


def _seller(
    lines: Sequence[CartLine],
    shipping: Sequence[ShippingRate],
    rates: Mapping[str, DatedRate],
    live: Live,
    *,
    country: str,
    chosen: UUID | None,
    today: date,
    offered: Offers | None = None,
) -> PricedSeller:
    shop = lines[0].variant.listing.organization
    rate = rates[shop.currency]
    items: Sequence[CartItem] = [_item(line, rate, live, shop) for line in lines]
    if live.fixed.freight is None:
        found = offered_ways(shipping, shop.country, country, _load(lines, items))
        options = [_option(row, price, rate) for row, price in found]
    else:
        options = _as_agreed(live.fixed, live.fixed.freight, rate, country)
    wanted = next(
        ((row.method, row.carrier) for row in shipping if row.id == chosen), None
    )  # its band may be another now
    of_method = [option for option in options if (option.method, option.carrier) == wanted]
    picked = next(iter((*of_method, *options)), None)
    code = None
    if offered:
        items, code = offered.lower(shop.id, items, rate.rate, picked.usd if picked else usd(0))
    goods = _by_tax_class(lines, items)
    cost = picked.price if picked else Money(0, shop.currency)
    taxes = tax_lines(shop.country, shop.is_tax_registered, country, goods, cost, today)
    seller = Seller(shop.id, shop.name, shop.slug, shop.place, shop.country, shop.handling_days)
    shown = [PricedTax(tax.name, tax.rate_bps, tax.base, tax.tax, tax.note) for tax in taxes]
    is_too_heavy = picked is None and bool(methods_to(shipping, shop.country, country))
    return PricedSeller(
        seller,
        items,
        options,
        picked,
        shown,
        rate,
        code,
        is_too_heavy=is_too_heavy,
        parts=live.fixed.parts,
        agreed_country=live.fixed.freight.country if live.fixed.freight else None,
    )


def _as_agreed(fixed: Fixed, freight: Freight, rate: DatedRate, country: str) -> list[PricedShipping]:
    """The one way of sending that a quote names; none to another country than the one it was quoted for."""
    if freight.country != country or fixed.deal_id is None:
        return []
    price = Money(freight.minor, rate.rate.currency)
    words, days = freight.words, freight.days
    return [PricedShipping(fixed.deal_id, words, "", days, days, price, rate.rate.to_usd(price), QUOTED, freight.place)]


def _load(lines: Sequence[CartLine], items: Sequence[CartItem]) -> Load:
    weighed = [(line.variant.net_grams, line.quantity) for line in lines]
    return Load(
        grams=sum(grams * quantity for grams, quantity in weighed if grams),
        unweighed=sum(quantity for grams, quantity in weighed if not grams),
        goods_minor=sum(item.line.total.minor for item in items),
    )


def _by_tax_class(lines: Sequence[CartLine], items: Sequence[CartItem]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for line, item in zip(lines, items, strict=True):
        goods = line.variant.listing.tax_class
        sums[goods] = sums[goods] + item.line.net if goods in sums else item.line.net
    return sums


def _option(row: ShippingRate, price_minor: int, rate: DatedRate) -> PricedShipping:
    price = Money(price_minor, rate.rate.currency)
    return PricedShipping(
        row.id, row.method, row.carrier, row.days_min, row.days_max, price, rate.rate.to_usd(price), row.kind, row.place
    )


def price_for_buyer(variant: Variant, currency: str, quantity: int, offers: ListOffers) -> Winning:
    """What each of `quantity` costs this buyer: the usual price, a tier or a price list of the buyer's."""
    usual = Money(variant.price_minor, currency)
    return winning_price(usual, variant.tiers, offers.get(variant.id, ()), quantity)


def _item(line: CartLine, rate: DatedRate, live: Live, shop: Organization) -> CartItem:
    variant, listing = line.variant, line.variant.listing
    is_seen, agreed_minor = listing.status != "private" or listing.id in live.seen, live.agreed[line]
    won = price_for_buyer(variant, listing.currency, line.quantity, live.offers)
    priced = price_line(
        variant_id=variant.id,
        listing_id=listing.id,
        sku=variant.sku,
        titles=listing.titles,
        variant_names=variant.names,
        unit=listing.unit,
        quantity=line.quantity,
        price=Money(agreed_minor, listing.currency)
        if agreed_minor
        else won.price
        if is_seen
        else Money(0, listing.currency),
        rate=rate.rate,
        pieces=variant.pieces,
        piece_unit=listing.piece_unit,
    )
    if agreed_minor is not None:
        return _agreed_item(line, priced, shop)
    available = variant.available + live.held.get(variant.id, 0)
    is_on_sale = listing.status in ON_SALE and is_seen and not variant.is_retired and shop.status in SHOWN
    problem = _quantity_problem(line, listing, available) if is_on_sale else not_on_sale(variant.id)
    if shop.status == "suspended":
        problem = off_the_market(variant.id, shop.name)
    if is_on_sale and shop.status == "paused":
        problem = closed_for_now(variant.id, shop.name, shop.paused_until)
    return CartItem(
        line=priced,
        slug=listing.slug,
        picture=listing.picture,
        tint=listing.category.tint,
        minimum=listing.min_quantity,
        step=listing.quantity_step,
        most=largest_quantity(listing.min_quantity, listing.quantity_step, available),
        problem=problem or (None if priced.usd else worth_nothing(variant.id)),
        list_name=won.list_name if won.kind == LIST else "",
        category_id=listing.category_id,
    )


def _agreed_item(line: CartLine, priced: PricedLine, shop: Organization) -> CartItem:
    """Of a deal: the goods are held for this buyer, whatever the stall says since. Only a suspended shop stands in the way."""
    listing = line.variant.listing
    return CartItem(
        line=priced,
        slug=listing.slug,
        picture=listing.picture,
        tint=listing.category.tint,
        minimum=line.quantity,
        step=1,
        most=line.quantity,
        problem=None if shop.status in SHOWN else not_on_sale(line.variant_id),
    )


def _quantity_problem(line: CartLine, listing: Listing, available: int) -> Problem | None:
    try:
        require_quantity(
            line.quantity,
            minimum=listing.min_quantity,
            step=listing.quantity_step,
            available=available,
            unit=listing.unit,
        )
    except (QuantityTooSmall, QuantityNotInSteps, TooFewLeft) as error:
        return problem_of(error, line.variant_id)
    return None


def approvals_decided_by(actor: Actor) -> Select[ApprovalRequest]:
    """Requests of the companies this person is an approver of."""
    return select(ApprovalRequest).where(ApprovalRequest.company_id.in_(actor.organizations({APPROVER})))


def approvals_seen_by(actor: Actor) -> Select[ApprovalRequest]:
    """Those, and the person's own as long as they buy for that company."""
    own = (ApprovalRequest.asked_by == actor.user_id) & ApprovalRequest.company_id.in_(
        actor.organizations(BUYING_ROLES)
    )
    return select(ApprovalRequest).where(or_(own, ApprovalRequest.company_id.in_(actor.organizations({APPROVER}))))


def approvals_page(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 20) -> Page[Any]:
    """The newest first, with company and who asked."""
    seen = approvals_seen_by(actor).with_only_columns(ApprovalRequest.id)
    query = (
        select(
            ApprovalRequest.id, ApprovalRequest.state, ApprovalRequest.total_cents, ApprovalRequest.asked_at,
            ApprovalRequest.po_number, Organization.name.label("company"), User.name.label("who"),
        )
        .join(Organization, Organization.id == ApprovalRequest.company_id)
        .join(User, User.id == ApprovalRequest.asked_by)
        .where(ApprovalRequest.id.in_(seen))
    )  # fmt: skip
    order = [ApprovalRequest.asked_at, ApprovalRequest.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)
