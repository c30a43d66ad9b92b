"""Where a seller sends, for how much, how fast."""

from datetime import UTC, datetime, timedelta

import pytest

from app.identity.errors import ShopNotFound
from app.shipping.actions.set_rates import set_rates
from app.shipping.queries import all_rates
from app.shipping.rules import ImpossibleRate, NoShippingRate, RateTerms, delivery_span, methods_to, zone_for
from tests.support.goods import a_shop, an_actor


@pytest.mark.parametrize(
    ("seller", "buyer", "zone"),
    [("KH", "KH", "domestic"), ("KH", "TH", "region"), ("KH", "US", None), ("TL", "VN", "region")],
)
def test_the_zone_follows_both_countries(seller, buyer, zone):
    assert zone_for(seller, buyer) == zone


def test_a_buyer_sees_the_methods_to_their_country(session):
    shop, _ = a_shop(session)
    rates = all_rates(session, shop.id)
    assert [rate.method for rate in methods_to(rates, shop.country, "KH")] == ["Parcel"]
    assert [rate.method for rate in methods_to(rates, shop.country, "VN")] == ["Air parcel"]
    assert methods_to(rates, shop.country, "US") == []


def test_new_methods_replace_the_old_ones(session):
    shop, owner = a_shop(session)
    set_rates(session, owner, shop.id, [RateTerms("domestic", "Bus", "VET", 1, 2, 0)])
    assert [(rate.method, rate.price_minor) for rate in all_rates(session, shop.id)] == [("Bus", 0)]


@pytest.mark.parametrize(
    "rate",
    [
        ("moon", "Bus", "", 1, 2, 0),
        ("domestic", " ", "", 1, 2, 0),
        ("domestic", "Bus", "", 3, 2, 0),
        ("domestic", "Bus", "", -1, 2, 0),
        ("domestic", "Bus", "", 1, 121, 0),
        ("domestic", "Bus", "", 1, 2, -1),
    ],
)
def test_an_impossible_method_changes_nothing(session, rate):
    shop, owner = a_shop(session)
    with pytest.raises(ImpossibleRate):
        set_rates(session, owner, shop.id, [RateTerms(*rate)])
    with pytest.raises(NoShippingRate):
        set_rates(session, owner, shop.id, [])
    assert len(all_rates(session, shop.id)) == 2


def test_nobody_sets_another_shops_methods(session):
    shop, _ = a_shop(session)
    with pytest.raises(ShopNotFound):
        set_rates(session, an_actor(session), shop.id, [RateTerms("domestic", "Bus", "", 1, 2, 0)])


def test_a_promise_counts_from_the_hand_over_and_tests_may_shorten_the_day():
    start = datetime(2026, 11, 23, tzinfo=UTC)
    assert delivery_span(start, 2, 5) == (start + timedelta(days=2), start + timedelta(days=5))
    assert delivery_span(start, 2, 5, day_seconds=60)[1] == start + timedelta(minutes=5)
