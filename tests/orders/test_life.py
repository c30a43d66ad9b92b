"""An order's life after payment, through to the last token."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.db.session import in_transaction, transaction
from app.notify.models import OutgoingMail
from app.onramp.events import CardDisputed
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.follow_parcel import mark_delivered
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.refund_order import refund_order
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.actions.ship_order import ship_order
from app.orders.errors import (
    AlreadyShipped,
    CardIsDisputed,
    DisputeTooLate,
    FormAlreadyUsed,
    NothingInEscrow,
    OrderNotFound,
    OrderNotShippable,
    OrderNotShipped,
    RefundExceedsLeft,
    SplitIsNotWhole,
)
from app.orders.handlers import record_chargeback
from app.orders.models import Refund
from app.orders.queries import Viewer
from tests.support.trade import Shop, Trade, buyer_of

UNIT = 10_000


def axes(trade: Trade, order_id: UUID) -> tuple[str, str, str]:
    found = trade.order(order_id)
    return found.payment_status, found.fulfillment_status, found.settlement_status


def refund(trade: Trade, shop: Shop, order_id: UUID, cents: int, token: UUID | None = None) -> Refund:
    now, sent = datetime.now(UTC), token or uuid4()
    return in_transaction(
        lambda session: refund_order(
            session, shop.owner, order_id, cents=cents, reason="bruised", form_token=sent, now=now
        )
    )


def mails(trade: Trade, word: str) -> int:
    with transaction() as session:
        return session.query(OutgoingMail).filter(OutgoingMail.key.contains(word)).count()


def test_a_confirmed_parcel_pays_the_seller_less_commission(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    order = group.orders[0]
    for _ in range(2):
        with transaction() as session:
            confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
    trade.settle()
    assert axes(trade, order.id) == ("paid", "delivered", "released")
    assert trade.books("2200", owner=shop.id) == order.total_cents * UNIT * 95 // 100
    trade.books_equal_chain()


def test_silence_pays_the_seller_after_the_protection_window(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    order = group.orders[0]
    trade.wait_until(order.auto_release_at)
    assert axes(trade, order.id)[2] == "released"


def test_goods_do_not_leave_before_the_deposit_is_safe(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.place(trade.cart({trade.goods(shop): 1}))
    trade.charge(trade.open_card_page(group), group.total_cents)
    with pytest.raises(NothingInEscrow), transaction() as session:
        ship_order(session, shop.owner, group.orders[0].id, carrier="VET", tracking="1", now=trade.now())


def test_shipping_twice_with_the_same_tracking_is_one_parcel_and_one_mail(trade: Trade) -> None:
    shop = trade.shop_of()
    order = trade.shipped_order(shop).orders[0]
    with transaction() as session:
        again = ship_order(session, shop.owner, order.id, carrier="VET Express", tracking="KP 8812", now=trade.now())
        assert len(again.fulfillments) == 1
    with pytest.raises(AlreadyShipped), transaction() as session:
        ship_order(session, shop.owner, order.id, carrier="VET Express", tracking="another", now=trade.now())
    assert mails(trade, "shipped:") == 1


def test_refunding_all_of_an_unshipped_order_cancels_it_and_the_card_gets_its_money(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, stock=10)
    order = trade.paid_group({goods: 4}).orders[0]
    refund(trade, shop, order.id, order.total_cents)
    assert trade.stock(goods) == (10, 0)
    trade.settle()
    assert trade.send_card_refunds() == order.total_cents
    assert axes(trade, order.id) == ("refunded", "canceled", "refunded")
    trade.settle()
    trade.books_equal_chain()
    with pytest.raises(OrderNotShippable), transaction() as session:
        ship_order(session, shop.owner, order.id, carrier="VET", tracking="1", now=trade.now())


def test_parts_can_be_refunded_up_to_what_is_left_and_the_rest_is_released(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    order = group.orders[0]
    refund(trade, shop, order.id, 2_000)
    with pytest.raises(RefundExceedsLeft) as refused:
        refund(trade, shop, order.id, order.total_cents - 1_999)
    assert refused.value.values["left"].minor == order.total_cents - 2_000
    trade.settle()
    refund(trade, shop, order.id, 1_000)
    trade.settle()
    assert trade.send_card_refunds() == 3_000
    assert axes(trade, order.id)[0] == "partially_refunded"
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
    trade.settle()
    assert axes(trade, order.id)[2] == "split"
    trade.books_equal_chain()


def test_the_same_refund_form_sent_in_parallel_is_one_refund(trade: Trade) -> None:
    shop = trade.shop_of()
    order = trade.shipped_order(shop).orders[0]
    token = uuid4()
    with ThreadPoolExecutor(4) as threads:
        sent = list(threads.map(lambda _: refund(trade, shop, order.id, 500, token).id, range(4)))
    assert len(set(sent)) == 1
    with pytest.raises(FormAlreadyUsed):
        refund(trade, shop, order.id, 501, token)
    trade.settle()
    assert trade.send_card_refunds() == 500


def test_a_refund_of_nothing_or_of_too_much_is_refused(trade: Trade) -> None:
    shop = trade.shop_of()
    order = trade.shipped_order(shop).orders[0]
    for cents in (0, -1, 10**12):
        with pytest.raises(RefundExceedsLeft):
            refund(trade, shop, order.id, cents)


def test_a_buyer_cancels_before_shipping_and_gets_everything_back(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, stock=3)
    group = trade.paid_group({goods: 3})
    order = group.orders[0]
    for _ in range(2):
        with transaction() as session:
            cancel_order(session, buyer_of(group), order.id, now=trade.now())
    trade.settle()
    assert trade.send_card_refunds() == order.total_cents
    assert axes(trade, order.id) == ("refunded", "canceled", "refunded")
    assert trade.stock(goods) == (3, 0)


def test_a_seller_with_an_own_wallet_is_asked_first_and_the_contract_decides_when_it_is_late(trade: Trade) -> None:
    shop = trade.shop_of(wallet=bytes.fromhex(trade.chain.accounts[5][2:]))
    goods = trade.goods(shop, stock=3)
    group = trade.paid_group({goods: 3})
    order = group.orders[0]
    with transaction() as session:
        cancel_order(session, buyer_of(group), order.id, now=trade.now())
    assert mails(trade, "cancel_asked") == 1
    assert axes(trade, order.id)[2] == "in_escrow"
    trade.wait_until(order.ship_by)
    with transaction() as session:
        cancel_order(session, buyer_of(group), order.id, now=trade.now())
    trade.settle()
    assert trade.stock(goods) == (0, 0)
    trade.wait_until(trade.now() + timedelta(hours=49))
    assert trade.send_card_refunds() == order.total_cents
    assert axes(trade, order.id) == ("refunded", "canceled", "refunded")
    assert trade.stock(goods) == (3, 0)


def test_a_shipped_order_can_no_longer_be_canceled(trade: Trade) -> None:
    group = trade.shipped_order(trade.shop_of())
    with pytest.raises(AlreadyShipped), transaction() as session:
        cancel_order(session, buyer_of(group), group.orders[0].id, now=trade.now())


def dispute(trade: Trade, viewer: Viewer, order_id: UUID) -> None:
    with transaction() as session:
        open_dispute(session, viewer, order_id, reason="damaged", text="Two jars broke.", now=trade.now())


def test_a_dispute_holds_the_money_until_the_operator_splits_it(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    order = group.orders[0]
    dispute(trade, buyer_of(group), order.id)
    dispute(trade, buyer_of(group), order.id)
    trade.settle()
    assert axes(trade, order.id)[2] == "disputed"
    with pytest.raises(NothingInEscrow), transaction() as session:
        confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
    with pytest.raises(SplitIsNotWhole):
        decide(trade, order.id, order.total_cents + 1)
    decide(trade, order.id, 4_000)
    decide(trade, order.id, 4_000)
    with pytest.raises(FormAlreadyUsed):
        decide(trade, order.id, 4_001)
    trade.settle()
    assert trade.send_card_refunds() == order.total_cents - 4_000
    assert axes(trade, order.id)[2] == "split"
    assert trade.books("2200", owner=shop.id) == 3_800 * UNIT
    trade.settle()
    trade.books_equal_chain()


def decide(trade: Trade, order_id: UUID, seller_cents: int) -> None:
    with transaction() as session:
        resolve_dispute(
            session, trade.operator, order_id, seller_cents=seller_cents, resolution="Shared", now=trade.now()
        )


def test_a_problem_is_reported_neither_before_the_seller_had_time_nor_after_the_window(trade: Trade) -> None:
    shop = trade.shop_of()
    unshipped = trade.paid_group({trade.goods(shop): 1})
    with pytest.raises(OrderNotShipped):
        dispute(trade, buyer_of(unshipped), unshipped.orders[0].id)
    shipped = trade.shipped_order(shop)
    trade.chain.pass_time(int((shipped.orders[0].auto_release_at - trade.now()).total_seconds()))
    trade.worker.round()
    with pytest.raises((DisputeTooLate, NothingInEscrow)):
        dispute(trade, buyer_of(shipped), shipped.orders[0].id)


def test_a_stranger_finds_no_order_to_act_on(trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Another shop")
    group = trade.shipped_order(shop)
    order_id = group.orders[0].id
    stranger = Viewer(other.owner.user_id, ("not-a-token",))
    for attempt in (
        lambda session: confirm_receipt(session, stranger, order_id, now=trade.now()),
        lambda session: cancel_order(session, Viewer(), order_id, now=trade.now()),
        lambda session: open_dispute(session, stranger, order_id, reason="other", text="x", now=trade.now()),
        lambda session: ship_order(session, other.owner, order_id, carrier="a", tracking="b", now=trade.now()),
        lambda session: mark_delivered(session, other.owner, order_id, now=trade.now()),
        lambda session: resolve_dispute(
            session, shop.owner, order_id, seller_cents=0, resolution="mine", now=trade.now()
        ),
        lambda session: refund_order(
            session, other.owner, order_id, cents=1, reason="", form_token=uuid4(), now=trade.now()
        ),
    ):
        with pytest.raises(OrderNotFound):
            in_transaction(attempt)


def test_nothing_ships_on_a_payment_the_bank_took_back_until_it_is_won(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.paid_group({trade.goods(shop): 1})
    order = group.orders[0]

    def hear(status: str) -> None:
        with transaction() as session:
            record_chargeback(session, CardDisputed(group.id, "dp_1", group.total_cents, status))

    hear("needs_response")
    hear("needs_response")
    with pytest.raises(CardIsDisputed), transaction() as session:
        ship_order(session, shop.owner, order.id, carrier="VET", tracking="1", now=trade.now())
    assert mails(trade, "card_disputed") == 1
    hear("won")
    with transaction() as session:
        ship_order(session, shop.owner, order.id, carrier="VET", tracking="1", now=trade.now())
    assert axes(trade, order.id)[1] == "fulfilled"


def test_what_the_bank_took_back_is_not_refunded_as_well_until_it_is_won(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.paid_group({trade.goods(shop): 1})
    order = group.orders[0]

    def hear(status: str) -> None:
        with transaction() as session:
            record_chargeback(session, CardDisputed(group.id, "dp_1", group.total_cents, status))

    hear("needs_response")
    with pytest.raises(CardIsDisputed), transaction() as session:
        cancel_order(session, buyer_of(group), order.id, now=trade.now())
    with pytest.raises(CardIsDisputed):
        refund(trade, shop, order.id, 100)
    assert axes(trade, order.id) == ("paid", "unfulfilled", "in_escrow")
    hear("won")
    refund(trade, shop, order.id, order.total_cents)
    assert axes(trade, order.id)[1] == "canceled"
