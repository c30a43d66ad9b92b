"""A cart with today's prices: by seller, with every sum a sum of lines and every obstacle as data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.errors import N_, DomainError, Word
from app.fx.rules import DatedRate
from app.identity.rules.countries import COUNTRIES
from app.money.amounts import Money, usd
from app.orders.rules.pricing import PricedLine, PricedOrder, PricedShipping, PricedTax
from app.orders.rules.purchase import LEAST_CARD_CENTS, MAX_CENTS
from app.orders.rules.words import Text, say
from app.quotes.rules.parts import AT_ONCE, PaymentParts

OWN_ADDRESS = "own-address"
MAX_SELLERS = 32  # what one escrow can hold (`MAX_LEGS` of the contract)


@dataclass(frozen=True)
class Problem:
    """Why this cannot be ordered as it is; `code` is stable, `variant_id` the line it belongs to, if it does to one."""

    code: str
    text: Text
    variant_id: UUID | None = None
    organization_id: UUID | None = None


@dataclass(frozen=True)
class CartItem:
    """One line of the cart; `most` can be ordered just now, counting what this cart's own checkout holds.

    `list_name` is of the price list that gives this buyer another price than everybody's.
    """

    line: PricedLine
    slug: str
    picture: Any
    tint: str
    minimum: int
    step: int
    most: int
    problem: Problem | None = None
    list_name: str = ""
    category_id: UUID | None = None


@dataclass(frozen=True)
class Seller:
    id: UUID
    name: str
    slug: str
    place: str
    country: str
    handling_days: int


@dataclass(frozen=True)
class PricedSeller:
    """What one seller would send; `shipping` is the chosen of the `options`, None when it does not send there.

    `agreed_country`: where a quote said that it goes; the freight is for nowhere else.
    """

    seller: Seller
    items: Sequence[CartItem]
    options: Sequence[PricedShipping]
    shipping: PricedShipping | None
    taxes: Sequence[PricedTax]
    rate: DatedRate
    voucher_code: str | None = None
    market_voucher_code: str | None = None
    is_too_heavy: bool = False
    parts: PaymentParts = AT_ONCE
    agreed_country: str | None = None

    @property
    def goods(self) -> Money:
        return sum((item.line.total for item in self.items), Money(0, self.rate.rate.currency))

    @property
    def goods_usd(self) -> Money:
        return total_usd(item.line.usd for item in self.items)

    @property
    def discount_usd(self) -> Money:
        """What the seller's voucher takes off."""
        return usd(sum(item.line.discount_cents for item in self.items))

    @property
    def market_usd(self) -> Money:
        """What the market pays for its own voucher."""
        return usd(sum(item.line.market_cents for item in self.items))

    @property
    def total_usd(self) -> Money:
        """What the seller asks, shipping included."""
        goods = self.goods_usd - self.discount_usd
        return goods + self.shipping.usd if self.shipping else goods

    @property
    def arrives_within(self) -> tuple[timedelta, timedelta] | None:
        """Earliest and latest arrival counted from the order."""
        if self.shipping is None:
            return None
        handling = max(self.seller.handling_days, 1)
        return timedelta(days=handling + self.shipping.days_min), timedelta(days=handling + self.shipping.days_max)

    @property
    def problems(self) -> tuple[Problem, ...]:
        found = [item.problem for item in self.items if item.problem]
        if self.shipping is None and self.agreed_country is not None:
            text = say(
                N_("The freight was quoted to another country (%(country)s). Enter an address there."),
                country=Word(COUNTRIES[self.agreed_country].name),
            )
            found.append(Problem("quoted-for-another-country", text, organization_id=self.seller.id))
        elif self.shipping is None and self.is_too_heavy:
            text = say(
                N_("%(seller)s has no way to send so much at once. Take a smaller quantity."), seller=self.seller.name
            )
            found.append(Problem("too-heavy", text, organization_id=self.seller.id))
        elif self.shipping is None:
            text = say(
                N_("%(seller)s does not send to this country. Take its goods out to go on."), seller=self.seller.name
            )
            found.append(Problem("no-shipping", text, organization_id=self.seller.id))
        return tuple(found)

    def order(self) -> PricedOrder:
        """As orders take it. Only for a seller without problems."""
        assert self.shipping is not None
        return PricedOrder(
            organization_id=self.seller.id,
            handling_days=self.seller.handling_days,
            lines=[item.line for item in self.items],
            shipping=self.shipping,
            taxes=self.taxes,
            rate=self.rate.rate,
            rate_as_of=self.rate.as_of,
            rate_source=self.rate.source,
            voucher_code=self.voucher_code,
            market_voucher_code=self.market_voucher_code,
            parts=self.parts,
        )


@dataclass(frozen=True)
class PricedCart:
    """The whole cart for one country of delivery; `vouchers` as `discounts.CartVoucher`.

    `is_agreed`: of a deal, so nothing can be put in or taken out.
    """

    sellers: Sequence[PricedSeller]
    country: str
    vouchers: Sequence[Any] = ()
    is_agreed: bool = False

    @property
    def count(self) -> int:
        """Lines, which is what people count as "things in my cart"."""
        return sum(len(seller.items) for seller in self.sellers)

    @property
    def goods_usd(self) -> Money:
        return total_usd(seller.goods_usd for seller in self.sellers)

    @property
    def shipping_usd(self) -> Money:
        return total_usd(seller.shipping.usd for seller in self.sellers if seller.shipping)

    @property
    def total_usd(self) -> Money:
        """What the buyer pays."""
        return total_usd(seller.total_usd - seller.market_usd for seller in self.sellers)

    @property
    def taxes(self) -> Mapping[tuple[str, int], Money]:
        """The taxes inside the prices in US dollars, by name and rate."""
        found: dict[tuple[str, int], Money] = {}
        for seller in self.sellers:
            for tax in seller.taxes:
                if tax.rate_bps:
                    name = (tax.name, tax.rate_bps)
                    found[name] = found.get(name, usd(0)) + seller.rate.rate.to_usd(tax.tax)
        return found

    @property
    def is_own_address(self) -> bool:
        """Another e-mail address would do."""
        return any(problem.code == OWN_ADDRESS for problem in self.problems)

    @property
    def is_card_only(self) -> bool:
        """The market pays a part of it, which it does for no other way of paying."""
        return any(seller.market_voucher_code for seller in self.sellers)

    @property
    def card_problem(self) -> Problem | None:
        """It comes to less than a card can be charged, so it is paid another way or not at all. None for an empty cart."""
        missing = LEAST_CARD_CENTS - self.total_usd.minor
        if missing <= 0 or not self.count:
            return None
        if self.is_card_only:
            message = N_(
                "By card at least %(least)s can be paid, and %(missing)s is missing. Add goods for that, or take the market's voucher out."
            )
        elif self.is_agreed:
            message = N_(
                "By card at least %(least)s can be paid, and %(missing)s is missing. What was agreed on stays as it is, so pay it from a wallet of your own."
            )
        else:
            message = N_(
                "By card at least %(least)s can be paid, and %(missing)s is missing. Add goods for that, or pay from a wallet of your own."
            )
        return Problem("below-card-minimum", say(message, least=usd(LEAST_CARD_CENTS), missing=usd(missing)))

    @property
    def problems(self) -> tuple[Problem, ...]:
        found = [problem for seller in self.sellers for problem in seller.problems]
        if self.card_problem and self.is_card_only and not found:
            found.append(self.card_problem)
        if len(self.sellers) > MAX_SELLERS:
            found.append(
                Problem("too-many-sellers", say(N_("One checkout takes at most %(most)s sellers."), most=MAX_SELLERS))
            )
        if self.total_usd.minor > MAX_CENTS:
            text = say(N_("One checkout takes at most %(most)s. Order the rest in a second one."), most=usd(MAX_CENTS))
            found.append(Problem("too-much-money", text))
        return tuple(found)

    def orders(self) -> list[PricedOrder]:
        return [seller.order() for seller in self.sellers]


def total_usd(amounts: Iterable[Money]) -> Money:
    return sum(amounts, usd(0))


def problem_of(error: DomainError, variant_id: UUID) -> Problem:
    """A refusal of the catalog, as data for the page."""
    return Problem(error.code, say(error.message, **error.values), variant_id=variant_id)


def not_on_sale(variant_id: UUID) -> Problem:
    return Problem("not-on-sale", say(N_("This is not on sale any more. Take it out to go on.")), variant_id=variant_id)


def no_sample(variant_id: UUID) -> Problem:
    text = say(N_("The seller does not give samples of this any more. Take it out to go on."))
    return Problem("no-sample", text, variant_id=variant_id)


def closed_for_now(variant_id: UUID, seller: str, until: date | None) -> Problem:
    """The owner has closed the shop for a while."""
    text = (
        say(
            N_("%(seller)s is closed for now and opens again on %(day)s. Take this out, or come back then."),
            seller=seller,
            day=until,
        )
        if until
        else say(N_("%(seller)s is closed for now. Take this out, or come back when it is open."), seller=seller)
    )
    return Problem("shop-closed-for-now", text, variant_id=variant_id)


def off_the_market(variant_id: UUID, seller: str) -> Problem:
    """The operator has suspended the shop."""
    text = say(N_("%(seller)s does not sell here at the moment. Take this out to go on."), seller=seller)
    return Problem("shop-off-the-market", text, variant_id=variant_id)


def too_many_samples(variant_id: UUID, *, most: int, had: int, left: int) -> Problem:
    """More than one buyer gets. `left`: as many as this line may have."""
    if left <= 0 and had:
        text = say(
            N_("One buyer gets at most %(most)s of these samples, and you have ordered %(had)s before. Take this out."),
            most=most,
            had=had,
        )
    elif had:
        text = say(
            N_("One buyer gets at most %(most)s of these samples, and you have ordered %(had)s before. Take %(left)s."),
            most=most,
            had=had,
            left=left,
        )
    else:
        text = say(N_("One buyer gets at most %(most)s of these samples, of all choices together."), most=most)
    return Problem("sample-limit", text, variant_id=variant_id)


def own_goods(variant_id: UUID) -> Problem:
    """The buyer is of the shop that sells it."""
    text = say(N_("These are goods of a shop you work for, and nobody buys from the own shop. Take this out to go on."))
    return Problem("own-goods", text, variant_id=variant_id)


def own_address(variant_id: UUID) -> Problem:
    """A guest typed the e-mail address of somebody who is of the shop that sells it."""
    text = say(
        N_(
            "The e-mail address of this checkout is that of somebody of this shop, and nobody buys from the own shop. Take this out, or type another address."
        )
    )
    return Problem(OWN_ADDRESS, text, variant_id=variant_id)


def worth_nothing(variant_id: UUID) -> Problem:
    text = say(N_("This comes to less than one US cent. Take a larger quantity."))
    return Problem("less-than-a-cent", text, variant_id=variant_id)
