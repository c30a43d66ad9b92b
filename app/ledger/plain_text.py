"""The whole ledger as text for beancount or hledger, a line at a time: the same books give the same bytes.

A transaction is dated by the day it counts in, in the books' time zone; when it happened and when it was written stand in
its metadata. Amounts have all decimals of their asset and every leg is written, so that no program rounds or fills in.
The balances at the end come from the kept balances and not from the postings above them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.ledger.chart import CHART
from app.ledger.sql_files import statement
from app.ledger.sums import sum_posted

ROOTS = {"1": "Assets", "2": "Liabilities", "3": "Equity", "4": "Income", "5": "Expenses"}
BEFORE_ALL = "1970-01-01"
AT_ONCE = 1_000


class Format(Protocol):
    """How one program writes what a ledger has. `adds_up_below`: a balance of an account counts those below it as well."""

    adds_up_below: bool

    def head(self, assets: dict[str, int]) -> Iterator[str]: ...

    def account(self, name: str, title: str) -> str: ...

    def journal(self, first: Any, facts: dict[str, str]) -> Iterator[str]: ...

    def leg(self, name: str, amount: str, asset: str) -> str: ...

    def balances(self, day: str, rows: list[tuple[str, str, str]]) -> Iterator[str]: ...


def account_name(number: str, owner: UUID | None) -> str:
    """`Assets:1200-TreasuryOnChain`, and whose it is below that: a name both programs take."""
    words = re.findall(r"[A-Za-z0-9]+", CHART[number].name.replace("'", ""))
    name = f"{ROOTS[number[0]]}:{number}-{''.join(word[0].upper() + word[1:] for word in words)}"
    return name if owner is None else f"{name}:O-{str(owner).upper()}"


def commodity(asset: str) -> str:
    """The asset's code as beancount takes it: capitals, digits and dashes, from 2 to 24, a letter first."""
    name = re.sub(r"[^A-Z0-9]+", "-", asset.upper()).strip("-")
    name = name if name[:1].isalpha() else f"X{name}"
    return name[:24].rstrip("-") if len(name) > 1 else f"{name}X"


def exact(amount: int, exponent: int) -> str:
    """All decimals and no grouping."""
    digits = str(abs(amount)).rjust(exponent + 1, "0")
    whole, part = (digits[:-exponent], digits[-exponent:]) if exponent else (digits, "")
    return f"{'-' if amount < 0 else ''}{whole}{'.' if part else ''}{part}"


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Beancount:
    adds_up_below = True

    def head(self, assets: dict[str, int]) -> Iterator[str]:
        yield 'option "title" "Books of the market"\n'
        for asset in assets:
            yield f"{BEFORE_ALL} commodity {commodity(asset)}\n"

    def account(self, name: str, title: str) -> str:
        return f"{BEFORE_ALL} open {name}\n  title: {_quoted(title)}\n"

    def journal(self, first: Any, facts: dict[str, str]) -> Iterator[str]:
        yield f"\n{first.day} * {_quoted(first.event)}\n"
        for key, value in facts.items():
            yield f"  {key}: {_quoted(value)}\n"

    def leg(self, name: str, amount: str, asset: str) -> str:
        return f"  {name}  {amount} {asset}\n"

    def balances(self, day: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
        for name, amount, asset in rows:
            yield f"{day} balance {name}  {amount} ~ 0 {asset}\n"


class Hledger:
    adds_up_below = False

    def head(self, assets: dict[str, int]) -> Iterator[str]:
        yield "; Books of the market\ndecimal-mark .\n"
        for asset, exponent in assets.items():
            shown = exact(1000 * 10**exponent, exponent)
            yield f'commodity {shown if exponent else shown + "."} "{commodity(asset)}"\n'

    def account(self, name: str, title: str) -> str:
        return f"account {name}  ; {title}\n"

    def journal(self, first: Any, facts: dict[str, str]) -> Iterator[str]:
        yield f"\n{first.day} * ({first.sequence}) {first.event}\n"
        for key, value in facts.items():
            yield f"    ; {key}: {value}\n"

    def leg(self, name: str, amount: str, asset: str) -> str:
        return f'    {name}  {amount} "{asset}"\n'

    def balances(self, day: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
        yield f"{day} * Balances\n"
        for name, amount, asset in rows:
            yield f'    {name}  0 "{asset}" = {amount} "{asset}"\n'


FORMATS: dict[str, Format] = {"beancount": Beancount(), "hledger": Hledger()}


def plain_text(session: Session, kind: str) -> Iterator[str]:
    """The books as `kind` of FORMATS. Memory grows with the number of accounts, not of journals."""
    sum_posted(session)
    form = FORMATS[kind]
    accounts = session.execute(statement("accounts_in_use")).all()
    assets = {row.asset: row.exponent for row in sorted(accounts, key=lambda row: row.asset)}
    if len({commodity(asset) for asset in assets}) != len(assets):
        raise ValueError("Two assets would have the same name in the file: " + ", ".join(assets))
    yield from form.head(assets)
    for number, owner in dict.fromkeys((row.number, row.owner_id) for row in accounts):
        yield form.account(account_name(number, owner), CHART[number].name)
    last = BEFORE_ALL
    rows = session.execute(statement("whole_ledger").execution_options(yield_per=AT_ONCE))
    for _, legs in groupby(rows, key=lambda row: row.sequence):
        first = next(legs)
        last = max(last, first.day)
        yield from form.journal(first, _facts(first))
        for row in (first, *legs):
            yield form.leg(
                account_name(row.number, row.owner_id), exact(int(row.amount), row.exponent), commodity(row.asset)
            )
    if not accounts:
        return
    yield "\n"
    after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    standing = [
        (account_name(row.number, row.owner_id), exact(amount, row.exponent), commodity(row.asset))
        for row, amount in _standing(accounts, adds_up_below=form.adds_up_below)
    ]
    yield from form.balances(after, standing)


def _standing(accounts: Sequence[Any], *, adds_up_below: bool) -> Iterator[tuple[Any, int]]:
    """Each account with its balance; some have a part that is nobody's in particular, above those that are somebody's."""
    whole: Counter[tuple[str, str]] = Counter()
    for row in accounts:
        whole[row.number, row.asset] += int(row.balance)
    for row in accounts:
        is_above = adds_up_below and row.owner_id is None
        yield row, whole[row.number, row.asset] if is_above else int(row.balance)


def _facts(first: Any) -> dict[str, str]:
    facts = {
        "journal": str(first.id),
        "number": str(first.sequence),
        "effective": _moment(first.effective_at),
        "posted": _moment(first.posted_at),
        "late-for": first.late_for,
        "order": first.order_id and str(first.order_id),
        "reverses": first.reverses_id and str(first.reverses_id),
        "stripe": first.stripe_id and re.sub(r"[^A-Za-z0-9_-]", "", first.stripe_id),
        "tx": first.tx and f"0x{first.tx}",
    }
    return {key: value for key, value in facts.items() if value}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
