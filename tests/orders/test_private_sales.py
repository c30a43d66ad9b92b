"""What a private person sold in a year, against the line of the country: shown, warned of, and then acted on."""

from datetime import date

import pytest

from app.config.days import market_day
from app.db.session import reading, transaction
from app.identity.models import Organization
from app.identity.rules.countries import COUNTRIES
from app.money.amounts import Money, usd
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.private_sales import private_year
from app.orders.rules.private_sales import YearSales
from app.tax.private_sellers import private_limit, private_limits
from tests.support.front import Front
from tests.support.trade import Trade, buyer_of


def test_every_country_has_an_entry_with_source_and_day_even_where_nothing_is_known() -> None:
    found = {entry.country for entry in private_limits()}
    assert found == set(COUNTRIES)
    assert all(entry.source and entry.what and entry.checked_on for entry in private_limits())
    known = private_limit("VN", date(2026, 11, 29))
    assert known is not None
    assert known.limit == Money(500_000_000, "VND")
    assert private_limit("VN", date(2025, 11, 29)) is None
    unknown = private_limit("BN", date(2026, 11, 29))
    assert unknown is not None
    assert unknown.limit is None


@pytest.mark.parametrize(
    ("sold", "near", "reached", "percent"),
    [(7_999, False, False, 79), (8_000, True, False, 80), (10_000, True, True, 100)],
)
def test_the_warning_comes_at_four_fifths(sold: int, near: bool, reached: bool, percent: int) -> None:
    sales = YearSales(usd(sold), usd(10_000))
    assert (sales.is_near, sales.is_reached, sales.percent) == (near, reached, percent)
    assert not YearSales(usd(sold), None).is_near


def test_completed_sales_are_summed_and_reaching_the_line_is_kept(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(country="PH", currency=None)
    with transaction() as session:
        session.get_one(Organization, shop.id).kind = "private_person"
        from app.fx.actions.load_rates import NewRate, load_rates

        load_rates(session, [NewRate("PHP", market_day(trade.now()), 2_500_000_000, "test")])  # the line is $200
    for amount in (100, 60):
        group = trade.shipped_order(shop, price=amount * 250_000)
        with transaction() as session:
            confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
        trade.settle()
    with reading() as session:
        year = private_year(session, session.get_one(Organization, shop.id), trade.now())
    assert year is not None
    assert year.limit == Money(500_000_00, "PHP")
    desk = front.member(shop.owner).look(f"/desk?shop={shop.id}")
    assert "You are near what private persons may sell in a year" in desk
    group = trade.shipped_order(shop, price=100 * 250_000)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    trade.settle()
    with reading() as session:
        assert session.get_one(Organization, shop.id).limit_reached_on is not None
    assert "Become a trader" in front.member(shop.owner).look(f"/desk?shop={shop.id}")
