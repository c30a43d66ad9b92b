"""Amounts as a comparison shows them."""

import pytest

from app.reconciliation.plain import amount_text


@pytest.mark.parametrize(
    ("amount", "asset", "shown"),
    [
        (None, "USD", "–"),
        (-123_450, "USD", "-1,234.50"),
        (1_234_500_000, "CTM", "1,234.500000"),
        (10**24, "GAS", "1,000,000.00"),
        (0, "GAS", "0.00"),
        (-8_760_867_654_453_488, "GAS", "-0.008760867654453488"),
        (10**17 + 1, "GAS", "0.100000000000000001"),
    ],
)
def test_no_digit_is_lost_and_noughts_do_not_fill_a_column(amount: int | None, asset: str, shown: str) -> None:
    assert amount_text(amount, asset) == shown
