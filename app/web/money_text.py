"""Amounts as people write them, and back.

Digits and separators follow the reader's language, the symbol's place follows the currency's own country, and the
number of digits follows our own table: Babel prints kip and kyat without the digits Stripe counts in, and rupiah with
digits nobody uses.
"""

from functools import lru_cache

from babel import Locale

from app.money.amounts import TOKEN_DECIMALS, Money, TokenAmount
from app.money.currencies import Currency, currency

MINUS = "\u2212"
_NO_BREAK_SPACE = "\u00a0"
_SYMBOL_AFTER = {"KHR": "", "VND": _NO_BREAK_SPACE, "MMK": _NO_BREAK_SPACE}
_HAS_A_DOLLAR_OF_ITS_OWN = {"SG", "BN"}
_TOKEN_SHORT_DIGITS = 2


@lru_cache(maxsize=32)
def separators(locale: str) -> tuple[str, str]:
    """What `locale` writes between groups of three digits, and before the fraction."""
    symbols = Locale.parse(locale).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@lru_cache(maxsize=256)
def symbol(code: Currency, locale: str = "en") -> str:
    """`$` is the US dollar, except for readers who have a dollar of their own."""
    if code.code == "USD" and Locale.parse(locale).territory in _HAS_A_DOLLAR_OF_ITS_OWN:
        return "US$"
    return code.symbol


def group_digits(whole: int, locale: str) -> str:
    group, _decimal = separators(locale)
    return f"{whole:,}".replace(",", group)


def format_number(minor: int, code: Currency, locale: str, *, digits: int | None = None) -> str:
    """The digits alone, unsigned. Digits beyond `digits` are shown all the same when they are not zero."""
    digits = code.display if digits is None else digits
    if minor % 10 ** (code.iso - digits):
        digits = code.iso
    whole, fraction = divmod(abs(minor), 10**code.iso)
    shown = group_digits(whole, locale)
    if digits:
        shown += separators(locale)[1] + f"{fraction:0{code.iso}d}"[:digits]
    return shown


def format_money(money: Money, locale: str = "en") -> str:
    """`$14.50`, `12,000៛`, `Rp150,000`: never rounded, the minus before everything."""
    code = currency(money.currency)
    number = format_number(money.minor, code, locale)
    sign = MINUS if money.minor < 0 else ""
    if code.code in _SYMBOL_AFTER:
        return f"{sign}{number}{_SYMBOL_AFTER[code.code]}{symbol(code, locale)}"
    return f"{sign}{symbol(code, locale)}{number}"


def format_token(amount: TokenAmount, locale: str = "en", *, short: bool = False) -> str:
    """`72.500000 CTM`; short: `72.50 CTM`, which still shows every digit that is not zero."""
    whole, fraction = divmod(abs(amount.units), 10**TOKEN_DECIMALS)
    digits = f"{fraction:0{TOKEN_DECIMALS}d}"
    if short:
        digits = digits.rstrip("0").ljust(_TOKEN_SHORT_DIGITS, "0")
    sign = MINUS if amount.units < 0 else ""
    return f"{sign}{group_digits(whole, locale)}{separators(locale)[1]}{digits}{_NO_BREAK_SPACE}{amount.token}"
