"""Requests for quotation and versions of quotes: in every state, by everybody."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db.session import in_transaction, reading
from app.rfqs.actions.answer_quote import expire_quote
from app.rfqs.actions.send_request import close_request, send_request
from app.rfqs.errors import QuoteNotFound
from app.rfqs.jobs import tell_shops
from app.rfqs.models import Asked, Quote, Rfq, RfqEvent
from app.rfqs.rules.life import QUOTATION, REQUEST, QuoteState, RfqState
from app.states.edges import By
from tests.rfqs.asking import Asking, asking  # noqa: F401 - a fixture
from tests.states.matrix import Act, Person, Stage

SECOND = timedelta(seconds=1)


def people(asking: Asking) -> list[Person]:  # noqa: F811
    return [
        Person("buyer", By.BUYER, asking.buyer),
        Person("seller", By.SELLER, asking.shop.owner),
        Person("another shop", None, asking.trade.shop_of(name="Third").owner),
        Person("stranger", None, asking.trade.person()),
        Person("operator", None, asking.trade.operator),
    ]


class Requests(Stage):
    def __init__(self, asking: Asking) -> None:  # noqa: F811
        self.asking = asking
        super().__init__(
            REQUEST,
            people(asking),
            [
                Act("rfqs.send_request", ("open",), self.send),
                Act("rfqs.send_request", ("closed",), self.close, By.CLOCK),
                Act("rfqs.answer_quote", ("decided",), self.decide),
                Act("rfqs.send_request", ("canceled",), self.cancel),
            ],
            self.come_to,
            asking.state,
            self.told,
        )

    def told(self, rfq: Rfq) -> int:
        with reading() as session:
            return session.query(RfqEvent).filter_by(rfq_id=rfq.id).count()

    def come_to(self, state: str) -> Rfq:
        rfq = self.asking.draft()
        if state == "canceled":
            self.cancel(rfq, self.asking.buyer)
        elif state != "draft":
            self.send(rfq, self.asking.buyer)
            tell_shops(str(rfq.id))
            self.asking.quote(rfq, quantity=1)
            if state == "closed":
                self.close(rfq, None)
            elif state == "decided":
                self.decide(rfq, self.asking.buyer)
        return rfq

    def send(self, rfq: Rfq, who: Any) -> None:
        in_transaction(lambda s: send_request(s, who, rfq.id, now=self.asking.now()))

    def close(self, rfq: Rfq, _nobody: None) -> None:
        in_transaction(lambda s: close_request(s, rfq.id, now=rfq.closes_at + SECOND))

    def cancel(self, rfq: Rfq, who: Any) -> None:
        self.asking.cancel(rfq, by=who)

    def decide(self, rfq: Rfq, who: Any) -> None:
        with reading() as session:
            found = select(Quote).join(Asked, Asked.id == Quote.asked_id).where(Asked.rfq_id == rfq.id)
            quote = session.scalars(found).one_or_none()
        if quote is None:
            raise QuoteNotFound
        self.asking.accept(quote, by=who)


class Quotes(Stage):
    def __init__(self, asking: Asking) -> None:  # noqa: F811
        self.asking = asking
        super().__init__(
            QUOTATION,
            people(asking),
            [
                Act("rfqs.answer_quote", ("countered",), self.counter),
                Act("rfqs.answer_quote", ("accepted",), self.accept),
                Act("rfqs.answer_quote", ("expired",), self.expire, By.CLOCK),
                Act("rfqs.send_quote", ("withdrawn",), self.withdraw),
                Act("rfqs.send_quote", ("superseded",), self.renew, is_free=True),
                Act("rfqs.answer_quote", ("not_chosen",), self.choose_another, is_free=True),
                Act("rfqs.send_request", ("not_chosen",), self.cancel, is_free=True),
            ],
            self.come_to,
            asking.state,
            self.told,
        )

    def told(self, quote: Quote) -> int:
        with reading() as session:
            return session.query(RfqEvent).filter_by(quote_id=quote.id).count()

    def request_of(self, quote: Quote) -> Rfq:
        with reading() as session:
            return session.get_one(Rfq, session.get_one(Asked, quote.asked_id).rfq_id)

    def come_to(self, state: str) -> Quote:
        quote, buyer, seller = (
            self.asking.quote(self.asking.sent(), quantity=1),
            self.asking.buyer,
            self.asking.shop.owner,
        )
        steps: dict[str, tuple[Any, Any]] = {
            "countered": (self.counter, buyer),
            "accepted": (self.accept, buyer),
            "expired": (self.expire, None),
            "withdrawn": (self.withdraw, seller),
            "superseded": (self.renew, seller),
            "not_chosen": (self.choose_another, buyer),
        }
        if state in steps:
            step, who = steps[state]
            step(quote, who)
        return quote

    def counter(self, quote: Quote, who: Any) -> None:
        self.asking.counter(quote, by=who, quantity=1)

    def accept(self, quote: Quote, who: Any) -> None:
        self.asking.accept(quote, by=who)

    def withdraw(self, quote: Quote, who: Any) -> None:
        self.asking.withdraw(quote, by=who)

    def expire(self, quote: Quote, _nobody: None) -> None:
        in_transaction(lambda s: expire_quote(s, quote.id, now=quote.valid_until + SECOND))

    def renew(self, quote: Quote, who: Any) -> None:
        with reading() as session:
            seen = session.query(Quote).filter_by(asked_id=quote.asked_id).count()
        self.asking.quote(self.request_of(quote), by=who, seen=seen, quantity=1)

    def choose_another(self, quote: Quote, who: Any) -> None:
        rival = self.asking.quote(self.request_of(quote), shop=self.asking.rival, quantity=1)
        self.asking.accept(rival, by=who)

    def cancel(self, quote: Quote, who: Any) -> None:
        self.asking.cancel(self.request_of(quote), by=who)


@pytest.mark.parametrize("state", list(RfqState))
def test_a_request_goes_only_where_the_table_leads(asking: Asking, state: RfqState) -> None:  # noqa: F811
    stage = Requests(asking)
    assert stage.untried() == []
    stage.try_everything_in(state)


@pytest.mark.parametrize("state", list(QuoteState))
def test_a_quote_goes_only_where_the_table_leads(asking: Asking, state: QuoteState) -> None:  # noqa: F811
    stage = Quotes(asking)
    assert stage.untried() == []
    stage.try_everything_in(state)
