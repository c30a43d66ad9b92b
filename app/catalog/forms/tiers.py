"""Prices from a quantity on, as sellers type them: one a line, the quantity and then the price."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from app.errors import DomainError
from app.money.currencies import currency as currency_of
from app.pricing.errors import UnreadableTier
from app.pricing.rules.tiers import LARGEST_FROM, Tier
from app.web.fields import ParagraphsField
from app.web.languages import current_locale
from app.web.money_input import latin_digits, read_money
from app.web.money_text import format_number, group_digits, separators
from app.web.problem_words import sentence

_LINE = re.compile(r"([\d.,]++)(?:\s++[:;=–+-]?|[:;=–+-])\s*+(\S.*)")
LONGEST = 600


class TiersField(ParagraphsField):
    """`data` is the tiers, None where the page did not ask; what was typed stays to be mended."""

    data: Any

    def __init__(
        self, label: str | None = None, validators: Sequence[Any] = (), currency: str = "USD", **kwargs: Any
    ) -> None:
        self.currency = currency
        super().__init__(label, validators, longest=LONGEST, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist:
            try:
                self.data = read_tiers(valuelist[0][: LONGEST * 2], self.currency)
            except DomainError as error:
                raise ValueError(sentence(error)) from error

    def pre_validate(self, _form: Any) -> None:
        """What was read holds numbers only."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else tiers_text(self.data or (), self.currency)


def read_tiers(typed: str, code: str) -> tuple[Tier, ...]:
    """Raises UnreadableTier, and what reading an amount raises. Whether they fit the goods is for the rules."""
    lines = (line.strip() for line in latin_digits(typed).splitlines())
    return tuple(_tier(line, code) for line in lines if line)


def tiers_text(tiers: Iterable[Tier], code: str) -> str:
    locale = current_locale()
    return "\n".join(
        f"{tier.from_quantity} {format_number(tier.price_minor, currency_of(code), locale)}" for tier in tiers
    )


def _tier(line: str, code: str) -> Tier:
    found = _LINE.fullmatch(line)
    count = found[1].replace(separators(current_locale())[0], "") if found else ""
    if found is None or not count.isdecimal() or len(count) > len(str(LARGEST_FROM)):
        raise UnreadableTier(typed=line[:40], example=tiers_example(code))
    return Tier(int(count), read_money(found[2], code, current_locale()).minor)


def tiers_example(code: str) -> str:
    """One line, as a seller of this currency may write it."""
    unit = currency_of(code)
    price = format_number(1350 if unit.display else 15_000 * 10**unit.iso, unit, current_locale())
    return f"{group_digits(10, current_locale())} {price}"
