"""The bank file: CSV by RFC 4180, UTF-8, one payment order a line. Layout: docs/operators/bank-file.md. Pure."""

from collections.abc import Iterable
from typing import Any

from app.money.amounts import Money
from app.web.spreadsheets import csv_line, without_formula

COLUMNS = ("payment_id", "beneficiary", "bank", "bic", "account", "amount", "currency", "reference")


def bank_file_csv(redemptions: Iterable[Any]) -> str:
    """`redemptions` have `id`, `attempt`, `to_bank_cents` and `bank_account`. The amount has a point and two digits.

    A payment made again has another id and reference than the one that failed, or a bank would take it for the same.
    """
    return csv_line(COLUMNS) + "".join(csv_line(_cells(redemption)) for redemption in redemptions)


def _cells(redemption: Any) -> tuple[str, ...]:
    account, amount = redemption.bank_account, Money(redemption.to_bank_cents, "USD")
    again = f"{redemption.attempt}" if redemption.attempt > 1 else ""
    return (
        f"{redemption.id}-{again}" if again else str(redemption.id),
        without_formula(account["holder"]),
        without_formula(account["bank"]),
        account.get("bic", ""),
        account["number"],
        f"{amount.minor // 100}.{amount.minor % 100:02d}",
        amount.currency,
        f"PHSAR {redemption.id.hex[-12:].upper()} {again}".rstrip(),
    )
