"""Stock under real parallel checkouts, on a database of their own."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from app.catalog.actions.release_stock import release_reserved
from app.catalog.actions.reserve_stock import StockWant, reserve_stock
from app.catalog.actions.sell_stock import sell_reserved
from app.catalog.errors import OutOfStock
from app.catalog.models import StockReservation, Variant
from app.catalog.rules.listings import VariantTerms
from tests.support.goods import NOW, a_listing, a_shop

UNTIL = NOW + timedelta(minutes=15)


@pytest.fixture
def engine(cloned_database):
    engine = create_engine(cloned_database, pool_size=16, max_overflow=0)
    yield engine
    engine.dispose()


def variants_with(engine, *stocks):
    with Session(engine) as session, session.begin():
        shop, owner = a_shop(session)
        terms = [VariantTerms(f"V{n}", 500, stock) for n, stock in enumerate(stocks)]
        return [variant.id for variant in a_listing(session, shop, owner, variants=terms).variants]


def buy(engine, variant_ids):
    """One checkout: hold, then pay. True when it got the goods."""
    group = uuid.uuid4()
    try:
        with Session(engine) as session, session.begin():
            wants = [StockWant(variant_id, uuid.uuid4(), 1) for variant_id in variant_ids]
            reserve_stock(session, order_group_id=group, wants=wants, until=UNTIL)
    except OutOfStock:
        return False
    with Session(engine) as session, session.begin():
        return sell_reserved(session, group)


def test_sixty_four_buyers_racing_for_ten_units_get_exactly_ten(engine):
    (variant_id,) = variants_with(engine, 10)
    with ThreadPoolExecutor(16) as buyers:
        got = list(buyers.map(lambda _: buy(engine, [variant_id]), range(64)))
    with Session(engine) as session:
        variant = session.get_one(Variant, variant_id)
        assert (sum(got), variant.stock, variant.reserved) == (10, 0, 0)
        sold = select(func.sum(StockReservation.quantity)).where(StockReservation.state == "sold")
        assert session.scalar(sold) == 10


def test_carts_with_the_same_goods_in_opposite_order_never_deadlock(engine):
    pair = variants_with(engine, 100, 100)
    with ThreadPoolExecutor(16) as buyers:
        got = list(buyers.map(lambda n: buy(engine, pair if n % 2 else pair[::-1]), range(60)))
    assert all(got)


def test_a_payment_and_the_end_of_its_hold_at_once_leave_stock_right(engine):
    (variant_id,) = variants_with(engine, 5)
    groups = [uuid.uuid4() for _ in range(5)]
    for group in groups:
        with Session(engine) as session, session.begin():
            reserve_stock(session, order_group_id=group, wants=[StockWant(variant_id, uuid.uuid4(), 1)], until=UNTIL)

    def act(work, group):
        with Session(engine) as session, session.begin():
            return work(session, group)

    with ThreadPoolExecutor(10) as pool:
        sold = [pool.submit(act, sell_reserved, group) for group in groups]
        ended = [pool.submit(act, release_reserved, group) for group in groups]
        assert all(future.result() for future in sold)
        assert [future.result() for future in ended] == [None] * 5
    with Session(engine) as session:
        variant = session.get_one(Variant, variant_id)
        assert (variant.stock, variant.reserved) == (0, 0)
