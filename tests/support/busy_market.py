"""The market of the authorization table with more going on: an order in every state, and one of each thing that waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from app.catalog.rules.listings import SampleTerms
from app.console.actions.book_receipt import book_receipt
from app.db.session import transaction
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.models import User
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.refund_order import refund_order
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.models import OrderGroup
from app.orders.rules.purchase import WALLET
from app.reconciliation.actions.record_tie_out import record_tie_out
from app.reconciliation.rules import Finding, Reason, Row, TieOut
from tests.architecture.access import Person
from tests.architecture.market import Market
from tests.console.test_desk import kept_webhook, stuck_intent
from tests.support.front import Visitor
from tests.support.trade import Shop, Trade, buyer_of

LONG_NAME = "Hand-pounded, twice-sifted pepper of the first harvest, Kampot"
WALLET_ADDRESS = bytes.fromhex("90f79bf6eb2c4f870365e785982e1f101e93b906")


@dataclass(frozen=True)
class Orders:
    """One checkout in each state a buyer may find it in."""

    groups: Mapping[str, OrderGroup]
    shop: Shop

    def numbers(self) -> dict[str, str]:
        return {state: group.orders[0].number for state, group in self.groups.items()}


def make_busy(market: Market) -> Orders:
    trade = market.front.trade
    shop = trade.shop_of(name=LONG_NAME)
    groups = {
        "pending": trade.place(trade.cart({trade.goods(shop): 1})),
        "paid": trade.paid_group(_with_sample(trade, shop) | {trade.goods(trade.shop_of(name="Mekong Silk")): 1}),
        "shipped": trade.shipped_order(shop),
        "disputed": _disputed(trade, shop),
        "resolved": _resolved(trade, shop),
        "refunded": _refunded(trade, shop),
        "canceled": _canceled(trade, shop),
        "wallet": _by_wallet(trade, shop),
    }
    trade.settle()
    _connect_wallet(market)
    _leave_work(market)
    return Orders(groups, shop)


def buyer_with_everything(market: Market, orders: Orders) -> Visitor:
    """A guest who has the links of all orders, and a cart ready to be paid."""
    visitor = market.front.visitor()
    for group in orders.groups.values():
        visitor.look(f"/orders/key/{group.access_token}", status=303)
    visitor.add(market.front.trade.goods(orders.shop, title=LONG_NAME), 3)
    visitor.add(UUID(market.things["variant"]), 2)
    visitor.add(market.front.trade.sample_of(UUID(market.things["variant"])))
    visitor.check_out()
    return visitor


def _with_sample(trade: Trade, shop: Shop) -> dict[UUID, int]:
    """Two of some goods, and a sample of them."""
    goods = trade.goods(shop, sample=SampleTerms(200, 10))
    return {goods: 2, trade.sample_of(goods): 1}


def _connect_wallet(market: Market) -> None:
    """The buyer, who owes something, may pay it from a wallet of their own."""
    buyer = market.people[Person.BUYER]
    assert buyer is not None
    with transaction() as work:
        work.get_one(User, buyer.user_id).wallet_address = WALLET_ADDRESS


def _disputed(trade: Trade, shop: Shop) -> OrderGroup:
    group = trade.shipped_order(shop)
    with transaction() as work:
        order = group.orders[0]
        open_dispute(work, buyer_of(group), order.id, reason="damaged", text="The jar is broken.", now=trade.now())
    trade.settle()
    return group


def _resolved(trade: Trade, shop: Shop) -> OrderGroup:
    group = _disputed(trade, shop)
    with transaction() as work:
        order = group.orders[0]
        half = order.total_cents // 2
        resolve_dispute(work, trade.operator, order.id, seller_cents=half, resolution="Half each.", now=trade.now())
    return group


def _refunded(trade: Trade, shop: Shop) -> OrderGroup:
    group = trade.shipped_order(shop)
    with transaction() as work:
        refund_order(
            work,
            shop.owner,
            group.orders[0].id,
            cents=250,
            reason="A bruised one.",
            form_token=uuid4(),
            now=trade.now(),
        )
    return group


def _canceled(trade: Trade, shop: Shop) -> OrderGroup:
    group = trade.paid_group({trade.goods(shop): 1})
    with transaction() as work:
        cancel_order(work, buyer_of(group), group.orders[0].id, now=trade.now())
    return group


def _by_wallet(trade: Trade, shop: Shop) -> OrderGroup:
    """Ordered from a wallet with enough tokens, not signed yet."""
    with transaction() as work:
        book_receipt(
            work, trade.operator, reference="ABA-77120", payer_name="Dara Chan", wallet_address=WALLET_ADDRESS,
            cents=50_000, received_at=datetime.now(UTC),
        )  # fmt: skip
    trade.settle()
    cart = trade.cart({trade.goods(shop): 1})
    return trade.place(cart, trade.request(cart, paid_by=WALLET, buyer_address=WALLET_ADDRESS))


def _leave_work(market: Market) -> None:
    """What waits on the desks of operator and accountant."""
    front = market.front
    stuck_intent("mint:stuck")
    kept_webhook("evt_stuck", problem="A part of the market does not answer just now.")
    newcomer = front.trade.person()
    with transaction() as work:
        record_tie_out(work, _a_difference())
        terms = ShopTerms(name="Not looked at yet", kind="private_person", country="VN", place="Hà Nội", currency="VND")
        create_shop(work, newcomer, terms)


def _a_difference() -> TieOut:
    row = Row("escrow", "CTM in escrow", "CTM", None, 61_275_400_000, 61_275_400_001)
    blamed = Finding("escrow", Reason.AMOUNT, "tx", "0x" + "ab" * 32, "CTM", 1)
    return TieOut(datetime.now(UTC), 812_440, bytes(32), (row,), (blamed,), ())
