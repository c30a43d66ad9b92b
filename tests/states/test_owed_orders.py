"""An order on terms: in every situation between ordering and being paid, by everybody."""

from collections.abc import Callable, Mapping

import pytest
from eth_account import Account

from app.config.days import market_day
from app.credit.actions.change_debt import cancel_owed, extend_due, settle_outside
from app.credit.models import Debt
from app.credit.rules import DEBT
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.orders.errors import NothingOwed
from app.orders.rules.edges import CHECKOUT, FULFILLMENT, PAYMENT, SETTLEMENT
from app.states.edges import By
from tests.states.matrix import Person
from tests.states.sale import Sale, stands
from tests.states.test_orders import STEPS, Step, is_edge, require_done, require_refused
from tests.support.on_terms import OnTerms
from tests.support.trade import Trade

STANDS = {
    "ordered": ("on_terms", "unfulfilled", "none"),
    "partly sent": ("on_terms", "partial", "none"),
    "sent": ("on_terms", "fulfilled", "none"),
    "taken": ("on_terms", "delivered", "none"),
    "canceled": ("none", "canceled", "none"),
    "settled outside": ("settled_outside", "unfulfilled", "none"),
    "sent, then settled outside": ("settled_outside", "fulfilled", "none"),
    "paid": ("paid", "unfulfilled", "in_escrow"),
    "sent, then paid": ("paid", "fulfilled", "in_escrow"),
    "taken, then paid": ("paid", "delivered", "released"),
}
OWED = ("ordered", "partly sent", "sent", "taken")
THREE = 3
OF_TERMS = (
    Step("confirm", "orders.confirm_receipt", ((FULFILLMENT, "delivered"), (SETTLEMENT, "released"))),
    Step("cancel", "orders.end_unpaid", ((FULFILLMENT, "canceled"),)),
    Step("cancel_owed", "orders.end_unpaid", ((FULFILLMENT, "canceled"),)),
    Step("settle_outside", "orders.end_unpaid", ((PAYMENT, "settled_outside"),)),
)
ONLY = {"cancel": By.BUYER, "cancel_owed": By.SELLER}
"""Both may cancel, each in the own way."""


class OwedSale(Sale):
    """Three pieces that a company ordered on terms."""

    def take(self) -> None:
        self.ship(self.shop.owner)
        self.confirm(self.buyer)

    def cancel_owed(self, who: Actor) -> None:
        in_transaction(lambda s: cancel_owed(s, who, self.id, now=self.trade.now()))

    def settle_outside(self, who: Actor) -> None:
        in_transaction(lambda s: settle_outside(s, who, self.id, reason="Cash.", now=self.trade.now()))

    def pay(self) -> None:
        self.trade.charge(self.trade.open_card_page(self.group), self.group.total_cents)
        for _round in range(THREE):
            self.trade.settle()


class Cast:
    def __init__(self, trade: Trade) -> None:
        self.trade, self.terms = trade, OnTerms(trade, limit=99_000_000)
        self.shop, self.buyer = self.terms.shop, self.terms.buyer
        self.people = [
            Person("buyer", By.BUYER, self.buyer),
            Person("seller", By.SELLER, self.shop.owner),
            Person("operator", By.OPERATOR, trade.operator),
            Person("another shop", None, trade.shop_of(name="Mekong Silk").owner),
            Person("stranger", None, trade.person()),
        ]

    def come_to(self, situation: str) -> OwedSale:
        group = self.terms.order(quantity=THREE)
        sale = OwedSale(self.trade, self.shop, self.buyer, is_paid=False, group=group)
        seller = self.shop.owner
        steps: Mapping[str, Callable[[], None]] = {
            "sent": lambda: sale.ship(seller),
            "partly sent": lambda: sale.ship_part(seller),
            "taken": sale.take,
            "canceled": lambda: sale.cancel_owed(seller),
            "settled outside": lambda: sale.settle_outside(seller),
            "paid": sale.pay,
        }
        for part in situation.split(", then "):
            if part in steps:
                steps[part]()
        return sale


def steps() -> tuple[Step, ...]:
    """Of all orders, but what is different before money is held."""
    changed = {one.verb for one in OF_TERMS}
    return (*(one for one in STEPS if one.verb not in changed), *OF_TERMS)


def may_take(sale: Sale, step: Step, person: Person) -> bool:
    return ONLY.get(step.verb, person.by) == person.by and is_edge(sale, step, person.by)


@pytest.mark.parametrize("situation", STANDS)
def test_an_order_on_terms_goes_only_where_its_tables_lead(trade: Trade, situation: str) -> None:
    cast = Cast(trade)
    standing = cast.come_to(situation)
    axes = stands(standing)
    assert (axes["payment"], axes["fulfillment"], axes["settlement"]) == STANDS[situation]
    for step in steps():
        if step.verb == "cancel" and situation == "paid":
            continue  # it is then canceled like any other, see `test_orders`
        for person in cast.people:
            is_too_early = step.verb == "dispute" and situation == "paid"
            if may_take(standing, step, person) and not is_too_early:
                require_done(cast.come_to(situation), step, person)
            else:
                require_refused(standing, step, person)


@pytest.mark.parametrize("situation", OWED)
def test_whatever_is_owed_is_paid_by_card_or_from_a_wallet_and_by_nobody_twice(trade: Trade, situation: str) -> None:
    cast = Cast(trade)
    sale = cast.come_to(situation)
    before = stands(sale)
    begun = cast.terms.begin(sale.group, wallet := Account.create())
    assert stands(sale) == before  # terms that nobody signs move nothing
    trade.wait_until(begun.until)
    sale.pay()
    assert CHECKOUT.leads("on_terms", "paid")
    assert PAYMENT.leads("on_terms", stands(sale)["payment"])
    assert DEBT.leads("unpaid", debt_state(sale))
    with pytest.raises(NothingOwed):
        cast.terms.begin(sale.group, wallet)
    trade.books_equal_chain()


@pytest.mark.parametrize("situation", ["canceled", "settled outside", "sent, then settled outside", "paid"])
def test_what_is_over_is_not_paid_given_more_time_or_begun_to_be_paid(trade: Trade, situation: str) -> None:
    cast = Cast(trade)
    sale = cast.come_to(situation)
    before = stands(sale)
    with pytest.raises(NothingOwed):
        cast.terms.begin(sale.group, Account.create())
    with pytest.raises(NothingOwed):
        in_transaction(
            lambda s: extend_due(
                s, cast.shop.owner, sale.id, due_on=market_day(trade.now()).replace(year=2030), now=trade.now()
            )
        )
    assert stands(sale) == before
    assert debt_state(sale) == {"paid": "paid", "canceled": "canceled"}.get(situation, "settled_outside")


def debt_state(sale: Sale) -> str:
    with reading() as session:
        return session.get_one(Debt, sale.id).state
