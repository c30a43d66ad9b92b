"""The bank file: CSV by RFC 4180, UTF-8, one payment order a line. Layout: docs/operators/bank-file.md. Pure."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from app.money.amounts import Money

COLUMNS = ("payment_id", "beneficiary", "bank", "bic", "account", "amount", "currency", "reference")


def bank_file_csv(redemptions: Iterable[Any]) -> str:
    """`redemptions` have `id`, `amount_cents` and `bank_account`. The amount has a point and two digits."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for redemption in redemptions:
        account, amount = redemption.bank_account, Money(redemption.amount_cents, "USD")
        short = redemption.id.hex[-12:].upper()
        writer.writerow(
            [
                str(redemption.id),
                _plain(account["holder"]),
                _plain(account["bank"]),
                account.get("bic", ""),
                account["number"],
                f"{amount.minor // 100}.{amount.minor % 100:02d}",
                amount.currency,
                f"PHSAR {short}",
            ]
        )
    return out.getvalue()


def _plain(text: str) -> str:
    """A name a spreadsheet will not take for a formula."""
    return text.lstrip("=+-@\t\r") or text.replace("=", "")
