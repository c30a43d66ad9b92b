"""Two people who bargain: a shop whose goods take offers, and a buyer with an account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from app.catalog.models import Listing, Variant
from app.checkout.models import Cart
from app.checkout.queries.carts import cart_of_deal
from app.db.session import in_transaction, reading, transaction
from app.identity.actor import Actor
from app.orders.models import OrderGroup
from app.quotes.actions.answer_offer import accept_offer
from app.quotes.actions.make_offer import OfferTerms, counter_offer, make_offer
from app.quotes.models import Deal, Offer
from tests.support.trade import Shop, Trade

WITHIN = timedelta(hours=48)


@dataclass
class Bargain:
    """`goods` are one variant of `shop`, on sale for $14.50."""

    trade: Trade
    shop: Shop
    goods: UUID
    buyer: Actor

    def offer(self, price: int = 1000, quantity: int = 1, *, buyer: Actor | None = None, **others: object) -> Offer:
        now = others.pop("now", None) or self.trade.now()  # threads that say it ask nothing of the chain
        values = {"form_token": uuid4(), "answer_within": WITHIN, "now": now, **others}
        return in_transaction(
            lambda session: make_offer(
                session,
                buyer or self.buyer,
                self.goods,
                OfferTerms(quantity, price),
                **values,  # type: ignore[arg-type]
            )
        )

    def counter(self, offer: Offer, price: int, *, by: Actor, seen: int, quantity: int = 1, **others: object) -> Offer:
        values = {"form_token": uuid4(), "answer_within": WITHIN, "now": self.trade.now(), **others}
        return in_transaction(
            lambda session: counter_offer(session, by, offer.id, seen, OfferTerms(quantity, price), **values)  # type: ignore[arg-type]
        )

    def accept(self, offer: Offer, *, by: Actor | None = None, seen: int = 1, now: datetime | None = None) -> Deal:
        at = now or self.trade.now()
        return in_transaction(
            lambda session: accept_offer(session, by or self.shop.owner, offer.id, seen, order_within=WITHIN, now=at)
        )

    def deal(self, price: int = 1000, quantity: int = 1) -> Deal:
        return self.accept(self.offer(price, quantity))

    def cart(self, deal: Deal) -> Cart:
        with reading() as session:
            cart = cart_of_deal(session, deal.id, deal.buyer_id)
            assert cart is not None
            return cart

    def place(self, deal: Deal) -> OrderGroup:
        cart = self.cart(deal)
        return self.trade.place(cart.id, self.trade.request(cart.id, buyer_id=deal.buyer_id))

    def now_of(self, deal: Deal) -> Deal:
        with reading() as session:
            return session.get_one(Deal, deal.id)


def takes_offers(variant_id: UUID) -> None:
    """As a seller ticks it."""
    with transaction() as session:
        listing_id = session.get_one(Variant, variant_id).listing_id
        session.execute(update(Listing).where(Listing.id == listing_id).values(allows_offers=True))


@pytest.fixture
def bargain(trade: Trade) -> Bargain:
    shop = trade.shop_of()
    goods = trade.goods(shop, stock=3)
    takes_offers(goods)
    return Bargain(trade, shop, goods, trade.person("dara@people.example"))
