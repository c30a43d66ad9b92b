"""Sending by weight, for one country, and free from an amount on: in the cart, on the page of goods, on the desk."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.models import Variant
from app.checkout.rules.priced_cart import PricedSeller
from app.db.session import reading, transaction
from app.shipping.queries import all_rates
from app.shipping.rules import ImpossibleRate, Load, RateTerms, TwiceTheSameBand, offered, require_possible
from tests.support.front import Front
from tests.support.trade import Trade

LIGHT = RateTerms("domestic", "Parcel", "VET", 1, 3, 150, max_grams=1_000, unknown_grams=400)
HEAVY = RateTerms("domestic", "Parcel", "VET", 2, 4, 400, max_grams=5_000, unknown_grams=400)
BIKE = RateTerms("domestic", "Rider", "Grab", 0, 1, 250, max_grams=3_000, free_from_minor=5_000, unknown_grams=400)
POST = RateTerms("region", "Post", "EMS", 5, 9, 900)
TO_THAILAND = RateTerms("country", "Border truck", "KT", 2, 3, 300, country="TH")
ALL = (HEAVY, LIGHT, BIKE, POST, TO_THAILAND)


@pytest.mark.parametrize(
    ("load", "found"),
    [
        (Load(1_000, 0, 100), {"Parcel": 150, "Rider": 250}),
        (Load(1_001, 0, 100), {"Parcel": 400, "Rider": 250}),
        (Load(200, 2, 100), {"Parcel": 150, "Rider": 250}),
        (Load(200, 3, 100), {"Parcel": 400, "Rider": 250}),
        (Load(4_000, 0, 5_000), {"Parcel": 400}),
        (Load(100, 0, 5_000), {"Parcel": 150, "Rider": 0}),
        (Load(5_001, 0, 100), {}),
    ],
)
def test_of_each_method_the_narrowest_band_that_holds_it(load: Load, found: dict[str, int]) -> None:
    assert {row.method: price for row, price in offered(ALL, "KH", "KH", load)} == found


def test_a_country_of_its_own_takes_the_place_of_its_region() -> None:
    def names(to: str) -> list[str]:
        return [row.method for row, _ in offered(ALL, "KH", to, Load(1, 0, 1))]

    assert (names("TH"), names("VN"), names("US")) == (["Border truck"], ["Post"], [])


@given(st.integers(0, 6_000), st.integers(0, 6_000))
def test_a_heavier_load_never_costs_less(grams: int, more: int) -> None:
    def cost(weight: int) -> int:
        return {row.method: price for row, price in offered((LIGHT, HEAVY), "KH", "KH", Load(weight, 0, 1))}.get(
            "Parcel", 10**9
        )

    assert cost(grams) <= cost(grams + more)


def test_a_band_stands_once_and_a_country_is_one_we_deliver_to() -> None:
    with pytest.raises(TwiceTheSameBand):
        require_possible([LIGHT, LIGHT])
    for zone, country in (("country", None), ("country", "US"), ("domestic", "TH")):
        with pytest.raises(ImpossibleRate):
            require_possible([RateTerms(zone, "Bus", "", 1, 2, 0, country=country)])


def weigh(variant_id: UUID, grams: int | None) -> None:
    with transaction() as session:
        session.get_one(Variant, variant_id).net_grams = grams


def one(trade: Trade, cart: UUID, **choice: object) -> PricedSeller:
    (seller,) = trade.priced(cart, **choice).sellers  # type: ignore[arg-type]
    return seller


def test_the_cart_weighs_choices_times_quantities_and_keeps_the_method_over_its_bands(trade: Trade) -> None:
    shop = trade.shop_of(rates=ALL)
    known, unknown = trade.goods(shop, price=100), trade.goods(shop, title="Basket", price=100)
    weigh(known, 200)
    light = one(trade, trade.cart({known: 3, unknown: 1}))
    assert [(option.method, option.price.minor) for option in light.options] == [("Parcel", 150), ("Rider", 250)]
    heavy = one(trade, trade.cart({known: 3, unknown: 2}), chosen={shop.id: light.options[0].rate_id})
    assert heavy.shipping
    assert (heavy.shipping.method, heavy.shipping.price.minor) == ("Parcel", 400)
    too_heavy = trade.priced(trade.cart({known: 26}))
    assert [problem.code for problem in too_heavy.problems] == ["too-heavy"]
    assert [problem.code for problem in trade.priced(trade.cart({known: 1}), country="US").problems] == ["no-shipping"]
    free = one(trade, trade.cart({trade.goods(shop, title="Silk", price=5_000): 1}))
    assert {option.method: option.price.minor for option in free.options}["Rider"] == 0
    assert trade.place(trade.cart({known: 3})).orders[0].shipping_cents == 150


def test_the_page_of_goods_says_what_sending_costs_to_the_readers_country_and_when_it_comes(
    front: Front, trade: Trade
) -> None:
    goods = trade.goods(trade.shop_of(rates=ALL))
    with reading() as session:
        path = f"/p/{session.get_one(Variant, goods).listing.slug}"
    visitor = front.visitor()
    assert "Rider" in visitor.look(path)
    page = visitor.look(f"{path}?to=TH")
    assert "Border truck" in page
    assert "with you between" in page
    assert "Rider" not in page
    assert "Border truck" in visitor.look(path), "the browser remembers"
    assert "Post" in visitor.look(f"{path}?to=VN")
    assert "Post" in visitor.look(f"{path}?to=<script>")


def test_a_seller_types_bands_countries_and_free_sending_on_the_desk(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(rates=(LIGHT,))
    desk = front.member(shop.owner)
    path = f"/desk/shipping?shop={shop.id}"
    page = desk.look(path)
    typed = {
        f"rates-{row}-{name}": value
        for row, terms in enumerate(
            (
                {
                    "zone": "domestic",
                    "method": "Parcel",
                    "kind": "parcel",
                    "days_min": "1",
                    "days_max": "3",
                    "price": "1.50",
                    "max_grams": "1000",
                },
                {
                    "zone": "TH",
                    "method": "Truck",
                    "kind": "parcel",
                    "days_min": "2",
                    "days_max": "3",
                    "price": "3",
                    "free_from": "50",
                },
            )
        )
        for name, value in terms.items()
    }
    assert desk.send(page, path, **typed, unknown_grams="250").status_code == 303
    with reading() as session:
        rates = all_rates(session, shop.id)
    assert {(one.zone, one.country, one.max_grams, one.free_from_minor, one.unknown_grams) for one in rates} == {
        ("domestic", None, 1_000, None, 250),
        ("country", "TH", None, 5_000, 250),
    }
    assert "Only to Thailand" in desk.look(path)
