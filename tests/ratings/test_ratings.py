"""Buyer and seller rate each other, and neither sees the other's rating before both gave theirs or time ran out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.session import in_transaction, reading, transaction
from app.identity.models import Organization
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.errors import OrderNotFound
from app.orders.models import OrderGroup
from app.orders.queries import Viewer
from app.ratings.actions.rate_order import rate_as_buyer, rate_as_seller
from app.ratings.actions.show_ratings import show_closed
from app.ratings.errors import OwnShop, RatingShown, RatingTooEarly, RatingTooLate, UnusableStars
from app.ratings.models import Rating
from app.ratings.queries import buyer_record, closed_unshown, ratings_of_order, shop_ratings
from app.ratings.rules import OPEN_FOR, Record, Side
from tests.support.trade import Shop, Trade, buyer_of


def over(trade: Trade, shop: Shop) -> OrderGroup:
    """An order whose seller has been paid, for good."""
    group = trade.shipped_order(shop)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()
    return group


def by_buyer(group: OrderGroup, stars: int, now: datetime, text: str = "") -> None:
    in_transaction(lambda s: rate_as_buyer(s, buyer_of(group), group.orders[0].id, stars=stars, text=text, now=now))


def by_seller(group: OrderGroup, shop: Shop, stars: int, now: datetime, text: str = "") -> None:
    in_transaction(lambda s: rate_as_seller(s, shop.owner, group.orders[0].id, stars=stars, text=text, now=now))


def seen_by(group: OrderGroup, side: Side) -> dict[Side, int]:
    with reading() as session:
        return {who: row.stars for who, row in ratings_of_order(session, group.orders[0].id, side).items()}


def on_the_stall(shop: Shop) -> tuple[int, int, list[int]]:
    with reading() as session:
        kept = session.get_one(Organization, shop.id)
        stars = [row.stars for row in shop_ratings(session, shop.id).rows]
        assert (kept.rating_count, kept.rating_stars) == (len(stars), sum(stars))
        return kept.rating_count, kept.rating_stars, stars


def test_who_works_for_the_shop_does_not_rate_it(trade: Trade) -> None:
    shop = trade.shop_of()
    group = over(trade, shop)
    with pytest.raises(OwnShop), transaction() as session:
        viewer = Viewer(user_id=shop.owner.user_id, access_tokens=(group.access_token,))
        rate_as_buyer(session, viewer, group.orders[0].id, stars=5, text="", now=trade.now())
    by_buyer(group, 4, trade.now())
    by_seller(group, shop, 5, trade.now())
    assert on_the_stall(shop) == (1, 4, [4])


def test_both_are_shown_when_both_are_given_and_not_before(trade: Trade) -> None:
    shop = trade.shop_of()
    group = over(trade, shop)
    by_buyer(group, 4, trade.now(), "Fragrant.")
    assert seen_by(group, Side.SELLER) == {}
    assert on_the_stall(shop) == (0, 0, [])
    by_seller(group, shop, 5, trade.now())
    assert seen_by(group, Side.SELLER) == {Side.BUYER: 4, Side.SELLER: 5} == seen_by(group, Side.BUYER)
    assert on_the_stall(shop) == (1, 4, [4])


def test_a_hidden_rating_can_be_changed_and_a_shown_one_stays(trade: Trade) -> None:
    shop = trade.shop_of()
    group = over(trade, shop)
    by_buyer(group, 1, trade.now())
    by_buyer(group, 3, trade.now())
    by_seller(group, shop, 5, trade.now())
    with pytest.raises(RatingShown):
        by_buyer(group, 1, trade.now())
    with pytest.raises(RatingShown):
        by_seller(group, shop, 1, trade.now())
    assert on_the_stall(shop) == (1, 3, [3])


def test_when_time_runs_out_who_rated_is_heard_alone(trade: Trade) -> None:
    shop = trade.shop_of()
    group = over(trade, shop)
    by_buyer(group, 2, trade.now())
    later = trade.now() + OPEN_FOR + timedelta(minutes=1)
    with reading() as session:
        assert closed_unshown(session, trade.now()) == []
        waiting = closed_unshown(session, later)
    for order_id in [*waiting, *waiting]:
        with transaction() as session:
            show_closed(session, order_id, later)
    assert on_the_stall(shop) == (1, 2, [2])
    with pytest.raises(RatingShown):
        by_seller(group, shop, 1, later)


def test_nobody_rates_too_early_or_too_late(trade: Trade) -> None:
    shop = trade.shop_of()
    shipped = trade.shipped_order(shop)
    with pytest.raises(RatingTooEarly):
        by_buyer(shipped, 5, trade.now())
    with transaction() as session:
        confirm_receipt(session, buyer_of(shipped), shipped.orders[0].id, now=trade.now())
    trade.settle()
    with pytest.raises(RatingTooLate):
        by_buyer(shipped, 5, trade.now() + OPEN_FOR + timedelta(days=1))


def test_what_was_canceled_before_it_left_is_no_trade_to_rate(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.paid_group({trade.goods(shop): 1})
    with transaction() as session:
        cancel_order(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()
    with pytest.raises(RatingTooEarly):
        by_buyer(group, 1, trade.now())


def test_a_stranger_and_the_other_side_find_no_order(trade: Trade) -> None:
    shop, other = trade.shop_of(), trade.shop_of(name="Another")
    group = over(trade, shop)
    order_id = group.orders[0].id
    for viewer in (Viewer(), Viewer(user_id=shop.owner.user_id), Viewer(access_tokens=("x",))):
        with pytest.raises(OrderNotFound), transaction() as session:
            rate_as_buyer(session, viewer, order_id, stars=1, text="", now=trade.now())
    with pytest.raises(OrderNotFound), transaction() as session:
        rate_as_seller(session, other.owner, order_id, stars=1, text="", now=trade.now())


@pytest.mark.parametrize("stars", [0, 6, -1, 10**9])
def test_stars_are_one_to_five(trade: Trade, stars: int) -> None:
    with pytest.raises(UnusableStars):
        by_buyer(over(trade, trade.shop_of()), stars, trade.now())


def test_both_at_the_same_moment_are_shown_once(trade: Trade) -> None:
    shop = trade.shop_of()
    group, now = over(trade, shop), trade.now()
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(by_buyer, group, 4, now), pool.submit(by_seller, group, shop, 2, now)]:
            done.result()
    assert on_the_stall(shop) == (1, 4, [4])
    with reading() as session:
        assert session.query(Rating).filter(Rating.shown_at.is_not(None)).count() == 2


def test_a_guest_has_no_record(trade: Trade) -> None:
    shop = trade.shop_of()
    group = over(trade, shop)
    by_buyer(group, 5, trade.now())
    by_seller(group, shop, 1, trade.now())
    with reading() as session:
        assert buyer_record(session, None) == Record(0, 0)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=200))
def test_the_mean_is_off_by_half_a_tenth_at_most(stars: list[int]) -> None:
    record = Record(len(stars), sum(stars))
    assert abs(record.tenths * len(stars) - 10 * sum(stars)) * 2 <= len(stars)
    assert 10 <= record.tenths <= 50
