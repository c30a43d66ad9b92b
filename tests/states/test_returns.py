"""A return and a checkout: in every state, by everybody. What time and the chain do: `tests/orders/test_returns.py`."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.credit.actions.change_debt import cancel_owed
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.orders.actions.answer_return import approve_return, decline_return
from app.orders.actions.expire_group import expire_group
from app.orders.actions.finish_return import receive_return, refund_return
from app.orders.actions.send_return import cancel_return, send_return
from app.orders.models import OrderEvent, OrderGroup
from app.orders.queries import Viewer
from app.orders.rules.edges import CHECKOUT
from app.orders.rules.returns import RETURN, ReturnState
from app.states.edges import By
from tests.states.matrix import Act, Person, Stage
from tests.states.sale import PIECE, SECOND, Cast, Sale, stands
from tests.support.on_terms import OnTerms
from tests.support.trade import Trade

MUCH = 1_000_000


class Returns(Stage):
    def __init__(self, trade: Trade) -> None:
        self.cast = Cast(trade)
        super().__init__(
            RETURN,
            self.cast.people,
            [
                Act("orders.answer_return", ("approved",), self.approve),
                Act("orders.answer_return", ("declined",), self.decline),
                Act("orders.send_return", ("sent",), self.send),
                Act("orders.send_return", ("canceled",), self.cancel),
                Act("orders.finish_return", ("received",), self.receive),
                Act("orders.finish_return", ("refunded",), self.refund),
                Act("orders.open_dispute", ("disputed",), self.dispute, is_free=True),
            ],
            self.come_to,
            lambda one: stands(one[0])["return"],
            self.told,
        )

    def told(self, one: tuple[Sale, UUID]) -> int:
        """Rows about the return itself: what else is said of the order is not about it."""
        with reading() as session:
            about = OrderEvent.kind.startswith("return_")
            return session.query(OrderEvent).filter(OrderEvent.order_id == one[0].id, about).count()

    def come_to(self, state: str) -> tuple[Sale, UUID]:
        seller, buyer = self.cast.shop.owner, self.cast.buyer
        sale = self.cast.come_to("sent")
        one = sale, sale.asked(Viewer(buyer.user_id)).id
        way: Mapping[str, list[tuple[Callable[[Any, Actor], None], Actor]]] = {
            "approved": [(self.approve, seller)],
            "sent": [(self.approve, seller), (self.send, buyer)],
            "received": [(self.approve, seller), (self.send, buyer), (self.receive, seller)],
            "refunded": [(self.refund, seller)],
            "declined": [(self.decline, seller)],
            "canceled": [(self.cancel, buyer)],
            "disputed": [(self.dispute, buyer)],
        }
        for step, who in way.get(state, []):
            step(one, who)
        return one

    def approve(self, one: tuple[Sale, UUID], who: Actor) -> None:
        to, now = {"return_address": "Kampot market 3", "postage": "seller"}, one[0].trade.now()
        in_transaction(lambda s: approve_return(s, who, one[0].id, one[1], now=now, **to))

    def decline(self, one: tuple[Sale, UUID], who: Actor) -> None:
        in_transaction(lambda s: decline_return(s, who, one[0].id, one[1], answer="Used.", now=one[0].trade.now()))

    def send(self, one: tuple[Sale, UUID], who: Actor) -> None:
        by, now = {"carrier": "EMS", "tracking": "R 1"}, one[0].trade.now()
        in_transaction(lambda s: send_return(s, Viewer(who.user_id), one[0].id, one[1], now=now, **by))

    def cancel(self, one: tuple[Sale, UUID], who: Actor) -> None:
        now = one[0].trade.now()
        in_transaction(lambda s: cancel_return(s, Viewer(who.user_id), one[0].id, one[1], now=now))

    def receive(self, one: tuple[Sale, UUID], who: Actor) -> None:
        now = one[0].trade.now()
        in_transaction(lambda s: receive_return(s, who, one[0].id, one[1], condition="As new.", now=now))

    def refund(self, one: tuple[Sale, UUID], who: Actor) -> None:
        terms: dict[str, Any] = {"cents": PIECE, "reason": "", "form_token": uuid4(), "now": one[0].trade.now()}
        in_transaction(lambda s: refund_return(s, who, one[0].id, one[1], **terms))

    def dispute(self, one: tuple[Sale, UUID], who: Actor) -> None:
        one[0].dispute(who)


@pytest.mark.parametrize("state", ReturnState)
def test_a_return_goes_only_where_its_table_leads(trade: Trade, state: ReturnState) -> None:
    Returns(trade).try_everything_in(state)


class SaleOnTerms(Sale):
    """The same, ordered by a company that may pay later."""

    def __init__(self, terms: OnTerms) -> None:
        self.trade, self.shop, self.buyer = terms.trade, terms.shop, terms.buyer
        self.group = terms.order()
        self.id = self.group.orders[0].id


class Checkouts(Stage):
    def __init__(self, trade: Trade) -> None:
        self.cast, self.terms = Cast(trade), OnTerms(trade, limit=MUCH)
        super().__init__(
            CHECKOUT,
            [
                Person("buyer", By.BUYER, self.terms.buyer),
                Person("seller", By.SELLER, self.terms.shop.owner),
                *(person for person in self.cast.people if person.by is None),
            ],
            [
                Act("orders.expire_group", ("expired",), self.expire, By.CLOCK),
                Act("orders.pay_group", ("paid",), self.pay, By.NEWS),
                Act("orders.pay_owed", ("paid",), self.pay_owed, By.NEWS),
                Act("orders.end_unpaid", ("ended",), self.end, only=("seller",)),
            ],
            self.come_to,
            self.state_of,
            lambda sale: stands(sale)["history"],
        )

    def state_of(self, sale: Sale) -> str:
        with reading() as session:
            return session.get_one(OrderGroup, sale.group.id).state

    def come_to(self, state: str) -> Sale:
        if state in ("on_terms", "ended"):
            sale: Sale = SaleOnTerms(self.terms)
            if state == "ended":
                self.end(sale, self.terms.shop.owner)
            return sale
        sale = self.cast.sale(is_paid=state == "paid", is_settled=False)
        if state == "expired":
            self.expire(sale, None)
        return sale

    def expire(self, sale: Sale, _nobody: None) -> None:
        in_transaction(lambda s: expire_group(s, sale.group.id, sale.group.hold_until + SECOND))

    def pay(self, sale: Sale, _nobody: None) -> None:
        if self.state_of(sale) in ("pending_payment", "expired"):
            self._charge(sale)

    def pay_owed(self, sale: Sale, _nobody: None) -> None:
        if self.state_of(sale) == "on_terms":
            self._charge(sale)

    def _charge(self, sale: Sale) -> None:
        sale.trade.charge(sale.trade.open_card_page(sale.group), sale.group.total_cents)

    def end(self, sale: Sale, who: Actor) -> None:
        """As the seller does; a buyer takes it back as any order: `tests/credit/test_paying_later.py`."""
        in_transaction(lambda s: cancel_owed(s, who, sale.id, now=sale.trade.now()))


@pytest.mark.parametrize("state", CHECKOUT.states)
def test_a_checkout_goes_only_where_its_table_leads(trade: Trade, state: str) -> None:
    Checkouts(trade).try_everything_in(state)


def test_every_edge_that_people_take_of_a_return_is_tried(trade: Trade) -> None:
    stage = Returns(trade)
    by_people = {
        one for one in stage.untried() if not one.endswith(("look_after_return", "put_before_arbiter", "handlers"))
    }
    assert by_people == set()
    assert Checkouts(trade).untried() == [
        "pending_payment -> on_terms by orders.sell_on_terms",  # within the act of ordering: each sale on terms takes it
        "paid -> on_terms by orders.pay_owed",  # the chain is away too long: `tests/credit/test_paying_later.py`
    ]
