"""Reading the dated rules."""

import tomllib
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.identity.rules.roles import SHOP_KINDS
from app.money.amounts import Money
from app.money.currencies import currency
from app.tax.borders import low_value_rules
from app.tax.queries import taxed_at_home
from app.withholding.rules import EXCLUDED, HOME, IMPORTS, WITHHELD, Rule

FILE = Path(__file__).parents[1] / "tax" / "data" / "withholding.toml"


class BrokenRule(ValueError):
    """The data file says something impossible; the message names the entry."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the data file. Raises BrokenRule."""
    return read_rules(FILE.read_text("utf-8"))


def countries() -> tuple[str, ...]:
    """Those with a rule, in order."""
    return tuple(sorted({rule.country for rule in all_rules()}))


def switchable(scope: str, on: date) -> tuple[str, ...]:
    """The countries of which something is on file that such a switch would bring into force."""
    known = {WITHHELD: countries(), HOME: taxed_at_home(on), IMPORTS: low_value_rules(on)}
    return tuple(sorted(known[scope]))


def read_rules(text: str) -> tuple[Rule, ...]:
    """From the text of such a file. Raises BrokenRule."""
    found = tuple(_read(entry) for entry in tomllib.loads(text)["rule"])
    ordered = sorted(found, key=lambda rule: (rule.key, rule.starts_on))
    for earlier, later in pairwise(ordered):
        if earlier.key == later.key and (earlier.ends_on or date.max) >= later.starts_on:
            raise BrokenRule(f"{later.key}: two rates on {later.starts_on}")
    return found


def _read(entry: dict[str, Any]) -> Rule:
    values = dict(entry)
    where = f"{values.get('key')} from {values.get('from')}"
    try:
        rule = Rule(
            starts_on=values.pop("from"),
            ends_on=values.pop("to", None),
            rate=_fraction(values.pop("rate")),
            share=_fraction(values.pop("share", "1")),
            threshold=_money(values.pop("threshold", "")),
            seller_kinds=frozenset(values.pop("seller_kinds")),
            excludes=frozenset(values.pop("excludes")),
            exempt_kinds=frozenset(values.pop("exempt_kinds")),
            **values,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenRule(f"{where}: {error}") from error
    kinds = frozenset(SHOP_KINDS)
    if not (0 < rule.rate < 1 and 0 < rule.share <= 1):
        raise BrokenRule(f"{where}: a rate or a share that cannot be")
    if not (rule.excludes <= EXCLUDED and rule.seller_kinds <= kinds and rule.exempt_kinds <= rule.seller_kinds):
        raise BrokenRule(f"{where}: excludes, seller_kinds or exempt_kinds name something unknown")
    if rule.ends_on is not None and rule.ends_on < rule.starts_on:
        raise BrokenRule(f"{where}: ends before it starts")
    return rule


def _fraction(text: Any) -> Fraction:
    """`1/200`; a decimal number of TOML is a float, and refused."""
    if not isinstance(text, str):
        raise TypeError(f"a fraction is written as text, not {text!r}")
    try:
        return Fraction(text)
    except ZeroDivisionError as error:
        raise ValueError(f"{text} divides by zero") from error


def _money(text: str) -> Money | None:
    """`500000 PHP`: whole units of a currency."""
    if not text:
        return None
    amount, code = text.split()
    return Money(int(amount) * 10 ** currency(code).iso, code)
