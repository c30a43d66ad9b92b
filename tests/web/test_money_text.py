"""Amounts as people write them: every currency of the market, every language it will speak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money.amounts import Money, TokenAmount
from app.money.currencies import CURRENCIES
from app.web.money_input import latin_digits, read_money
from app.web.money_text import format_money, format_token

COMMA = {
    "USD": "$1,234,567.50", "BND": "B$1,234,567.50", "SGD": "S$1,234,567.50", "MYR": "RM1,234,567.50",
    "PHP": "₱1,234,567.50", "THB": "฿1,234,567.50", "KHR": "1,234,567.50៛", "IDR": "Rp1,234,567.50",
    "LAK": "₭1,234,567.50", "MMK": "1,234,567.50\u00a0K", "VND": "1,234,567\u00a0₫",
}  # fmt: skip
POINT = {code: text.translate(str.maketrans(",.", ".,")) for code, text in COMMA.items()}
WRITTEN = {"en": COMMA, "km": COMMA, "th": COMMA, "ms": COMMA, "my": COMMA, "zh": COMMA, "fil": COMMA,
           "vi": POINT, "id": POINT, "lo": POINT}  # fmt: skip
TABLE = [(locale, code, text) for locale, row in WRITTEN.items() for code, text in row.items()]


def test_the_table_knows_every_currency_of_the_market() -> None:
    assert set(COMMA) == set(CURRENCIES)


@pytest.mark.parametrize(("locale", "code", "text"), TABLE)
def test_an_amount_is_written_as_locals_do(locale: str, code: str, text: str) -> None:
    minor = 1_234_567 if code == "VND" else 123_456_750
    assert format_money(Money(minor, code), locale) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [("KHR", "48,000៛"), ("IDR", "Rp48,000"), ("LAK", "₭48,000"), ("MMK", "48,000\u00a0K"), ("USD", "$48,000.00")],
)
def test_digits_nobody_uses_are_left_out_when_they_are_zero(code: str, text: str) -> None:
    assert format_money(Money(4_800_000, code)) == text


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(1, "KHR"), "0.01៛"),
        (Money(-5, "USD"), "−$0.05"),
        (Money(-100, "VND"), "−100\u00a0₫"),
        (Money(0, "MMK"), "0\u00a0K"),
    ],
)
def test_not_one_minor_unit_is_ever_hidden(money: Money, text: str) -> None:
    assert format_money(money) == text


def test_readers_with_a_dollar_of_their_own_see_whose_dollar_it_is() -> None:
    assert format_money(Money(1450, "USD"), "en_SG") == "US$14.50"
    assert format_money(Money(1450, "USD"), "en") == "$14.50"


@pytest.mark.parametrize(
    ("units", "long", "short"),
    [(72_500_000, "72.500000", "72.50"), (1, "0.000001", "0.000001"), (-1_234_560_000, "−1,234.560000", "−1,234.56")],
)
def test_a_token_amount_shows_every_digit_that_is_not_zero(units: int, long: str, short: str) -> None:
    assert format_token(TokenAmount(units)) == f"{long}\u00a0CTM"
    assert format_token(TokenAmount(units), short=True) == f"{short}\u00a0CTM"


@given(st.integers(0, 10**14), st.sampled_from(sorted(CURRENCIES)), st.sampled_from(sorted(WRITTEN)))
def test_what_is_written_can_be_typed_back(minor: int, code: str, locale: str) -> None:
    money = Money(minor, code)
    assert read_money(format_money(money, locale), code, locale) == money


def test_digits_of_every_script_are_read() -> None:
    assert latin_digits("១២៣ ๔๕ ໖ ၇ ８") == "123 45 6 7 8"
