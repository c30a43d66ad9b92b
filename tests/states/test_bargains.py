"""Offers and deals: in every state, by everybody."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.db.session import in_transaction, reading
from app.orders.actions.expire_group import expire_group
from app.quotes.actions.answer_offer import accept_offer, decline_offer, withdraw_offer
from app.quotes.actions.end_deal import cancel_deal, lapse_deal
from app.quotes.actions.expire_offer import expire_offer
from app.quotes.actions.make_offer import OfferTerms, counter_offer
from app.quotes.models import Deal, DealEvent, Offer, OfferEvent
from app.quotes.rules.deals import DEAL, DealState
from app.quotes.rules.offers import OFFER, OfferState
from app.states.edges import By
from tests.quotes.bargain import WITHIN, Bargain, bargain, takes_offers  # noqa: F401 - a fixture
from tests.states.matrix import Act, Person, Stage

SECOND = timedelta(seconds=1)


def people(bargain: Bargain) -> list[Person]:  # noqa: F811
    return [
        Person("buyer", By.BUYER, bargain.buyer),
        Person("seller", By.SELLER, bargain.shop.owner),
        Person("another shop", None, bargain.trade.shop_of(name="Mekong Silk").owner),
        Person("stranger", None, bargain.trade.person()),
        Person("operator", None, bargain.trade.operator),
    ]


def fresh_goods(bargain: Bargain) -> None:  # noqa: F811
    """Somebody bargains about one thing once at a time, so each offer is about goods of its own."""
    bargain.goods = bargain.trade.goods(bargain.shop, stock=3)
    takes_offers(bargain.goods)


class Offers(Stage):
    def __init__(self, bargain: Bargain) -> None:  # noqa: F811
        self.bargain = bargain
        super().__init__(
            OFFER,
            people(bargain),
            [
                Act("quotes.make_offer", ("to_seller", "to_buyer"), self.counter),
                Act("quotes.answer_offer", ("accepted",), self.accept),
                Act("quotes.answer_offer", ("declined",), self.decline),
                Act("quotes.answer_offer", ("withdrawn",), self.withdraw),
                Act("quotes.expire_offer", ("expired",), self.expire, By.CLOCK),
            ],
            self.come_to,
            lambda offer: self.now_of(offer).state,
            self.told,
        )

    def now_of(self, offer: Offer) -> Offer:
        with reading() as session:
            return session.get_one(Offer, offer.id)

    def told(self, offer: Offer) -> int:
        with reading() as session:
            return session.query(OfferEvent).filter_by(offer_id=offer.id).count()

    def come_to(self, state: str) -> Offer:
        fresh_goods(self.bargain)
        offer = self.bargain.offer()
        steps: dict[str, Any] = {
            "to_buyer": self.counter,
            "accepted": self.accept,
            "declined": self.decline,
        }
        if state in steps:
            steps[state](offer, self.bargain.shop.owner)
        elif state == "withdrawn":
            self.withdraw(offer, self.bargain.buyer)
        elif state == "expired":
            self.expire(offer, None)
        return offer

    def counter(self, offer: Offer, who: Any) -> None:
        seen, sent = self.now_of(offer).number, {"form_token": uuid4(), "answer_within": WITHIN}
        now = self.bargain.trade.now()
        in_transaction(lambda s: counter_offer(s, who, offer.id, seen, OfferTerms(1, 1200), now=now, **sent))

    def accept(self, offer: Offer, who: Any) -> None:
        seen, now = self.now_of(offer).number, self.bargain.trade.now()
        in_transaction(lambda s: accept_offer(s, who, offer.id, seen, order_within=WITHIN, now=now))

    def decline(self, offer: Offer, who: Any) -> None:
        seen, now = self.now_of(offer).number, self.bargain.trade.now()
        in_transaction(lambda s: decline_offer(s, who, offer.id, seen, now=now))

    def withdraw(self, offer: Offer, who: Any) -> None:
        now = self.bargain.trade.now()
        in_transaction(lambda s: withdraw_offer(s, who, offer.id, now=now))

    def expire(self, offer: Offer, _nobody: None) -> None:
        in_transaction(lambda s: expire_offer(s, offer.id, self.now_of(offer).expires_at + SECOND))


class Deals(Stage):
    def __init__(self, bargain: Bargain) -> None:  # noqa: F811
        self.bargain = bargain
        super().__init__(
            DEAL,
            people(bargain),
            [
                Act("quotes.end_deal", ("canceled",), self.cancel),
                Act("quotes.end_deal", ("lapsed",), self.lapse, By.CLOCK),
                Act("quotes.order_deal", ("lapsed",), self.outlive, By.CLOCK),
                Act("quotes.order_deal", ("ordered",), self.pay, By.NEWS),
            ],
            self.come_to,
            lambda deal: bargain.now_of(deal).state,
            self.told,
        )

    def told(self, deal: Deal) -> int:
        with reading() as session:
            return session.query(DealEvent).filter_by(deal_id=deal.id).count()

    def come_to(self, state: str) -> Deal:
        fresh_goods(self.bargain)
        deal = self.bargain.deal()
        if state == "canceled":
            self.cancel(deal, self.bargain.buyer)
        elif state == "lapsed":
            self.lapse(deal, None)
        elif state == "ordered":
            self.pay(deal, None)
        return deal

    def cancel(self, deal: Deal, who: Any) -> None:
        in_transaction(lambda s: cancel_deal(s, who, deal.id, self.bargain.trade.now()))

    def lapse(self, deal: Deal, _nobody: None) -> None:
        in_transaction(lambda s: lapse_deal(s, deal.id, deal.valid_until + SECOND))

    def outlive(self, deal: Deal, _nobody: None) -> None:
        """It goes to checkout in its last minute, and nobody pays."""
        cart = self.bargain.cart(deal)
        group = self.bargain.trade.place_at(
            deal.valid_until - 60 * SECOND, cart.id, self.bargain.trade.request(cart.id, buyer_id=deal.buyer_id)
        )
        in_transaction(lambda s: expire_group(s, group.id, group.hold_until + SECOND))

    def pay(self, deal: Deal, _nobody: None) -> None:
        group = self.bargain.place(deal)
        self.bargain.trade.charge(self.bargain.trade.open_card_page(group), group.total_cents)


@pytest.mark.parametrize("state", OfferState)
def test_an_offer_goes_only_where_its_table_leads(bargain: Bargain, state: OfferState) -> None:  # noqa: F811
    Offers(bargain).try_everything_in(state)


@pytest.mark.parametrize("state", DealState)
def test_a_deal_goes_only_where_its_table_leads(bargain: Bargain, state: DealState) -> None:  # noqa: F811
    Deals(bargain).try_everything_in(state)


def test_every_edge_of_both_is_tried(bargain: Bargain) -> None:  # noqa: F811
    assert Offers(bargain).untried() == Deals(bargain).untried() == []
