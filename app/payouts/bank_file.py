"""The bank file: CSV by RFC 4180, UTF-8, one payment order a line. Layout: docs/operators/bank-file.md. Pure."""

from collections.abc import Iterable
from typing import Any

from app.money.amounts import Money
from app.web.spreadsheets import csv_line, without_formula

COLUMNS = ("payment_id", "beneficiary", "bank", "bic", "account", "amount", "currency", "reference")


def bank_file_csv(redemptions: Iterable[Any]) -> str:
    """`redemptions` have `id`, `to_bank_cents` and `bank_account`. The amount has a point and two digits."""
    return csv_line(COLUMNS) + "".join(csv_line(_cells(redemption)) for redemption in redemptions)


def _cells(redemption: Any) -> tuple[str, ...]:
    account, amount = redemption.bank_account, Money(redemption.to_bank_cents, "USD")
    return (
        str(redemption.id),
        without_formula(account["holder"]),
        without_formula(account["bank"]),
        account.get("bic", ""),
        account["number"],
        f"{amount.minor // 100}.{amount.minor % 100:02d}",
        amount.currency,
        f"PHSAR {redemption.id.hex[-12:].upper()}",
    )
