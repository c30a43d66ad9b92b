"""What leads from one state of an order to another, on each of its axes, and who takes it.

The three of `Axes` follow from facts and from the chain (`status.py`); here stands which action brings the fact about, and
what the other axes must say then. `life.py` names the reason when they do not.
"""

from app.orders.rules.status import Axes, FulfillmentStatus, PaymentStatus, SettlementStatus
from app.states.edges import Axis, By, Edge, edge, table

F, P, S = FulfillmentStatus, PaymentStatus, SettlementStatus
_HELD = (S.IN_ESCROW, S.DISPUTED)
_UNSENT = (F.UNFULFILLED,)
_ALL_SENT = (F.FULFILLED, F.DELIVERED)
_UNHELD = (P.ON_TERMS, P.SETTLED_OUTSIDE)
"""Sold on terms: the seller sends it at the own risk."""

CHECKOUT = Axis(
    "checkout",
    "order_groups.state",
    "One act of buying. It is paid late only while the goods are still there; otherwise the money goes back.",
    table(
        edge(None, "pending_payment", "orders.place_orders", By.BUYER),
        edge(("pending_payment", "expired"), "paid", "orders.pay_group", By.NEWS),
        edge("pending_payment", "expired", "orders.expire_group", By.CLOCK, By.BUYER, By.OPERATOR, By.NEWS),
        edge("pending_payment", "on_terms", "orders.sell_on_terms", By.BUYER),
        edge("on_terms", "paid", "orders.pay_owed", By.NEWS),
        edge("on_terms", "ended", "orders.end_unpaid", By.BUYER, By.SELLER),
        edge("paid", "on_terms", "orders.pay_owed", By.NEWS),  # the chain was away for too long, the goods have left
    ),
)
PAYMENT = Axis(
    "payment",
    "orders.payment_status",
    "What the buyer has paid and got back, as the card service and the chain tell it. A refund that the card's bank sends back leads back.",
    table(
        edge(None, P.NONE, "orders.place_orders", By.BUYER),
        edge(P.NONE, P.PAID, "orders.pay_group", By.NEWS),
        edge(P.NONE, P.ON_TERMS, "orders.sell_on_terms", By.BUYER),
        edge(P.ON_TERMS, P.PAID, "orders.pay_owed", By.NEWS),
        edge(P.ON_TERMS, P.NONE, "orders.end_unpaid", By.BUYER, By.SELLER),
        edge(P.ON_TERMS, P.SETTLED_OUTSIDE, "orders.end_unpaid", By.SELLER),
        edge(P.PAID, P.ON_TERMS, "orders.pay_owed", By.NEWS),
        edge(P.NONE, P.REFUNDED, "orders.handlers", By.NEWS),  # charged after the goods were gone
        edge(P.PAID, P.PARTIALLY_REFUNDED, "orders.handlers", By.NEWS),
        edge((P.PAID, P.PARTIALLY_REFUNDED), P.REFUNDED, "orders.handlers", By.NEWS),
        edge(P.REFUNDED, P.PARTIALLY_REFUNDED, "orders.handlers", By.NEWS),
        edge((P.REFUNDED, P.PARTIALLY_REFUNDED), P.PAID, "orders.handlers", By.NEWS),
        edge(P.REFUNDED, P.NONE, "orders.handlers", By.NEWS),
    ),
)
FULFILLMENT = Axis(
    "fulfillment",
    "orders.fulfillment_status",
    "Where the goods are. An order that expired unpaid wakes up when its money comes and the goods are still there.",
    table(
        edge(None, F.UNFULFILLED, "orders.place_orders", By.BUYER),
        edge(F.UNFULFILLED, F.PARTIAL, "orders.ship_order", By.SELLER, settlement=(S.IN_ESCROW,)),
        edge(F.PARTIAL, F.PARTIAL, "orders.ship_order", By.SELLER, settlement=(S.IN_ESCROW,)),
        edge((F.UNFULFILLED, F.PARTIAL), F.FULFILLED, "orders.ship_order", By.SELLER, settlement=(S.IN_ESCROW,)),
        edge(F.UNFULFILLED, F.PARTIAL, "orders.ship_order", By.SELLER, payment=_UNHELD, settlement=(S.NONE,)),
        edge(F.PARTIAL, F.PARTIAL, "orders.ship_order", By.SELLER, payment=_UNHELD, settlement=(S.NONE,)),
        edge(
            (F.UNFULFILLED, F.PARTIAL),
            F.FULFILLED,
            "orders.ship_order",
            By.SELLER,
            payment=_UNHELD,
            settlement=(S.NONE,),
        ),
        edge(F.FULFILLED, F.DELIVERED, "orders.confirm_receipt", By.BUYER, payment=(P.ON_TERMS,)),
        edge(F.UNFULFILLED, F.CANCELED, "orders.end_unpaid", By.BUYER, By.SELLER, payment=(P.ON_TERMS,)),
        edge(F.PARTIAL, F.FULFILLED, "orders.give_up_rest", By.SELLER, settlement=(S.IN_ESCROW,)),
        edge(F.PARTIAL, F.FULFILLED, "orders.cancel_order", By.CLOCK, settlement=(S.IN_ESCROW,)),
        edge(F.UNFULFILLED, F.FULFILLED, "orders.confirm_handover", By.SELLER, settlement=(S.IN_ESCROW,)),
        edge(
            F.UNFULFILLED,
            F.FULFILLED,
            "orders.confirm_handover",
            By.SELLER,
            payment=_UNHELD,
            settlement=(S.NONE,),
        ),
        edge(F.FULFILLED, F.DELIVERED, "orders.confirm_handover", By.SELLER, payment=_UNHELD, settlement=(S.NONE,)),
        edge(F.PARTIAL, F.PARTIAL, "orders.follow_parcel", By.SELLER),
        edge(F.FULFILLED, F.DELIVERED, "orders.follow_parcel", By.SELLER),
        edge(F.FULFILLED, F.DELIVERED, "orders.confirm_receipt", By.BUYER, settlement=(S.IN_ESCROW,)),
        edge(F.FULFILLED, F.DELIVERED, "orders.confirm_handover", By.SELLER, settlement=(S.IN_ESCROW,)),
        edge(F.UNFULFILLED, F.CANCELED, "orders.cancel_order", By.BUYER, By.CLOCK, settlement=(S.IN_ESCROW,)),
        edge(F.UNFULFILLED, F.CANCELED, "orders.refund_order", By.SELLER, settlement=_HELD),
        edge(
            F.UNFULFILLED,
            F.CANCELED,
            "orders.expire_group",
            By.CLOCK,
            By.BUYER,
            By.OPERATOR,
            By.NEWS,
            payment=(P.NONE,),
        ),
        edge(F.UNFULFILLED, F.CANCELED, "orders.handlers", By.NEWS),  # the contract canceled, or was never funded
        edge(F.CANCELED, F.UNFULFILLED, "orders.pay_group", By.NEWS),
    ),
)
SETTLEMENT = Axis(
    "settlement",
    "orders.settlement_status",
    "Where the money is, as the head of the chain shows it. Until a block is final, a reorganization may lead back along any edge.",
    table(
        edge(None, S.NONE, "orders.place_orders", By.BUYER),
        edge(S.NONE, S.FUNDING, "orders.pay_group", By.NEWS),
        edge(S.NONE, S.FUNDING, "orders.pay_owed", By.NEWS),
        edge(S.IN_ESCROW, S.RELEASED, "orders.pay_owed", By.NEWS),  # the buyer had said that the goods are there
        edge((S.NONE, S.FUNDING), S.IN_ESCROW, "orders.handlers", By.NEWS),
        edge(S.FUNDING, S.NONE, "orders.handlers", By.NEWS),  # the chain was away for too long: the card gets it back
        edge(S.IN_ESCROW, S.IN_ESCROW, "orders.refund_order", By.SELLER),
        edge(S.IN_ESCROW, S.IN_ESCROW, "orders.give_up_rest", By.SELLER, fulfillment=(F.PARTIAL,)),
        edge(S.IN_ESCROW, S.IN_ESCROW, "orders.release_part", By.BUYER, By.SELLER, By.NEWS),
        edge(S.IN_ESCROW, S.DISPUTED, "orders.open_dispute", By.BUYER),
        edge(S.IN_ESCROW, S.DISPUTED, "orders.put_before_arbiter", By.CLOCK, By.NEWS),
        edge(S.IN_ESCROW, S.RELEASED, "orders.confirm_receipt", By.BUYER, fulfillment=_ALL_SENT),
        edge(S.IN_ESCROW, S.RELEASED, "orders.confirm_handover", By.SELLER),
        edge(S.IN_ESCROW, S.RELEASED, "settlement.plan_due", By.CLOCK),  # silence after the protection window
        edge(S.IN_ESCROW, S.REFUNDED, "orders.cancel_order", By.BUYER, By.CLOCK, fulfillment=_UNSENT),
        edge(_HELD, S.REFUNDED, "orders.refund_order", By.SELLER),
        edge(
            S.IN_ESCROW, S.SPLIT, "orders.confirm_receipt", By.BUYER, fulfillment=_ALL_SENT
        ),  # a part went back before
        edge(S.IN_ESCROW, S.SPLIT, "settlement.plan_due", By.CLOCK),
        edge(_HELD, S.SPLIT, "orders.refund_order", By.SELLER),  # a part was released before
        edge(S.DISPUTED, S.RELEASED, "orders.resolve_dispute", By.OPERATOR),
        edge(S.DISPUTED, S.REFUNDED, "orders.resolve_dispute", By.OPERATOR),
        edge(S.DISPUTED, S.SPLIT, "orders.resolve_dispute", By.OPERATOR),
        edge(S.DISPUTED, S.RELEASED, "settlement.plan_due", By.CLOCK),  # nobody decided in time
        edge(S.DISPUTED, S.REFUNDED, "settlement.plan_due", By.CLOCK),
        edge(S.DISPUTED, S.SPLIT, "settlement.plan_due", By.CLOCK),
        edge(S.DISPUTED, S.RELEASED, "orders.handlers", By.NEWS),  # the buyer's own wallet told the contract to pay
        edge(S.DISPUTED, S.SPLIT, "orders.handlers", By.NEWS),
    ),
)
DISPUTE = Axis(
    "dispute",
    "disputes.state",
    "At most one of an order. It ends by a decision, or when nothing of the money is left to decide about.",
    table(
        edge(None, "open", "orders.open_dispute", By.BUYER, settlement=(S.IN_ESCROW,)),
        edge(None, "open", "orders.put_before_arbiter", By.CLOCK, By.NEWS, settlement=(S.IN_ESCROW,)),
        edge("open", "resolved", "orders.resolve_dispute", By.OPERATOR, settlement=(S.DISPUTED,)),
        edge("open", "resolved", "orders.close_dispute", By.NEWS),
    ),
)


def may(axis: Axis, action: str, now: Axes, before: str | None = None) -> tuple[Edge, ...]:
    """The edges `action` may take on this axis of an order that stands at `now`; none: it is refused.

    `before` is where the axis stands when it is none of the three.
    """
    stands = vars(now)
    return tuple(
        one
        for one in axis.out_of(stands.get(axis.name, before), action)
        if all(stands[other] in states for other, states in one.given.items())
    )
