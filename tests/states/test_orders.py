"""An order, its money, its dispute and its returns: in every situation, by everybody."""

from dataclasses import dataclass

import pytest

from app.errors import DomainError
from app.orders.rules.edges import DISPUTE, FULFILLMENT, SETTLEMENT, may
from app.orders.rules.returns import RETURN
from app.states.edges import Axis, By
from tests.states.matrix import Person
from tests.states.sale import Cast, Sale, settled, stands
from tests.support.trade import Trade

STANDS = {
    "unpaid": ("none", "unfulfilled", "none"),
    "expired": ("none", "canceled", "none"),
    "funding": ("paid", "unfulfilled", "funding"),
    "held": ("paid", "unfulfilled", "in_escrow"),
    "partly sent": ("paid", "partial", "in_escrow"),
    "sent": ("paid", "fulfilled", "in_escrow"),
    "arrived": ("paid", "delivered", "in_escrow"),
    "disputed": ("paid", "fulfilled", "disputed"),
    "decided": ("partially_refunded", "fulfilled", "split"),
    "released": ("paid", "delivered", "released"),
    "refunded": ("refunded", "canceled", "refunded"),
    "split": ("partially_refunded", "delivered", "split"),
}
TOO_EARLY = {("held", "dispute")}
"""Before the seller had the time to send: the table does not know the hour."""


@dataclass(frozen=True)
class Step:
    """A verb of `Sale`, and the edges it is: on which axis it leads where."""

    verb: str
    action: str
    leads: tuple[tuple[Axis, str], ...]


STEPS = (
    Step("ship", "orders.ship_order", ((FULFILLMENT, "fulfilled"),)),
    Step("ship_part", "orders.ship_order", ((FULFILLMENT, "partial"),)),
    Step("arrive", "orders.follow_parcel", ((FULFILLMENT, "delivered"), (FULFILLMENT, "partial"))),
    Step("give_up_rest", "orders.give_up_rest", ((FULFILLMENT, "fulfilled"), (SETTLEMENT, "in_escrow"))),
    Step("confirm", "orders.confirm_receipt", ((SETTLEMENT, "released"),)),
    Step("cancel", "orders.cancel_order", ((SETTLEMENT, "refunded"), (FULFILLMENT, "canceled"))),
    Step("refund_part", "orders.refund_order", ((SETTLEMENT, "in_escrow"),)),
    Step("refund_all", "orders.refund_order", ((SETTLEMENT, "refunded"),)),
    Step("dispute", "orders.open_dispute", ((DISPUTE, "open"),)),
    Step("resolve", "orders.resolve_dispute", ((DISPUTE, "resolved"),)),
    Step("ask_return", "orders.request_return", ((RETURN, "requested"),)),
)


def is_edge(sale: Sale, step: Step, by: By | None) -> bool:
    now, here = sale.trade.story(sale.id).axes, stands(sale)
    return any(
        edge.after == to and by in edge.by
        for axis, to in step.leads
        for edge in may(axis, step.action, now, here[axis.name])
    )


@pytest.mark.parametrize("situation", STANDS)
def test_an_order_goes_only_where_its_tables_lead(trade: Trade, situation: str) -> None:
    cast = Cast(trade)
    standing = cast.come_to(situation)
    axes = stands(standing)
    assert (axes["payment"], axes["fulfillment"], axes["settlement"]) == STANDS[situation]
    for step in STEPS:
        for person in cast.people:
            if is_edge(standing, step, person.by) and (situation, step.verb) not in TOO_EARLY:
                require_done(cast.come_to(situation), step, person)
            else:
                require_refused(standing, step, person)


def require_done(sale: Sale, step: Step, person: Person) -> None:
    told = stands(sale)["history"]
    getattr(sale, step.verb)(person.who)
    now = stands(sale)
    assert now["history"] > told, f"{step.verb} by {person.name} left no row"
    if not any(now[axis.name] == to for axis, to in step.leads):
        settled(sale, lambda: None)
    now = stands(sale)
    assert any(now[axis.name] == to for axis, to in step.leads), f"{step.verb} by {person.name} led to {now}"


def require_refused(sale: Sale, step: Step, person: Person) -> None:
    before, refused = stands(sale), False
    try:
        getattr(sale, step.verb)(person.who)
    except DomainError:
        refused = True
    assert stands(sale) == before, f"{step.verb} by {person.name}"
    is_so_already = person.by in (By.BUYER, By.SELLER, By.OPERATOR) and (
        any(before[axis.name] == to for axis, to in step.leads)
        or step.verb in ("confirm", "cancel", "dispute", "resolve")
    )
    assert refused or is_so_already, f"{step.verb} by {person.name} was answered as if it were done"
