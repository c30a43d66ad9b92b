"""Sixty-four buyers race for the last uses of a voucher: exactly as many as it allows have it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from app.checkout.actions.place_cart import CheckoutRequest
from app.db.session import reading, transaction
from app.orders.actions.expire_group import expire_group
from app.orders.errors import PricesChanged
from app.orders.models import OrderGroup
from app.orders.rules.purchase import Contact
from app.vouchers.models import Voucher
from tests.support.trade import Trade

BUYERS, USES = 64, 5


def test_of_sixty_four_buyers_five_have_it_and_the_others_are_told_the_new_price(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, price=10_000, stock=1_000)
    voucher = trade.voucher(shop, code="LAST", most_uses=USES)
    now, ready = trade.now(), [_ready(trade, goods, number) for number in range(BUYERS)]

    def place(one: tuple[UUID, CheckoutRequest]) -> bool:
        try:
            return trade.place_at(now, *one).total_cents == 9_150
        except PricesChanged:
            return False

    with ThreadPoolExecutor(12) as pool:  # the database has fourteen connections for one process
        won = list(pool.map(place, ready))
    assert sum(won) == USES
    with reading() as session:
        assert session.get_one(Voucher, voucher.id).used_count == USES
        placed = [group.id for group in session.query(OrderGroup)]
    assert len(placed) == USES
    for group_id in placed[:2]:
        with transaction() as session:
            assert expire_group(session, group_id, now + timedelta(hours=1))
    losers = [one for one, has_won in zip(ready, won, strict=True) if not has_won]
    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(place, losers)) == 2, "what two of them gave back, two others have"


def _ready(trade: Trade, goods: UUID, number: int) -> tuple[UUID, CheckoutRequest]:
    cart, email = trade.cart({goods: 1}), f"buyer{number}@people.example"
    trade.use_voucher(cart, "LAST", email=email)
    return cart, trade.request(cart, contact=Contact(email, "Dara Chan", "+85591234567", "en"))


def test_one_buyer_in_eight_tabs_uses_it_once(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, price=10_000, stock=1_000)
    trade.voucher(shop, code="LAST", most_uses=100)
    now, ready = trade.now(), []
    for _ in range(8):
        cart = trade.cart({goods: 1})
        trade.use_voucher(cart, "LAST")
        ready.append((cart, trade.request(cart)))

    def place(one: tuple[UUID, CheckoutRequest]) -> bool:
        try:
            return bool(trade.place_at(now, *one))
        except PricesChanged:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(place, ready)) == 1
