"""What an accountant types."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.bookkeeping.errors import (
    DoubledParty,
    NoPartyHere,
    OpeningDoesNotBalance,
    PartyNeeded,
    TooManyParties,
    UnknownOpeningAccount,
    UnusableOpeningFile,
    UnusablePartyAmount,
    UnusablePartyLine,
)
from app.bookkeeping.queries.parties import NamedBalance
from app.bookkeeping.rules import BY_PARTY, CAPITAL, MOST_PARTIES, OPENED_BY_HAND, REASON_LONGEST, Opening, PartyBalance
from app.ledger.chart import CHART, DEBIT
from app.money.amounts import usd
from app.orders.rules.purchase import MAX_CENTS
from app.purchasing.rules.workbook import is_workbook, workbook_rows
from app.web.fields import LineField, MoneyField, ParagraphsField, PastDayField
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.money_input import latin_digits, read_money

COLUMNS = ("account", "name", "amount_usd", "party")
LONGEST_FILE = 200_000


class DayForm(BaseForm):
    day = PastDayField(_l("Day"), [InputRequired()])


class CapitalForm(DayForm):
    """A line of the bank's statement: the operator's own money, coin bought for gas, or a difference."""

    direction = RadioField(
        _l("What it is"),
        [InputRequired()],
        choices=[
            ("in", _l("Own money, paid into the bank")),
            ("out", _l("Own money, taken out of the bank")),
            ("gas", _l("Coin of the chain, bought for gas")),
            ("more", _l("A transfer came with more than was booked")),
            ("less", _l("A transfer came with less than was booked")),
        ],
        default="in",
    )
    amount = MoneyField(_l("Amount"), [InputRequired()], currency="USD")
    tokens = MoneyField(_l("Tokens, in whole cents"), [Optional()], currency="USD")
    reference = LineField(_l("Bank reference"), [InputRequired()], longest=80)

    def offer_float(self) -> None:
        """Where the token is somebody else's."""
        self.direction.choices = [
            *self.direction.choices,
            ("buy", _l("Tokens bought for the float")),
            ("sell", _l("Tokens of the float sold")),
            ("dearer", _l("The float is worth more")),
            ("cheaper", _l("The float is worth less")),
        ]

    def validate_tokens(self, field: MoneyField) -> None:
        if self.direction.data in {"buy", "sell"} and (field.data is None or field.data.minor <= 0):
            raise ValidationError(_l("Enter how many tokens it was."))

    def validate_amount(self, field: MoneyField) -> None:
        if field.data is not None and field.data.minor <= 0:
            raise ValidationError(_l("Enter an amount above zero."))
        if field.data is not None and field.data.minor > MAX_CENTS:
            raise ValidationError(_l("This is more than one bank transfer can be. Check the zeros."))

    def token_cents(self) -> int:
        """What came into the float, or (negative) left it."""
        assert self.tokens.data is not None
        return self.tokens.data.minor if self.direction.data == "buy" else -self.tokens.data.minor

    def cents(self) -> int:
        assert self.amount.data is not None
        return -self.amount.data.minor if self.direction.data in {"out", "less", "cheaper"} else self.amount.data.minor


def _balance_field(number: str) -> MoneyField:
    return MoneyField(_l(CHART[number].name), [Optional()], currency="USD")


class OpeningForm(DayForm):
    """A balance per account and per party, on its natural side. A file fills the fields in; `seen` is sent by who saw
    the entry."""

    file = FileField(_l("From a file"))
    seen = HiddenField()
    a1010, a2300, a4100, a5100, a5110, a5120 = (_balance_field(number) for number in OPENED_BY_HAND)
    parties = ParagraphsField(_l("With whom something is open"), longest=LONGEST_FILE)

    @property
    def balances(self) -> list[tuple[str, bool, Any]]:
        """(account number, whether its natural side is debit, field)."""
        return [(number, CHART[number].natural_side == DEBIT, self[f"a{number}"]) for number in OPENED_BY_HAND]

    def cents(self) -> dict[str, int]:
        return {number: field.data.minor for number, _, field in self.balances if field.data is not None}

    def named(self) -> list[NamedBalance]:
        """Raises what `named_balances` raises, and as `read_money`."""
        rows = enumerate((self.parties.data or "").splitlines(), 1)
        return named_balances((line, *_party_cells(text, line)) for line, text in rows if text.strip())

    def fill_from_file(self) -> list[NamedBalance]:
        """What it says of parties. Raises UnusableOpeningFile, UnknownOpeningAccount, OpeningDoesNotBalance,
        UnreadableFile, and as `named_balances` and `read_money`."""
        cents: dict[str, int] = {}
        by_party: list[tuple[int, str, str, str]] = []
        for line, number, typed, party in _read(self.file.data.read(LONGEST_FILE)):
            if number in BY_PARTY:
                by_party.append((line, number, party, typed))
            elif party:
                raise NoPartyHere(line=line, account=number, field="file")
            else:
                cents[number] = read_money(typed, "USD").minor
        named = named_balances(by_party)
        capital = cents.pop(CAPITAL, None)
        rest = Opening(cents, [PartyBalance(one.number, UUID(int=0), one.cents) for one in named]).capital
        if capital is not None and capital != rest:
            raise OpeningDoesNotBalance(given=usd(capital), rest=usd(rest), field="file")
        for number, _, field in self.balances:
            field.raw_data, field.data = None, usd(cents[number]) if number in cents else None
        self.parties.raw_data = None
        self.parties.data = "\n".join(f"{number}; {party}; {typed}" for _, number, party, typed in by_party)
        return named


def named_balances(rows: Iterable[tuple[int, str, str, str]]) -> list[NamedBalance]:
    """From line, account, party and amount. Raises UnknownOpeningAccount, PartyNeeded, DoubledParty,
    UnusablePartyAmount, TooManyParties, and as `read_money`."""
    named: dict[tuple[str, str], NamedBalance] = {}
    for line, number, party, typed in rows:
        if number not in BY_PARTY:
            raise UnknownOpeningAccount(line=line, account=number, field="parties")
        if not party:
            raise PartyNeeded(line=line, account=number, field="parties")
        if (number, party.casefold()) in named:
            raise DoubledParty(line=line, field="parties")
        cents = read_money(typed, "USD", current_locale()).minor
        if not 0 < cents <= MAX_CENTS:
            raise UnusablePartyAmount(line=line, field="parties")
        named[number, party.casefold()] = NamedBalance(line, number, party, cents)
    if len(named) > MOST_PARTIES:
        raise TooManyParties(most=MOST_PARTIES, count=len(named), field="parties")
    return list(named.values())


def _party_cells(text: str, line: int) -> tuple[str, str, str]:
    """`2400; sothys-farm; 1,200.00`, or with commas: then what comes after the second is the amount."""
    mark = next((mark for mark in (";", "\t") if mark in text), ",")
    cells = [cell.strip() for cell in text.split(mark, 2)]
    if len(cells) != len(("account", "party", "amount")):
        raise UnusablePartyLine(line=line, field="parties")
    return latin_digits(cells[0]), cells[1], cells[2]


def _read(content: bytes) -> Iterator[tuple[int, str, str, str]]:
    """Line, account, amount and party of what is not empty, of CSV or an Excel workbook."""
    for line, row in enumerate(_rows(content), 1):
        if not any(cell.strip() for cell in row) or row[0].strip() == COLUMNS[0]:
            continue
        if not len(COLUMNS) - 1 <= len(row) <= len(COLUMNS):
            raise UnusableOpeningFile(line=line, field="file")
        number, _, typed, party = (cell.strip().removeprefix("'") for cell in (*row, "")[: len(COLUMNS)])
        if number not in (*OPENED_BY_HAND, *BY_PARTY, CAPITAL):
            raise UnknownOpeningAccount(line=line, account=number, field="file")
        if typed:
            yield line, number, typed, party


def _rows(content: bytes) -> Sequence[Sequence[str]]:
    if is_workbook(content):
        return workbook_rows(content, len(COLUMNS))
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise UnusableOpeningFile(line=1, field="file") from None


class CarriedForm(DayForm):
    """A bank transfer with a party."""

    amount = MoneyField(_l("Amount"), [InputRequired()], currency="USD")
    reference = LineField(_l("Bank reference"), [InputRequired()], longest=80)

    def validate_amount(self, field: MoneyField) -> None:
        if field.data is not None and field.data.minor <= 0:
            raise ValidationError(_l("Enter an amount above zero."))


class TakeBackForm(BaseForm):
    reason = LineField(_l("Why? It is kept with the entry."), [InputRequired()], longest=300)


class ReversalForm(BaseForm):
    reason = LineField(
        _l("What is wrong with it? It is kept with the journal."), [InputRequired()], longest=REASON_LONGEST
    )


class AnswerForm(BaseForm):
    answer = LineField(_l("What whoever asked should know"), [Optional()], longest=REASON_LONGEST)
