"""Money is whole numbers; whatever rounds does so by one rule, exactly, for any amount."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money.amounts import (
    BPS,
    MICRO,
    CurrencyMismatch,
    Money,
    Rate,
    cents_to_cover,
    fee_due,
    half_even,
    in_cash,
    per_pieces,
    rate_micro,
    rate_text,
    tax_included,
    token_units,
    units_share_included,
    usd,
    whole_cents,
)
from app.money.currencies import CURRENCIES, currency

whole = st.integers(-(10**30), 10**30)
counts = st.integers(0, 10**30)
bps = st.integers(0, BPS - 1)


@given(whole, st.integers(1, 10**20))
def test_half_even_is_the_nearest_whole_number_and_a_tie_goes_to_the_even_one(numerator: int, denominator: int) -> None:
    assert half_even(numerator, denominator) == round(Fraction(numerator, denominator))


@given(counts, st.integers(1, 10**13))
def test_dollars_for_a_price_are_off_by_half_a_cent_at_most(minor: int, per_usd_micro: int) -> None:
    exact = Fraction(minor, 100) / Fraction(per_usd_micro, MICRO)
    dollars = Rate("KHR", per_usd_micro).to_usd(Money(minor, "KHR"))
    assert abs(Fraction(dollars.minor, 100) - exact) <= Fraction(1, 200)


def test_a_currency_without_minor_units_is_converted_by_its_own_exponent() -> None:
    assert Rate("VND", 25_000 * MICRO).to_usd(Money(250_000, "VND")) == usd(1_000)
    assert Rate("KHR", 4_000 * MICRO).to_usd(Money(4_000_00, "KHR")) == usd(100)


@given(st.lists(st.integers(1, 10**18), min_size=1, max_size=20), st.integers(0, 1_000))
def test_a_fee_taken_in_many_parts_is_the_fee_of_the_whole(parts: list[int], fee_bps: int) -> None:
    taken = released = 0
    for part in parts:
        taken += fee_due(released + part, fee_bps) - fee_due(released, fee_bps)
        released += part
    assert taken == fee_due(sum(parts), fee_bps) <= sum(parts)


@given(counts, bps)
def test_the_tax_inside_a_price_and_the_rest_make_the_price(gross: int, rate_bps: int) -> None:
    tax = tax_included(Money(gross, "THB"), rate_bps)
    assert abs(tax.minor - Fraction(gross * rate_bps, BPS + rate_bps)) <= Fraction(1, 2)
    assert 0 <= units_share_included(gross, rate_bps) <= Fraction(gross * rate_bps, BPS + rate_bps)


@given(counts)
def test_a_cent_is_ten_thousand_units_of_the_token(cents: int) -> None:
    assert token_units(usd(cents)) == cents * 10_000


@given(st.integers(0, 10**18 - 1))
def test_a_rate_is_read_back_as_it_was_written(micro: int) -> None:
    assert rate_micro(rate_text(micro).replace(",", "")) == micro


@pytest.mark.parametrize("text", ["", "-1", "1.", ".5", "1e3", "0.1234567", "4,012.5", "NaN", "១២"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="at most six decimals"):
        rate_micro(text)


def test_currencies_do_not_mix_and_money_is_never_a_fraction() -> None:
    with pytest.raises(CurrencyMismatch):
        usd(1) + Money(1, "THB")
    with pytest.raises(CurrencyMismatch):
        token_units(Money(1, "THB"))
    with pytest.raises(TypeError):
        Money(1.5, "USD")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        Money(1, "XYZ")


@given(counts, st.integers(1, 10**13), st.sampled_from(["KHR", "VND", "THB"]))
def test_a_price_for_the_eye_is_off_by_half_a_minor_unit_at_most(cents: int, per_usd_micro: int, code: str) -> None:
    exact = Fraction(cents * per_usd_micro * 10 ** currency(code).iso, 100 * MICRO)
    assert abs(Rate(code, per_usd_micro).from_usd(usd(cents)).minor - exact) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("sen", "paid"), [(1001, 1000), (1002, 1000), (1003, 1005), (1004, 1005), (1006, 1005), (1007, 1005), (1008, 1010), (1009, 1010), (1005, 1005)]
)  # fmt: skip
def test_ringgit_are_paid_in_five_sen_as_the_law_says(sen: int, paid: int) -> None:
    assert in_cash(Money(sen, "MYR")) == Money(paid, "MYR")


@given(whole, st.sampled_from(sorted(CURRENCIES)))
def test_cash_is_the_nearest_whole_number_of_notes_and_never_nothing(minor: int, code: str) -> None:
    step = currency(code).cash_minor
    paid = in_cash(Money(minor, code)).minor
    assert paid % step == 0
    assert bool(paid) == bool(minor)
    assert abs(paid - minor) * 2 <= step or (abs(paid) == step and abs(minor) < step)


@pytest.mark.parametrize(
    ("pack", "pieces", "price", "count"),
    [
        (usd(2_400), 12, usd(200), 1),
        (usd(299), 12, usd(25), 1),
        (usd(420), 1_000, usd(42), 100),
        (usd(10), 3, usd(333), 100),
        (usd(1), 1_000, usd(1), 1_000),
        (usd(1), 100_000, usd(1), 100_000),
        (Money(12_000_00, "KHR"), 24, Money(500_00, "KHR"), 1),
        (Money(1_000_00, "KHR"), 1_000, Money(1_00, "KHR"), 1),
        (Money(1_000_00, "KHR"), 5_000, Money(20_00, "KHR"), 100),
        (Money(26_000, "VND"), 100_000, Money(26, "VND"), 100),
    ],
)
def test_a_piece_of_a_pack_has_a_price_that_can_be_compared(pack: Money, pieces: int, price: Money, count: int) -> None:
    assert per_pieces(pieces, pack) == (count, (price,))


@given(st.integers(1, 10**7), st.integers(1, 100_000), st.sampled_from(sorted(CURRENCIES)))
def test_the_price_of_pieces_is_never_nothing_and_off_by_a_twentieth_at_most(
    minor: int, pieces: int, code: str
) -> None:
    shown = 10 ** (currency(code).iso - currency(code).display)
    pack = Money(minor * shown, code)
    count, (price, dollars) = per_pieces(pieces, pack, usd(minor))
    exact = Fraction(pack.minor * count, pieces)
    assert price.minor % shown == 0 < price.minor
    assert abs(price.minor - exact) <= exact / 20
    assert abs(dollars.minor - Fraction(minor * count, pieces)) <= Fraction(minor * count, pieces) / 20


@pytest.mark.parametrize(
    ("code", "owed", "paid"),
    [
        ("USD", 1234, 1234),
        ("BND", 1003, 1005),
        ("KHR", 40_149_99, 40_100_00),
        ("IDR", 158_050_00, 158_100_00),
        ("LAK", 217_249_00, 217_000_00),
        ("MYR", 4152, 4150),
        ("MMK", 21_025_00, 21_050_00),
        ("PHP", 5_812, 5_800),
        ("SGD", 1347, 1345),
        ("THB", 3_238, 3_250),
        ("VND", 263_750, 264_000),
    ],
)
def test_each_currency_is_read_in_notes_and_coins_that_are_in_use_there(code: str, owed: int, paid: int) -> None:
    assert in_cash(Money(owed, code)) == Money(paid, code)


@pytest.mark.parametrize(
    ("units", "whole", "covering"), [(0, 0, 0), (1, 0, 1), (9_999, 0, 1), (10_000, 1, 1), (10_001, 1, 2)]
)
def test_what_does_not_make_a_cent_is_left_out_or_needs_one_more(units: int, whole: int, covering: int) -> None:
    assert (whole_cents(units), cents_to_cover(units)) == (whole, covering)
