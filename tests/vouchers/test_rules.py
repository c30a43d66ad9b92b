"""Codes and shares. Whole carts with vouchers: `tests/checkout/test_random_carts.py`."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money.amounts import shares_of
from app.orders.rules.vouchers import buyers_part, market_part
from app.vouchers.errors import BadVoucherCode
from app.vouchers.rules.codes import CLEAR_LETTERS, code_key, code_shown, made_code

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
RATES = {"USD": 1_000_000, "KHR": 4_050_000_000, "VND": 25_400_000_000, "THB": 35_120_000, "IDR": 16_250_500_000}


@pytest.mark.parametrize("typed", ["RAIN-10", "rain 10", "  Rain10 ", "ＲＡＩＮ１０", "rain\u200b10"])
def test_one_code_however_it_is_typed(typed: str) -> None:
    assert code_key(typed) == "rain10"


def test_a_code_can_be_khmer_and_accents_are_one_however_composed() -> None:
    assert code_key("ចូលឆ្នាំ") == code_key(" ចូលឆ្នាំ ")
    assert code_key("cafe\u0301") == code_key("CAFÉ")
    assert code_shown("  rain   10 ") == "RAIN 10"


@pytest.mark.parametrize("typed", ["", "ab", "-- --", "x" * 33, "\0\0\0"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(BadVoucherCode):
        code_key(typed)


def test_a_made_up_code_has_no_letter_that_is_read_as_another() -> None:
    assert not set("ILO01") & set(CLEAR_LETTERS)
    assert code_key(made_code(lambda letters: letters[-1])) == "99999999"


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.data())
def test_shares_are_exact_and_none_is_above_its_weight(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    shares = shares_of(amount, weights)
    assert sum(shares) == (amount if sum(weights) else 0)
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


@given(st.integers(1, 10**8), st.integers(0, 10**8), st.lists(st.integers(1, 10**8), max_size=12))
def test_a_refund_in_any_number_of_parts_gives_each_side_what_it_paid(
    total: int, markets: int, parts: list[int]
) -> None:
    markets, before, to_market, to_buyer = markets % total, 0, 0, 0
    for part in (*parts, total):
        cents = min(part, total - before)
        to_market += market_part(total, markets, before=before, cents=cents)
        to_buyer += buyers_part(total, markets, before=before, cents=cents)
        before += cents
        assert to_market <= markets
        assert to_buyer <= total - markets
    assert (to_market, to_buyer) == (markets, total - markets)
