"""How the tax of an order lies in its lines, and what of it goes back: whole cents whose sums are exact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.money.amounts import Money, Rate, share_so_far, shares_of, tax_included, usd
from app.tax.rules import ORDINARY


@dataclass(frozen=True)
class Told:
    """A tax as the order keeps it, in the seller's currency, for one class of goods."""

    goods: str
    name: str
    rate_bps: int
    tax: Money
    note: str = ""


@dataclass(frozen=True)
class Gross:
    """What one line costs with the tax inside, in US cents; the way of sending is such a line."""

    tax_class: str
    cents: int


@dataclass(frozen=True)
class Part:
    """All of a document that carries one tax. `tax_cents` stands inside `gross_cents`."""

    name: str
    rate_bps: int
    note: str
    gross_cents: int
    tax_cents: int

    @property
    def net_cents(self) -> int:
        return self.gross_cents - self.tax_cents


@dataclass(frozen=True)
class Split:
    """`part_of` and `tax_of` say of each line to which part it belongs and how much tax is in it."""

    parts: Sequence[Part]
    part_of: Sequence[int]
    tax_of: Sequence[int]


UNTAXED = Told(ORDINARY, "", 0, usd(0))


def split_tax(lines: Sequence[Gross], told: Sequence[Told], rate: Rate) -> Split:
    """One part for each tax that is told, and one for what carries none when nothing is told.

    The tax of a part is the one told, in dollars, wherever it is the tax inside the part's lines but for rounding;
    otherwise it is counted anew, so that a document always says what is in its own lines.
    """
    known = list(told) or [UNTAXED]
    place = {one.goods: at for at, one in reversed(list(enumerate(known)))}
    part_of = [place.get(line.tax_class, place.get(ORDINARY, 0)) for line in lines]
    parts, tax_of = [], [0] * len(lines)
    for at, one in enumerate(known):
        mine = [index for index, part in enumerate(part_of) if part == at]
        gross = sum(lines[index].cents for index in mine)
        tax = _tax(one, gross, rate, roundings=len(mine) + 1)
        parts.append(Part(one.name, one.rate_bps, one.note, gross, tax))
        for index, share in zip(mine, shares_of(tax, [lines[index].cents for index in mine]), strict=True):
            tax_of[index] = share
    return Split(parts, part_of, tax_of)


def _tax(told: Told, gross: int, rate: Rate, *, roundings: int) -> int:
    inside = tax_included(usd(gross), told.rate_bps).minor
    as_told = rate.to_usd(told.tax).minor if told.tax else 0
    return as_told if as_told <= gross and abs(as_told - inside) <= roundings else inside


def given_back(invoiced: Sequence[Part], earlier: Sequence[Sequence[Part]], cents: int) -> list[Part]:
    """What a credit note over `cents` takes from each part of an invoice, after the credit notes before it.

    Shared over what is left, so that no part is ever given back more than it was, and the last one ends at nothing.
    """
    left = list(invoiced)
    for parts in earlier:
        left = [
            replace(part, gross_cents=part.gross_cents - back.gross_cents, tax_cents=part.tax_cents - back.tax_cents)
            for part, back in zip(left, parts, strict=True)
        ]
    gross = shares_of(cents, [part.gross_cents for part in left])
    return [
        replace(
            part,
            gross_cents=back,
            tax_cents=share_so_far(part.tax_cents, back, part.gross_cents) if part.gross_cents else 0,
        )
        for part, back in zip(left, gross, strict=True)
    ]


def local_given_back(minor: int, cents: int, total_cents: int) -> int:
    """What `cents` of the `total_cents` left are of the `minor` left in local money, floored; all at the end."""
    return share_so_far(minor, cents, total_cents)
