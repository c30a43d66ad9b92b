"""Money and token amounts as integers. All arithmetic that can round has a name and stands here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.money.currencies import currency

TOKEN_DECIMALS = 6
UNITS_PER_CENT: int = 10 ** (TOKEN_DECIMALS - 2)
BPS = 10_000
BPS_PER_PERCENT = 100
MICRO = 1_000_000
_PIECES = (1, 100, 1_000, 10_000, 100_000)
_OFF_AT_MOST = 20
_RATE = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum."""


@dataclass(frozen=True, order=False)
class Money:
    """`minor` units of an ISO 4217 currency, by its ISO exponent."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            msg = f"money is counted in whole minor units, not {self.minor!r}"
            raise TypeError(msg)
        currency(self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0


@dataclass(frozen=True)
class TokenAmount:
    """`units` are the token's smallest units (6 decimals)."""

    units: int
    token: str = "CTM"


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def percent(bps: int) -> str:
    """Hundredths of a percent as they are read: `1000` as `10`, `850` as `8.5`."""
    whole, rest = divmod(bps, BPS_PER_PERCENT)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def half_even(numerator: int, denominator: int) -> int:
    """The quotient rounded half to even, for any signs. `denominator` must be positive."""
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))


@dataclass(frozen=True)
class Rate:
    """How many whole `currency` one US dollar buys, times one million."""

    currency: str
    per_usd_micro: int

    def to_usd(self, amount: Money) -> Money:
        """Half-even to the cent (decision 0001-1)."""
        if amount.currency != self.currency:
            raise CurrencyMismatch(f"{amount.currency} and {self.currency}")
        exponent = currency(self.currency).iso
        return usd(half_even(amount.minor * 100 * MICRO, self.per_usd_micro * 10**exponent))

    @property
    def least_paid(self) -> Money:
        """The smallest amount that `to_usd` does not round to nothing."""
        exponent = currency(self.currency).iso
        return Money(self.per_usd_micro * 10**exponent // (2 * 100 * MICRO) + 1, self.currency)

    def from_usd(self, amount: Money) -> Money:
        """Half-even to the minor unit. For the eye only: what is owed is never found by going back."""
        if amount.currency != "USD":
            raise CurrencyMismatch(f"{amount.currency} and USD")
        exponent = currency(self.currency).iso
        return Money(half_even(amount.minor * self.per_usd_micro * 10**exponent, 100 * MICRO), self.currency)


def from_usd(rate: Rate, cents: int) -> Money:
    """About what so many US cents are in the rate's currency: a hint for people, half-even, never booked."""
    exponent = currency(rate.currency).iso
    return Money(half_even(cents * rate.per_usd_micro * 10**exponent, 100 * MICRO), rate.currency)


def rate_micro(text: str) -> int:
    """A rate as people write it, `4012.5`, in millionths. Raises ValueError for anything else, a seventh decimal too."""
    written = _RATE.fullmatch(text)
    if written is None:
        raise ValueError(f"a rate is a number with at most six decimals, not {text!r}")
    return int(written[1]) * MICRO + int((written[2] or "").ljust(6, "0"))


def rate_text(micro: int) -> str:
    """`4,012.5`: every digit of the rate and no more."""
    whole, rest = divmod(micro, MICRO)
    return f"{whole:,}.{rest:06d}".rstrip("0").rstrip(".")


def token_units(amount: Money) -> int:
    """One CTM is one US dollar: cents times ten thousand, exactly."""
    if amount.currency != "USD":
        raise CurrencyMismatch(f"tokens are sold for USD, not {amount.currency}")
    return amount.minor * UNITS_PER_CENT


def share_of(amount: Money, bps: int) -> Money:
    """So many hundredths of a percent of it, half-even to the minor unit."""
    return Money(half_even(amount.minor * bps, BPS), amount.currency)


def shares_of(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` over `weights`, exactly: each gets its part rounded down, the rest goes one by one to the largest remainders.

    Equal remainders are served from the first on. No share is above its weight as long as `amount` is not above their sum.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [divmod(amount * weight, whole) for weight in weights]
    shares = [part for part, _ in parts]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-parts[index][1], index))
    for index in by_remainder[: amount - sum(shares)]:
        shares[index] += 1
    return shares


def share_so_far(part: int, of: int, whole: int) -> int:
    """What of `part` belongs to the first `of` units of `whole`, floored: taken in any number of steps, it ends at `part`."""
    return part * of // whole


def whole_cents(units: int) -> int:
    """Cents that so many base units are; what does not make a cent is left out."""
    return units // UNITS_PER_CENT


def cents_to_cover(units: int) -> int:
    """The fewest cents that are worth so many base units."""
    return -(-units // UNITS_PER_CENT)


def cents_completed(before: int, units: int) -> tuple[int, int]:
    """Cents that `units` more make whole after `before`, and what is left over.

    Cumulative, so that many parts owe the cents that one owes. The rest is negative when it completes a cent begun before.
    """
    cents = whole_cents(before + units) - whole_cents(before)
    return cents, units - cents * UNITS_PER_CENT


def fee_due(released: int, fee_bps: int) -> int:
    """Fee owed once `released` base units of a leg are released.

    Cumulative and floored, so that many small releases never drift from one. The escrow contract has the same rule.
    """
    return released * fee_bps // BPS


def percent_off(price: Money, off_bps: int) -> Money:
    """The price less `off_bps` hundredths of a percent, half-even to the minor unit; of a price above zero at least one."""
    return Money(max(min(price.minor, 1), half_even(price.minor * (BPS - off_bps), BPS)), price.currency)


def share_due(whole: int, numerator: int, denominator: int) -> int:
    """That part of `whole` units, floored: of a growing whole the parts never add up to more than the part of the sum."""
    return whole * numerator // denominator


def in_cash(amount: Money) -> Money:
    """The nearest amount that notes and coins in use can pay, a half upwards; what is owed never becomes nothing.

    In ringgit this is the rule of law: 1, 2, 6 and 7 sen go down, 3, 4, 8 and 9 up (Bank Negara, "Rounding Mechanism").
    """
    step = currency(amount.currency).cash_minor
    steps = (2 * abs(amount.minor) + step) // (2 * step)
    nearest = max(steps, 1) * step if amount else 0
    return Money(-nearest if amount.minor < 0 else nearest, amount.currency)


def per_pieces(pieces: int, *packs: Money) -> tuple[int, tuple[Money, ...]]:
    """What is in a pack, priced to be compared: for how many pieces, and each price of the pack for so many.

    For one piece, or the first of 100, 1,000 and so on at which every price is off by a twentieth at most when it is
    rounded half-even to the digits people are shown; where none is, the pack as it is.
    """
    for count in _PIECES:
        prices = tuple(_for_pieces(pack, pieces, count) for pack in packs)
        exact = ((price.minor * pieces, pack.minor * count) for price, pack in zip(prices, packs, strict=True))
        if all(abs(rounded - wanted) * _OFF_AT_MOST <= wanted for rounded, wanted in exact):
            return count, prices
    return pieces, packs


def _for_pieces(pack: Money, pieces: int, count: int) -> Money:
    code = currency(pack.currency)
    shown: int = 10 ** (code.iso - code.display)
    return Money(half_even(pack.minor * count, pieces * shown) * shown, pack.currency)


def tax_included(gross: Money, rate_bps: int) -> Money:
    """The tax inside a tax-inclusive price, half-even to the minor unit."""
    return Money(half_even(gross.minor * rate_bps, BPS + rate_bps), gross.currency)


def units_share_included(units: int, rate_bps: int) -> int:
    """The tax inside a tax-inclusive token amount, floored."""
    return units * rate_bps // (BPS + rate_bps)
