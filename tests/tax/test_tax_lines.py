"""Tax inside prices, by dated presets."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.events.bus import install
from app.money.amounts import Money, usd
from app.shipping.rules import REGION
from app.tax.borders import import_rule, threshold
from app.tax.events import TaxRateEnded
from app.tax.presets import presets
from app.tax.queries import ended_presets, tax_classes, tax_lines
from app.tax.rules import CLASSES, EXPORT, FREE_NOTES, MARKET_OWES_NOTE, UNCONFIRMED_NOTE, LowValue, preset_on

TODAY = date(2026, 11, 23)
GOODS, NOTHING = usd(11_000), usd(0)


def lines(country="KH", *, registered=True, to=None, goods=GOODS, shipping=NOTHING, on=TODAY):
    by_class = goods if isinstance(goods, dict) else {"ordinary": goods}
    return tax_lines(country, registered, to or country, by_class, shipping, on)


def test_vat_of_a_registered_sellers_domestic_sale_is_inside_the_price():
    (line,) = lines(goods=usd(10_000), shipping=usd(1_000))
    assert (line.name, line.rate_bps, line.base, line.tax, line.is_included) == (
        "VAT",
        1000,
        usd(10_000),
        usd(1_000),
        True,
    )


@pytest.mark.parametrize(
    ("country", "name", "rate_bps"),
    [("ID", "PPN", 1100), ("LA", "VAT", 1000), ("PH", "VAT", 1200), ("SG", "GST", 900), ("VN", "VAT", 800)],
)
def test_each_country_has_its_own_tax(country, name, rate_bps):
    (line,) = lines(country)
    assert (line.name, line.rate_bps) == (name, rate_bps)


def test_indonesia_says_that_twelve_percent_is_on_eleven_twelfths():
    assert lines("ID")[0].note == "12% on 11/12 of the price"


@pytest.mark.parametrize("country", ["BN", "TL", "MY"])
def test_a_resale_without_such_a_tax_shows_none(country):
    assert lines(country) == []


def test_a_seller_below_the_threshold_shows_none():
    assert lines(registered=False) == []


@pytest.mark.parametrize("registered", [True, False])
def test_goods_sent_abroad_carry_a_note_and_no_tax(registered):
    (line,) = lines("KH", registered=registered, to="TH")
    assert (line.name, line.tax, line.base) == (EXPORT, usd(0), usd(11_000))
    assert line.note


def test_a_rate_past_its_known_end_goes_on_but_says_so():
    (line,) = lines("TH")
    assert (line.rate_bps, line.is_confirmed, line.note) == (700, False, UNCONFIRMED_NOTE)
    assert {preset.country for preset in ended_presets(TODAY)} == {"TH", "MM"}


def test_the_rate_of_the_day_counts():
    assert lines("VN", on=date(2026, 12, 31))[0].rate_bps == 800
    assert lines("VN", on=date(2027, 1, 1))[0].rate_bps == 1000
    assert lines("LA", on=date(2023, 5, 1))[0].rate_bps == 700


def test_every_country_of_the_region_has_a_preset_with_source_and_evidence():
    for country in REGION:
        preset = preset_on(presets(), country, TODAY)
        assert preset is not None
        assert preset.source
        assert preset.evidence in {"X", "R"}
        assert preset.checked_on <= TODAY


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 10**9), st.sampled_from(sorted(REGION)))
def test_base_and_tax_always_make_the_price(goods, shipping, country):
    for line in lines(country, goods=Money(goods, "VND"), shipping=Money(shipping, "VND")):
        assert line.base + line.tax == Money(goods + shipping, "VND")
        assert 0 <= line.tax.minor <= goods + shipping


def test_each_class_of_goods_has_a_line_of_its_own_and_shipping_goes_with_ordinary_goods():
    ordinary, farm = lines("PH", goods={"ordinary": usd(11_200), "farm": usd(5_000)}, shipping=usd(1_120))
    assert (ordinary.base, ordinary.tax) == (usd(11_000), usd(1_320))
    assert (farm.goods, farm.rate_bps, farm.base, farm.tax) == ("farm", 0, usd(5_000), usd(0))
    assert farm.note == FREE_NOTES["exempt"]


def test_exempt_goods_alone_carry_no_tax():
    (line,) = lines("PH", goods={"farm": usd(5_000)})
    assert (line.tax, line.base) == (usd(0), usd(5_000))


def test_a_class_the_country_does_not_know_is_taxed_like_ordinary_goods():
    (line,) = lines("SG", goods={"ordinary": usd(10_900), "books": usd(10_900)})
    assert (line.base, line.tax) == (usd(20_000), usd(1_800))
    assert tax_classes("SG", TODAY) == []


def test_a_relief_that_has_ended_is_ordinary_tax_again():
    assert [line.tax for line in lines(goods={"basic_food": usd(11_000)}, on=date(2028, 12, 31))] == [usd(0)]
    (after,) = lines(goods={"basic_food": usd(11_000)}, on=date(2029, 1, 1))
    assert (after.rate_bps, after.tax) == (1000, usd(1_000))
    assert "basic_food" in tax_classes("KH", date(2028, 12, 31))
    assert "basic_food" not in tax_classes("KH", date(2029, 1, 1))


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(CLASSES)), st.integers(0, 10**12), min_size=1),
    st.integers(0, 10**9),
    st.sampled_from(sorted(REGION)),
)
def test_bases_and_taxes_of_all_classes_make_the_price(goods, shipping, country):
    found = lines(
        country, goods={name: Money(minor, "VND") for name, minor in goods.items()}, shipping=Money(shipping, "VND")
    )
    if found:
        whole = sum((line.base + line.tax for line in found), Money(0, "VND"))
        assert whole == Money(sum(goods.values()) + shipping, "VND")
    assert len({line.goods for line in found}) == len(found)


def test_borders_and_thresholds_name_where_they_come_from():
    for found in [*(import_rule(code, TODAY) for code in REGION), *(threshold(code, TODAY) for code in REGION)]:
        if found is not None:
            assert found.source
            assert found.evidence in {"X", "R"}
            assert found.starts_on <= found.checked_on <= TODAY
    assert import_rule("MY", TODAY).low_value_up_to == Money(500_00, "MYR")
    assert import_rule("TH", TODAY).free_up_to == Money(0, "THB")
    assert import_rule("TL", TODAY) is None
    assert threshold("VN", TODAY).yearly == Money(500_000_000, "VND")


def test_the_daily_check_tells_about_ended_rates(cloned_database):
    from app.db.session import configure
    from app.tax.jobs import check_presets

    heard = []
    install({TaxRateEnded: [lambda _session, event: heard.append(event.country)]})
    engine = configure(cloned_database)
    try:
        check_presets()
    finally:
        install({})
        engine.dispose()
    assert {"MM", "TH"} <= set(heard)


def test_where_the_market_answers_it_owes_the_tax_of_every_seller_registered_or_not():
    for registered in (True, False):
        (line,) = tax_lines("KH", registered, "KH", {"ordinary": usd(10_000)}, usd(1_000), TODAY, market_answers=True)
        assert (line.tax, line.owed_to, line.note) == (usd(1_000), "KH", MARKET_OWES_NOTE)


def test_goods_free_of_tax_are_owed_by_nobody():
    free, ordinary = tax_lines("VN", True, "VN", {"farm": usd(1_000)}, usd(108), TODAY, market_answers=True)[::-1]
    assert (free.tax, free.owed_to) == (NOTHING, "")
    assert (ordinary.tax, ordinary.owed_to) == (usd(8), "VN")


def test_of_goods_from_abroad_those_of_low_value_are_taxed_with_their_part_of_the_shipping():
    low = LowValue("GST", 900, usd(2_000))
    taxed, rest = tax_lines("KH", True, "SG", {"ordinary": usd(10_000)}, usd(1_000), TODAY, low_value=low)
    assert (taxed.base + taxed.tax, taxed.owed_to) == (usd(2_200), "SG")
    assert (rest.name, rest.base, rest.tax, rest.owed_to) == (EXPORT, usd(8_800), NOTHING, "")
    (whole,) = tax_lines(
        "KH", True, "SG", {"ordinary": usd(2_000)}, usd(180), TODAY, low_value=LowValue("GST", 900, usd(2_000))
    )
    assert (whole.base, whole.tax) == (usd(2_000), usd(180))
    (none,) = tax_lines("KH", True, "SG", {"ordinary": GOODS}, NOTHING, TODAY, low_value=LowValue("GST", 900, NOTHING))
    assert none.name == EXPORT


@given(cents=st.integers(0, 10**9), shipping=st.integers(0, 10**6), part=st.integers(0, 100))
def test_the_lines_of_goods_from_abroad_add_up_to_the_order(cents: int, shipping: int, part: int):
    low = LowValue("GST", 900, usd(cents * part // 100))
    found = tax_lines("KH", True, "SG", {"ordinary": usd(cents)}, usd(shipping), TODAY, low_value=low)
    assert sum((line.base + line.tax for line in found), NOTHING) == usd(cents + shipping)
