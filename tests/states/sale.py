"""A sale that comes to each situation an order can be in, by the actions of its people."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.identity.rules.roles import APPROVER, BUYING_ROLES
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.expire_group import expire_group
from app.orders.actions.follow_parcel import mark_delivered
from app.orders.actions.give_up_rest import give_up_rest
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.refund_order import refund_order
from app.orders.actions.request_return import request_return
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.actions.ship_order import ship_order
from app.orders.models import Dispute, Order, OrderEvent, OrderGroup
from app.orders.queries import Viewer
from app.orders.return_models import OrderReturn
from app.states.edges import By
from tests.states.matrix import Person
from tests.support.trade import Shop, Trade

PIECE, SECOND = 3_000, timedelta(seconds=1)


class Sale:
    """Three pieces bought by somebody with an account; every step is taken by whoever is named."""

    def __init__(
        self,
        trade: Trade,
        shop: Shop,
        buyer: Actor,
        *,
        is_paid: bool = True,
        is_settled: bool = True,
        group: OrderGroup | None = None,
    ) -> None:
        self.trade, self.shop, self.buyer = trade, shop, buyer
        self.group: OrderGroup = group or self._bought()
        self.id: UUID = self.group.orders[0].id
        self.line: UUID = self.group.orders[0].lines[0].id
        if is_paid:
            trade.charge(trade.open_card_page(self.group), self.group.total_cents)
        if is_paid and is_settled:
            trade.settle()

    def _bought(self) -> OrderGroup:
        trade = self.trade
        cart = trade.cart({trade.goods(self.shop, price=PIECE): 3})
        return trade.place(cart, trade.request(cart, buyer_id=self.buyer.user_id))

    @property
    def order(self) -> Order:
        return self.trade.order(self.id)

    def ship(self, who: Actor, count: int | None = None) -> None:
        counts = {self.line: count} if count else None
        tracking, now = uuid4().hex[:8], self.trade.now()
        in_transaction(lambda s: ship_order(s, who, self.id, carrier="VET", tracking=tracking, counts=counts, now=now))

    def ship_part(self, who: Actor) -> None:
        self.ship(who, 1)

    def arrive(self, who: Actor) -> None:
        in_transaction(lambda s: mark_delivered(s, who, self.id, now=self.trade.now()))

    def give_up_rest(self, who: Actor) -> None:
        in_transaction(lambda s: give_up_rest(s, who, self.id, now=self.trade.now()))

    def confirm(self, who: Actor) -> None:
        in_transaction(lambda s: confirm_receipt(s, eyes_of(who), self.id, now=self.trade.now()))

    def cancel(self, who: Actor) -> None:
        in_transaction(lambda s: cancel_order(s, eyes_of(who), self.id, now=self.trade.now()))

    def refund(self, who: Actor, cents: int) -> None:
        token, now = uuid4(), self.trade.now()
        in_transaction(lambda s: refund_order(s, who, self.id, cents=cents, reason="", form_token=token, now=now))

    def refund_part(self, who: Actor) -> None:
        self.refund(who, PIECE)

    def refund_all(self, who: Actor) -> None:
        back = self.order.settlement_status
        returned = PIECE if self.order.payment_status == "partially_refunded" and back == "in_escrow" else 0
        self.refund(who, self.group.total_cents - returned)

    def dispute(self, who: Actor) -> None:
        viewer, now = eyes_of(who), self.trade.now()
        in_transaction(lambda s: open_dispute(s, viewer, self.id, reason="damaged", text="Broken.", now=now))

    def resolve(self, who: Actor) -> None:
        now = self.trade.now()
        in_transaction(lambda s: resolve_dispute(s, who, self.id, seller_cents=PIECE, resolution="Shared.", now=now))

    def ask_return(self, who: Actor) -> None:
        self.asked(eyes_of(who))

    def asked(self, viewer: Viewer) -> OrderReturn:
        token, now, counts = uuid4(), self.trade.now(), {self.line: 1}
        return in_transaction(
            lambda s: request_return(
                s, viewer, self.id, counts=counts, reason="damaged", text="Broken.", form_token=token, now=now
            )
        )


def eyes_of(who: Actor) -> Viewer:
    """What this person may look at as a buyer, for companies too."""
    return Viewer(who.user_id, (), who.organizations(BUYING_ROLES), who.organizations({APPROVER}))


def settled(sale: Sale, *steps: Callable[[], None]) -> Sale:
    for step in steps:
        step()
        sale.trade.settle()
        sale.trade.send_card_refunds()
        sale.trade.settle()
    return sale


class Cast:
    """Who may have to do with a sale, and how a sale comes to each situation."""

    def __init__(self, trade: Trade) -> None:
        self.trade, self.shop, self.buyer = trade, trade.shop_of(), trade.person()
        self.people = [
            Person("buyer", By.BUYER, self.buyer),
            Person("seller", By.SELLER, self.shop.owner),
            Person("operator", By.OPERATOR, trade.operator),
            Person("another shop", None, trade.shop_of(name="Mekong Silk").owner),
            Person("stranger", None, trade.person()),
        ]

    def sale(self, **how: bool) -> Sale:
        return Sale(self.trade, self.shop, self.buyer, **how)

    def come_to(self, situation: str) -> Sale:
        seller, buyer = self.shop.owner, self.buyer
        if situation in ("unpaid", "expired", "funding"):
            sale = self.sale(is_paid=situation == "funding", is_settled=False)
            if situation == "expired":
                in_transaction(lambda s: expire_group(s, sale.group.id, sale.group.hold_until + SECOND))
            return sale
        sale = self.sale()
        if situation == "held":
            return sale
        if situation == "refunded":
            return settled(sale, lambda: sale.refund_all(seller))
        if situation == "partly sent":
            sale.ship_part(seller)
            return sale
        sale.ship(seller)
        if situation == "arrived":
            sale.arrive(seller)
        steps: Mapping[str, tuple[Callable[[], None], ...]] = {
            "disputed": (lambda: sale.dispute(buyer),),
            "decided": (lambda: sale.dispute(buyer), lambda: sale.resolve(self.trade.operator)),
            "released": (lambda: sale.confirm(buyer),),
            "split": (lambda: sale.refund_part(seller), lambda: sale.confirm(buyer)),
        }
        return settled(sale, *steps.get(situation, ()))


def stands(sale: Sale) -> dict[str, Any]:
    """Where it stands on every axis, and how many rows tell of it."""
    with reading() as session:
        order = session.get_one(Order, sale.id)
        dispute = session.query(Dispute.state).filter_by(order_id=sale.id).scalar()
        last = session.query(OrderReturn.state).filter_by(order_id=sale.id).order_by(OrderReturn.id.desc()).first()
        return {
            "payment": order.payment_status,
            "fulfillment": order.fulfillment_status,
            "settlement": order.settlement_status,
            "dispute": dispute,
            "return": last[0] if last else None,
            "history": session.query(OrderEvent).filter_by(order_id=sale.id).count(),
        }
