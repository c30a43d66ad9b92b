"""What an accountant types."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, RadioField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.bookkeeping.errors import OpeningDoesNotBalance, UnknownOpeningAccount, UnusableOpeningFile
from app.bookkeeping.rules import CAPITAL, OPENED_BY_HAND, Opening
from app.ledger.chart import CHART, DEBIT
from app.money.amounts import usd
from app.orders.rules.purchase import MAX_CENTS
from app.web.fields import LineField, MoneyField
from app.web.forms import BaseForm
from app.web.money_input import read_money

COLUMNS = ("account", "name", "amount_usd")
LONGEST_FILE = 100_000


class DayForm(BaseForm):
    day = DateField(_l("Day"), [InputRequired()], default=date.today)

    def validate_day(self, field: DateField) -> None:
        if field.data is not None and field.data > datetime.now(UTC).date():
            raise ValidationError(_l("This day has not come yet."))

    def at(self) -> datetime:
        """The beginning of the day."""
        return datetime.combine(self.day.data or datetime.now(UTC).date(), time(), UTC)


class CapitalForm(DayForm):
    """The operator's own money, into the bank or out of it."""

    direction = RadioField(
        _l("Which way"),
        [InputRequired()],
        choices=[("in", _l("Paid into the bank")), ("out", _l("Taken out of the bank"))],
        default="in",
    )
    amount = MoneyField(_l("Amount"), [InputRequired()], currency="USD")
    reference = LineField(_l("Bank reference"), [InputRequired()], longest=80)

    def validate_amount(self, field: MoneyField) -> None:
        if field.data is not None and field.data.minor <= 0:
            raise ValidationError(_l("Enter an amount above zero."))
        if field.data is not None and field.data.minor > MAX_CENTS:
            raise ValidationError(_l("This is more than one bank transfer can be. Check the zeros."))

    def cents(self) -> int:
        assert self.amount.data is not None
        return self.amount.data.minor if self.direction.data == "in" else -self.amount.data.minor


def _balance_field(number: str) -> MoneyField:
    return MoneyField(_l(CHART[number].name), [Optional()], currency="USD")


class OpeningForm(DayForm):
    """A balance per account, on its natural side. A file fills the fields in; `seen` is sent by who saw the entry."""

    file = FileField(_l("From a file"))
    seen = HiddenField()
    a1010, a2300, a4100, a5100, a5110, a5120 = (_balance_field(number) for number in OPENED_BY_HAND)

    @property
    def balances(self) -> list[tuple[str, bool, Any]]:
        """(account number, whether its natural side is debit, field)."""
        return [(number, CHART[number].natural_side == DEBIT, self[f"a{number}"]) for number in OPENED_BY_HAND]

    def opening(self) -> Opening:
        return Opening({number: field.data.minor for number, _, field in self.balances if field.data is not None})

    def fill_from_file(self) -> None:
        """Raises UnusableOpeningFile, UnknownOpeningAccount, OpeningDoesNotBalance, and as `read_money`."""
        cents = dict(_read(self.file.data.read(LONGEST_FILE)))
        capital = cents.pop(CAPITAL, None)
        opening = Opening(cents)
        if capital is not None and capital != opening.capital:
            raise OpeningDoesNotBalance(given=usd(capital), rest=usd(opening.capital), field="file")
        for number, _, field in self.balances:
            field.raw_data, field.data = None, usd(cents[number]) if number in cents else None


def _read(content: bytes) -> Iterator[tuple[str, int]]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise UnusableOpeningFile(line=1, field="file") from None
    for line, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row) or row[0].strip() == COLUMNS[0]:
            continue
        if len(row) != len(COLUMNS):
            raise UnusableOpeningFile(line=line, field="file")
        number, _, typed = (cell.strip() for cell in row)
        if number not in (*OPENED_BY_HAND, CAPITAL):
            raise UnknownOpeningAccount(line=line, account=number, field="file")
        if not typed:
            continue
        yield number, read_money(typed, "USD").minor


class TakeBackForm(BaseForm):
    reason = LineField(_l("Why? It is kept with the entry."), [InputRequired()], longest=300)
