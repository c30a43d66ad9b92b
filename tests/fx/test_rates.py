"""Dated rates, and what follows from new ones."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.catalog.actions.price_in_dollars import reprice_listings
from app.catalog.handlers import follow_rates
from app.events.bus import install
from app.fx.actions.load_rates import NewRate, UnusableRate, load_rates
from app.fx.commands import read_rates
from app.fx.errors import RateMissing
from app.fx.events import RatesLoaded
from app.fx.queries import all_rates, rate_for, stale, tax_office_rate
from app.money.amounts import Money, Rate
from tests.support.goods import NOW, a_listing, a_shop, some_rates

DAY = date(2026, 11, 20)


def test_the_newest_rate_counts_and_says_its_day_and_source(session):
    load_rates(
        session, [NewRate("KHR", DAY, 4010_000000, "bank"), NewRate("KHR", date(2026, 11, 1), 4000_000000, "old")]
    )
    dated = rate_for(session, "KHR")
    assert (dated.rate.per_usd_micro, dated.as_of, dated.source) == (4010_000000, DAY, "bank")


def test_a_rate_loaded_again_for_the_day_replaces_the_first(session):
    load_rates(session, [NewRate("KHR", DAY, 4010_000000, "bank")])
    load_rates(session, [NewRate("KHR", DAY, 4011_000000, "bank")])
    assert rate_for(session, "KHR").rate.per_usd_micro == 4011_000000


def test_a_dollar_is_a_dollar_without_any_rate(session):
    assert rate_for(session, "USD").rate.to_usd(Money(123, "USD")) == Money(123, "USD")


def test_the_tax_offices_rate_is_that_of_the_day_and_no_price_follows_it(session):
    some_rates(session, {"KHR": 4_050_000_000})
    first = NewRate("KHR", date(2026, 11, 1), 4020_000000, "General Department of Taxation")
    load_rates(session, [first, NewRate("KHR", DAY, 4031_000000, "General Department of Taxation")], of_tax_office=True)
    assert rate_for(session, "KHR").source == "test"
    before = tax_office_rate(session, "KHR", date(2026, 11, 19))
    assert (before.rate.per_usd_micro, before.as_of) == (4020_000000, date(2026, 11, 1))
    assert tax_office_rate(session, "KHR", DAY).rate.per_usd_micro == 4031_000000
    assert tax_office_rate(session, "KHR", date(2026, 10, 31)) is None
    assert tax_office_rate(session, "THB", DAY) is None


def test_a_missing_rate_is_said(session):
    with pytest.raises(RateMissing):
        rate_for(session, "MMK")


@pytest.mark.parametrize("rate", [("EUR", 1), ("KHR", 0), ("KHR", -4), ("USD", 2_000_000)])
def test_an_impossible_rate_loads_nothing(session, rate):
    with pytest.raises(UnusableRate):
        load_rates(session, [NewRate("THB", DAY, 32_000000, "bank"), NewRate(rate[0], DAY, rate[1], "bank")])
    assert set(all_rates(session)) == {"USD"}


def test_old_rates_are_named(session):
    some_rates(session, {"KHR": 4010_000000}, as_of=date(2026, 11, 1))
    some_rates(session, {"THB": 32_000000}, as_of=date(2026, 11, 22))
    assert [dated.rate.currency for dated in stale(all_rates(session).values(), date(2026, 11, 23), after_days=3)] == [
        "KHR"
    ]


def test_new_rates_change_the_dollar_prices_of_lists(session):
    some_rates(session)
    shop, owner = a_shop(session, country="TH")
    listing = a_listing(session, shop, owner, price=32_400)
    install({RatesLoaded: [follow_rates]})
    try:
        load_rates(session, [NewRate("THB", date(2026, 12, 1), 36_000000, "bank")])
    finally:
        install({})
    session.refresh(listing)
    assert listing.price_usd_cents == 900


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(price=st.integers(1, 10**9), micro=st.integers(1, 10**12), code=st.sampled_from(["KHR", "THB", "VND", "LAK"]))
def test_the_database_rounds_as_python_does(session, price, micro, code):
    with session.begin_nested() as trial:
        some_rates(session, {**dict.fromkeys(("KHR", "THB", "VND", "LAK"), 10_000000), code: micro})
        listing = _one_listing(session)
        session.execute(
            text("UPDATE listings SET currency = :c, price_minor = :p WHERE id = :id"),
            {"c": code, "p": price, "id": listing.id},
        )
        reprice_listings(session, frozenset({code}))
        session.refresh(listing)
        assert listing.price_usd_cents == max(1, Rate(code, micro).to_usd(Money(price, code)).minor)
        trial.rollback()


def _one_listing(session):
    shop, owner = a_shop(session, name="Exchange House", is_approved=False)
    return a_listing(session, shop, owner, now=NOW)


def test_a_file_of_rates_is_read_to_the_micro(tmp_path):
    file = tmp_path / "fx.toml"
    file.write_text('as_of = 2026-11-20\nsource = "bank"\n[per_usd]\nKHR = "4012.5"\nUSD = "1"\n')
    assert [(rate.currency, rate.per_usd_micro) for rate in read_rates(file)] == [
        ("KHR", 4012_500000),
        ("USD", 1_000000),
    ]
