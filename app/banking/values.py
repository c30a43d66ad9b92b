"""A bank statement once it is read, whatever the file looked like. Pure.

Amounts are minor units of the statement's currency by ISO 4217; money that comes in is positive.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import pairwise
from json import dumps

from app.banking.errors import BalancesDoNotAddUp, EmptyStatement, OneCurrencyNeeded, TooManyLines, UnreadableCell
from app.money.currencies import CURRENCIES
from app.money.references import reference_key

MOST_LINES = 20_000
_AMOUNT = re.compile(r"(\d{1,3}(,\d{3})+|\d+)?(\.(\d+))?")
_LARGEST = 10**15


@dataclass(frozen=True)
class StatementLine:
    """`place` is the line of the file, or the number of the entry; `balance` is what the bank says stands after it."""

    place: int
    booked_on: date
    value_on: date | None
    minor: int
    currency: str
    reference: str
    description: str
    balance: int | None = None

    def content_hash(self, account: str) -> bytes:
        """What makes it the same line in two files: not the balance, which some files leave out."""
        said = [
            account, self.booked_on.isoformat(), self.minor, self.currency, reference_key(self.reference),
            reference_key(self.description),
        ]  # fmt: skip
        return sha256(dumps(said, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True)
class Statement:
    """`account` is the number the file names, or empty."""

    account: str
    lines: tuple[StatementLine, ...]
    opening: int | None = None
    closing: int | None = None

    @property
    def currency(self) -> str:
        return self.lines[0].currency

    def numbered(self, account: str) -> Iterator[tuple[StatementLine, bytes, int]]:
        """Each line with its hash, and the how-manieth of that hash it is: two equal lines of one file are two."""
        seen: Counter[bytes] = Counter()
        for line in self.lines:
            name = line.content_hash(account)
            seen[name] += 1
            yield line, name, seen[name]


def checked(statement: Statement) -> Statement:
    """Raises EmptyStatement, TooManyLines, OneCurrencyNeeded, BalancesDoNotAddUp."""
    lines = statement.lines
    if not lines:
        raise EmptyStatement(field="file")
    if len(lines) > MOST_LINES:
        raise TooManyLines(most=MOST_LINES, count=len(lines), field="file")
    other = next((line for line in lines if line.currency != lines[0].currency), None)
    if other is not None:
        raise OneCurrencyNeeded(place=other.place, currency=other.currency, expected=lines[0].currency, field="file")
    _require_running(lines)
    total = sum(line.minor for line in lines)
    if None not in (statement.opening, statement.closing) and (statement.opening or 0) + total != statement.closing:
        raise BalancesDoNotAddUp(place=lines[-1].place, field="file")
    return statement


def _require_running(lines: Sequence[StatementLine]) -> None:
    """Where every line says the balance after it, each follows from its neighbor: a line that is missing is seen."""
    if any(line.balance is None for line in lines):
        return
    down = _first_break(lines, is_newest_first=False)
    if down is not None and _first_break(lines, is_newest_first=True) is not None:
        raise BalancesDoNotAddUp(place=down, field="file")


def _first_break(lines: Sequence[StatementLine], *, is_newest_first: bool) -> int | None:
    for one, following in pairwise(lines):
        before, after = (following, one) if is_newest_first else (one, following)
        assert before.balance is not None
        if before.balance + after.minor != after.balance:
            return following.place
    return None


def minor_units(typed: str, currency: str, *, place: int, column: str) -> int:
    """Digits as banks write them: groups by commas, decimals after a point, a minus or brackets for money that goes out.

    Raises UnreadableCell: also for more decimals than the currency has, since nothing is rounded here.
    """
    text = typed.strip().removesuffix(currency).removeprefix(currency).strip().lstrip("$").strip()
    sign, is_bracketed = 1, text.startswith("(") and text.endswith(")")
    if is_bracketed:
        sign, text = -1, text[1:-1]
    elif text[:1] in ("-", "+"):
        sign, text = (-1 if text[0] == "-" else 1), text[1:]
    found = _AMOUNT.fullmatch(text.strip().lstrip("$"))
    digits = CURRENCIES[currency].iso if currency in CURRENCIES else 2
    if not text or not text.isascii() or found is None or (found[1] is None and found[4] is None):
        raise UnreadableCell(place=place, column=column, said=typed[:40], field="file")
    decimals = (found[4] or "").rstrip("0")
    if len(decimals) > digits:
        raise UnreadableCell(place=place, column=column, said=typed[:40], field="file")
    whole = (found[1] or "0").replace(",", "")
    minor = int(whole[:20]) * 10**digits + int(decimals.ljust(digits, "0") or "0")
    if minor > _LARGEST:
        raise UnreadableCell(place=place, column=column, said=typed[:40], field="file")
    return sign * minor
