"""Samples wherever else the market does something with what was bought: returns, disputes, terms, wallets, price lists."""

from uuid import UUID

import pytest

from app.catalog.actions.write_price_list import make_price_list, set_list_price
from app.catalog.errors import SampleLimit, VariantNotFound
from app.catalog.rules.price_lists import PriceListTerms
from app.chain.contracts import ESCROW, encode_call
from app.checkout.errors import CartHasProblems
from app.credit.actions.change_debt import cancel_owed
from app.db.session import in_transaction, transaction
from app.orders.actions.expire_group import expire_group
from app.orders.actions.ship_order import ship_order
from app.orders.return_models import OrderReturn
from app.pricing.models import CustomerGroup
from tests.checkout.test_samples import sampled
from tests.checkout.test_wallet_signatures import authorization, group, stranger_calls, terms_of
from tests.credit.test_paying_later import axes, pay
from tests.orders.test_life import decide
from tests.orders.test_returns import Sold
from tests.support.front import Front
from tests.support.on_terms import OnTerms
from tests.support.outcome import UNITS_PER_CENT as UNIT
from tests.support.outcome import mails_to
from tests.support.trade import BUYER_EMAIL, Trade, buyer_of
from tests.support.wallet import WalletBuyer, address_of, wallet_with


class SoldWithSample(Sold):
    """Twenty of the goods and one sample of them, sent and paid by card. `line` is the sample's."""

    def __init__(self, trade: Trade) -> None:
        self.trade, self.shop = trade, trade.shop_of()
        self.goods, self.sample = sampled(trade, most=1, shop=self.shop)
        self.group = trade.paid_group({self.goods: 20, self.sample: 1})
        self.order, self.viewer = self.group.orders[0], buyer_of(self.group)
        (self.line,) = (line.id for line in self.order.lines if line.is_sample)
        with transaction() as session:
            ship_order(session, self.shop.owner, self.order.id, carrier="VET", tracking="KP 1", now=trade.now())


def requires_no_more(trade: Trade, sample: UUID) -> None:
    """The buyer has had it: one more is refused in words, and nothing is held."""
    before = trade.stock(sample)
    with pytest.raises(SampleLimit) as refused:
        trade.place(trade.cart({sample: 1}))
    assert refused.value.values == {"listing": "Kampot black pepper", "most": 1, "had": 1}
    assert trade.stock(sample) == before


def test_a_sample_sent_back_is_refunded_at_the_samples_price_and_stays_counted(trade: Trade) -> None:
    sold = SoldWithSample(trade)
    found: OrderReturn = sold.ask(1)
    assert [line.cents for line in found.lines] == [200]
    for step in (sold.approve, sold.send, sold.receive):
        step(found)
    sold.refund(found, 200)
    trade.settle()
    assert trade.send_card_refunds() == 200
    assert (sold.state(found), sold.returned(), trade.stock(sold.sample)) == ("refunded", 1, (9, 0))
    requires_no_more(trade, sold.sample)
    sold.confirm()
    trade.settle()
    rest = sold.order.total_cents - 200
    assert trade.books("2200", owner=sold.shop.id) == rest * UNIT * 95 // 100
    trade.books_equal_chain()


@pytest.mark.parametrize("sellers", [0, 150])
def test_a_sample_that_was_disputed_is_shared_like_anything_else_and_stays_counted(trade: Trade, sellers: int) -> None:
    """Also who got everything back has had it; what counts no more is what was canceled before it left."""
    sold = SoldWithSample(trade)
    sold.dispute()
    trade.settle()
    decide(trade, sold.order.id, sellers)
    trade.settle()
    assert trade.send_card_refunds() == sold.order.total_cents - sellers
    assert sold.settled() == ("split" if sellers else "refunded")
    assert trade.stock(sold.sample) == (9, 0)
    requires_no_more(trade, sold.sample)
    trade.settle()
    trade.books_equal_chain()


def test_a_sample_on_terms_counts_for_the_company_before_it_is_paid_and_no_more_once_it_is_canceled(
    trade: Trade,
) -> None:
    terms = OnTerms(trade)
    _goods, terms.goods = sampled(trade, most=1, shop=terms.shop)
    (order,) = terms.order().orders
    assert (terms.debt(order).cents, terms.used(), trade.stock(terms.goods)) == (350, 350, (9, 0))
    with pytest.raises(CartHasProblems):
        terms.order(terms.boss)
    assert (terms.used(), trade.stock(terms.goods)) == (350, (9, 0))
    with transaction() as session:
        cancel_owed(session, terms.shop.owner, order.id, now=trade.now())
    assert trade.stock(terms.goods) == (10, 0)
    again = terms.order()
    pay(terms, again)
    assert axes(terms, again.orders[0]) == ("paid", "unfulfilled", "in_escrow")
    trade.books_equal_chain()


def left_with_a_signature(front: Front, trade: Trade, sample: UUID) -> tuple[WalletBuyer, bytes]:
    """The buyer signed, the checkout's time was over before that came; gives what a stranger can still send."""
    buyer = WalletBuyer(front, wallet_with(trade, 1_000))
    signed = authorization(buyer.account, buyer.order(sample))
    in_transaction(lambda session: expire_group(session, buyer.group_id, group(buyer).hold_until))
    return buyer, encode_call(ESCROW, "depositWithAuthorization", terms_of(buyer, trade), signed)


def comes_late(trade: Trade, call: bytes) -> None:
    stranger_calls(trade, trade.escrow_address(), call)
    for _ in range(3):
        trade.settle()


def test_a_wallets_late_deposit_gets_its_sample_where_nothing_was_ordered_since(front: Front, trade: Trade) -> None:
    _goods, sample = sampled(trade, most=1)
    buyer, call = left_with_a_signature(front, trade, sample)
    comes_late(trade, call)
    assert (group(buyer).state, trade.stock(sample)) == ("paid", (9, 0))
    assert trade.on_chain(address_of(buyer.account)) == 650 * UNIT
    requires_no_more(trade, sample)
    trade.books_equal_chain()


def test_a_wallets_late_deposit_goes_back_in_full_where_the_buyer_has_had_the_sample_since(
    front: Front, trade: Trade
) -> None:
    """There are samples left, and the buyer, known by the address for mails, has had the one there is for each."""
    _goods, sample = sampled(trade, most=1)
    buyer, call = left_with_a_signature(front, trade, sample)
    trade.paid_group({sample: 1})
    comes_late(trade, call)
    assert (trade.on_chain(address_of(buyer.account)), trade.stock(sample)) == (1_000 * UNIT, (9, 0))
    (order,) = group(buyer).orders
    assert trade.order(order.id).payment_status == "refunded"
    assert mails_to(BUYER_EMAIL)[-1] == f"You get $3.50 back for order {order.number}"
    trade.books_equal_chain()


@pytest.mark.parametrize("is_fixed", [False, True])
def test_no_price_list_changes_what_a_sample_costs_nor_has_a_price_for_one(trade: Trade, *, is_fixed: bool) -> None:
    """Half off everything, with a price of their own for the goods: both count for the goods only."""
    terms = OnTerms(trade)
    shop, owner = terms.shop, terms.shop.owner
    goods, sample = sampled(trade, minimum=1, shop=shop)
    other, others_sample = sampled(trade, minimum=1, shop=shop)
    with transaction() as session:
        (known,) = session.query(CustomerGroup.id).one()
        half = PriceListTerms("Half", off_bps=5_000, is_fixed=is_fixed, group_ids=[known])
        made = make_price_list(session, owner, shop.id, half)
        set_list_price(session, owner, made, goods, price_minor=100, tiers=())
    with pytest.raises(VariantNotFound), transaction() as session:
        set_list_price(session, owner, made, sample, price_minor=1, tiers=())
    cart = trade.cart({goods: 1, sample: 1, other: 1, others_sample: 1}, terms.buyer)
    priced = {
        item.line.variant_id: item.line.total.minor for seller in trade.priced(cart).sellers for item in seller.items
    }
    assert priced == {goods: 100, sample: 200, other: 725, others_sample: 200}
    request = trade.request(cart, buyer_id=terms.buyer.user_id, company_id=terms.company)
    (order,) = trade.place(cart, request).orders
    assert {line.variant_id: line.line_minor for line in order.lines} == priced
