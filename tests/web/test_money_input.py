"""Reading amounts: nothing is guessed, and each refusal says how to write it."""

import pytest

from app.errors import DomainError
from app.money.amounts import Money
from app.web.money_input import read_money


@pytest.mark.parametrize(
    ("typed", "code", "locale", "minor"),
    [
        ("14.50", "USD", "en", 1450), ("$1,234.5", "USD", "en", 123_450), ("១២៣៤", "KHR", "km", 123_400),
        (" 150 000 ", "VND", "en", 150_000), ("150.000", "VND", "vi", 150_000), ("Rp150.000", "IDR", "id", 15_000_000),
        ("12,5", "USD", "vi", 1250), (".5", "USD", "en", 50), ("12,000៛", "KHR", "km", 1_200_000), ("usd 3", "USD", "en", 300),
    ],
)  # fmt: skip
def test_what_people_type_is_read(typed: str, code: str, locale: str, minor: int) -> None:
    assert read_money(typed, code, locale) == Money(minor, code)


@pytest.mark.parametrize(
    ("typed", "code", "problem"),
    [
        ("9" * 5_000, "USD", "amount-too-large"), ("", "USD", "amount-missing"), ("   ", "USD", "amount-missing"), ("$", "USD", "amount-missing"),
        ("-3", "USD", "amount-negative"), ("−3", "USD", "amount-negative"), ("(3)", "USD", "amount-negative"),
        ("1,23", "USD", "amount-groups-wrong"), ("1.2.3", "USD", "amount-groups-wrong"), ("12,34,567", "USD", "amount-groups-wrong"),
        ("1.234", "USD", "amount-too-fine"), ("150.000", "KHR", "amount-too-fine"), ("150.000", "VND", "amount-too-fine"),
        ("1e5", "USD", "amount-unreadable"), ("NaN", "USD", "amount-unreadable"), ("0x10", "USD", "amount-unreadable"),
        ("€5", "USD", "amount-unreadable"), ("<b>5</b>", "USD", "amount-unreadable"), ("½", "USD", "amount-unreadable"),
        ("9" * 30, "USD", "amount-too-large"), ("'; DROP TABLE", "USD", "amount-unreadable"),
    ],
)  # fmt: skip
def test_what_is_not_one_plain_amount_is_refused(typed: str, code: str, problem: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_money(typed, code)
    assert refused.value.code == problem


def test_a_point_before_three_digits_is_never_taken_for_thousands() -> None:
    """150.000 means a hundred and fifty thousand to a Vietnamese seller on an English page: a thousandfold trap."""
    with pytest.raises(DomainError) as refused:
        read_money("150.000", "VND")
    assert str(refused.value).endswith("Write it like 15,000.")
